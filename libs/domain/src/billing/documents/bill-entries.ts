import type { AccountEvent } from '../../core/events.ts';
import { formatMoney, type Money, zero } from '../../kernel/money.ts';
import { type BillLineKind, listLineEntries, type MovementKind, readMovement } from './bill-lines.ts';
import { type BreakageCause, listBreakage } from './bill-packs.ts';

/** What an event adds to one line of the bill of its day. Those of a line add up to it. Amounts are canonical texts. */
export interface BillEntry {
  readonly kind: BillLineKind | MovementKind | `breakage-${BreakageCause}`;
  /** Whose product is the line's; null for what is not about a hold. */
  readonly holdId: string | null;
  readonly price: string | null;
  /** Null for a movement. */
  readonly source: 'money' | 'pack' | null;
  readonly packId: string | null;
  readonly units: number | null;
  readonly amount: string;
  /** What it adds to the total. */
  readonly charged: string;
}

/** Of all events between the first and the last of a day these make up its bill. */
export function listBillEntries(event: AccountEvent): readonly BillEntry[] {
  const lines = listLineEntries(event).map((entry) => ({ ...entry, ...texts(entry.amount, entry.charged) }));
  const movement = readMovement(event);
  const moved =
    movement === undefined ? [] : [{ ...plain, source: null, kind: movement.kind, ...texts(movement.amount) }];
  const broken = listBreakage(event).map(({ cause, packId, units, amount }) => {
    return { ...plain, kind: `breakage-${cause}` as const, packId, units, ...texts(amount) };
  });
  return [...lines, ...moved, ...broken];
}

const plain = { holdId: null, price: null, source: 'pack', packId: null, units: null } as const;

function texts(amount: Money, charged = zero): { amount: string; charged: string } {
  return { amount: formatMoney(amount), charged: formatMoney(charged) };
}
