import type { AccountEvent } from '../../core/events.ts';
import { formatMoney, type Money, zero } from '../../kernel/money.ts';
import { type BillLineKind, lineEntriesOf, type MovementKind, movementOf } from './bill-lines.ts';
import { type BreakageCause, breakageOf } from './bill-packs.ts';

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
export function billEntriesOf(event: AccountEvent): readonly BillEntry[] {
  const lines = lineEntriesOf(event).map((entry) => ({ ...entry, ...texts(entry.amount, entry.charged) }));
  const movement = movementOf(event);
  const moved =
    movement === undefined ? [] : [{ ...plain, source: null, kind: movement.kind, ...texts(movement.amount) }];
  const broken = breakageOf(event).map(({ cause, packId, units, amount }) => {
    return { ...plain, kind: `breakage-${cause}` as const, packId, units, ...texts(amount) };
  });
  return [...lines, ...moved, ...broken];
}

const plain = { holdId: null, price: null, source: 'pack', packId: null, units: null } as const;

function texts(amount: Money, charged = zero): { amount: string; charged: string } {
  return { amount: formatMoney(amount), charged: formatMoney(charged) };
}
