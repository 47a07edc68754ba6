import type { BillContent } from './bill-fold.ts';
import type { BillPack } from './bill-packs.ts';
import { formatRevisions } from './line-events.ts';

const columns = ['kind', 'product', 'price', 'source', 'pack', 'units', 'events', 'amount', 'charged', 'revisions'];

/**
 * The lines of a bill of format 1, byte for byte as such bills were always given out. Not for anything new: cells may be
 * longer than spreadsheets take, and not every text is guarded; csv.ts does both.
 */
export function firstFormatCsv({ lines, movements, breakage, packs, total }: BillContent): string {
  const rows: (readonly (string | number | null)[])[] = [
    columns,
    ...lines.map((line) => {
      const { kind, product, price, source, packId, units, events, amount, charged } = line;
      return [kind, product, price, source, packId, units, events, amount, charged, formatRevisions(line)];
    }),
    ...movements.map((movement) => {
      const { kind, events, amount } = movement;
      return [kind, null, null, null, null, null, events, amount, null, formatRevisions(movement)];
    }),
    ...breakage.map((part) => {
      const { cause, packId, units, events, amount } = part;
      return [`breakage-${cause}`, null, null, 'pack', packId, units, events, amount, null, formatRevisions(part)];
    }),
    ...packs.flatMap(packRows),
    ['total', null, null, null, null, null, null, null, total, null],
  ];
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

const parts = ['remaining', 'reserved', 'consumed', 'forfeited', 'refunded'] as const;

/** `pack-opening-remaining` and so on, and what is owed for the units; a pack that came later has no opening. */
function packRows({ packId, opening, closing }: BillPack): (readonly (string | number | null)[])[] {
  const moments = { opening, closing };
  return (['opening', 'closing'] as const).flatMap((moment) => {
    const balance = moments[moment];
    if (balance === null) return [];
    const row = (what: string, units: number | null, amount: string | null): readonly (string | number | null)[] => {
      return [`pack-${moment}-${what}`, null, null, 'pack', packId, units, null, amount, null, null];
    };
    return [...parts.map((part) => row(part, balance[part], null)), row('liability', null, balance.liability)];
  });
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  // What a spreadsheet would take for a formula is a text, unless it is a number.
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
