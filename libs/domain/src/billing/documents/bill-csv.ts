import { type CsvCell, csvRow, decimal } from '../../kernel/csv.ts';
import type { BillContent } from './bill-fold.ts';
import type { BillPack } from './bill-packs.ts';
import { firstFormatCsv } from './first-format-csv.ts';
import type { LineEvents } from './line-events.ts';

const columns = [
  'kind',
  'product',
  'price',
  'source',
  'pack',
  'units',
  'events',
  'amount',
  'charged',
  'first_revision',
  'last_revision',
] as const;

type Row = Readonly<Partial<Record<(typeof columns)[number], CsvCell>>>;

/**
 * The lines of a bill or statement as CSV: movements, breakage, and each pack as it was before and is after behind them, the
 * total last. Only the column `charged` adds up to it.
 */
export function billCsv(document: BillContent & { readonly format: string }): string {
  if (document.format.endsWith('-1')) return firstFormatCsv(document);
  const { lines, movements, breakage, packs, total } = document;
  const rows: readonly Row[] = [
    ...lines.map((line): Row => {
      const { kind, product, price, source, packId, units, events, amount, charged } = line;
      const sums = { units, events, amount: decimal(amount), charged: decimal(charged) };
      return { kind, product, price: decimal(price), source, pack: packId, ...sums, ...revisionCells(line) };
    }),
    ...movements.map((movement): Row => {
      const { kind, events, amount } = movement;
      return { kind, events, amount: decimal(amount), ...revisionCells(movement) };
    }),
    ...breakage.map((part): Row => {
      const { cause, packId, units, events, amount } = part;
      const sums = { units, events, amount: decimal(amount) };
      return { kind: `breakage-${cause}`, source: 'pack', pack: packId, ...sums, ...revisionCells(part) };
    }),
    ...packs.flatMap(packRows),
    { kind: 'total', charged: decimal(total) },
  ];
  return csvRow(columns) + rows.map((row) => csvRow(columns.map((column) => row[column] ?? null))).join('');
}

function revisionCells(line: LineEvents): Row {
  return 'revisions' in line ? {} : { first_revision: line.firstRevision, last_revision: line.lastRevision };
}

const parts = ['remaining', 'reserved', 'consumed', 'forfeited', 'refunded'] as const;

/** `pack-opening-remaining` and so on, and what is owed for the units; a pack that came later has no opening. */
function packRows({ packId, opening, closing }: BillPack): readonly Row[] {
  const moments = { opening, closing };
  return (['opening', 'closing'] as const).flatMap((moment) => {
    const balance = moments[moment];
    if (balance === null) return [];
    const row = (what: string, sums: Row): Row => {
      return { kind: `pack-${moment}-${what}`, source: 'pack', pack: packId, ...sums };
    };
    const units = parts.map((part) => row(part, { units: balance[part] }));
    return [...units, row('liability', { amount: decimal(balance.liability) })];
  });
}
