import type { BillContent } from './bill-fold.ts';

const columns = ['kind', 'product', 'price', 'source', 'pack', 'units', 'events', 'amount', 'charged', 'revisions'];

/** The lines of a bill as CSV (RFC 4180): movements and breakage after the lines, the total last. */
export function billCsv({ lines, movements, breakage, total }: BillContent): string {
  const rows: (readonly (string | number | null)[])[] = [
    columns,
    ...lines.map((line) => {
      const { kind, product, price, source, packId, units, events, amount, charged, revisions } = line;
      return [kind, product, price, source, packId, units, events, amount, charged, revisions];
    }),
    ...movements.map(({ kind, events, amount, revisions }) => {
      return [kind, null, null, null, null, null, events, amount, null, revisions];
    }),
    ...breakage.map(({ cause, packId, units, events, amount, revisions }) => {
      return [`breakage-${cause}`, null, null, 'pack', packId, units, events, amount, null, revisions];
    }),
    ['total', null, null, null, null, null, null, null, total, null],
  ];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  // What a spreadsheet would take for a formula is a text, unless it is a number.
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
