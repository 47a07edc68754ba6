import { type AccountEvent, type EventReaders, readEvent } from '../../core/events.ts';
import { type Money, negated, parseMoney, plus, zero } from '../../kernel/money.ts';
import type { LatePackConsumption, PackConsumption, PackRefunded } from '../../packs/events.ts';
import type { PriceLine } from '../../pricing/tiers.ts';

/** What a line of a bill is about. */
export type BillLineKind = 'charge' | 'late-charge' | 'refund' | 'uncollected' | 'pack-purchase' | 'pack-refund';

/** What the money of an account moved by apart from holds. */
export type MovementKind = 'deposit' | 'deposit-reversal' | 'withdrawal' | 'adjustment';

/** A part of a line, as one event brings it. */
export interface LineEntry {
  readonly kind: BillLineKind;
  /** Whose product it is; null for what is not about a hold. */
  readonly holdId: string | null;
  /** Of one unit; null for plain holds, units of packs and refunds. */
  readonly price: string | null;
  readonly source: 'money' | 'pack';
  /** The pack that units came from, or that money was paid for or given back. */
  readonly packId: string | null;
  readonly units: number | null;
  /** From a pack: what of the pack's price became revenue. */
  readonly amount: Money;
  /** What it adds to the total of the bill; below zero for a refund. */
  readonly charged: Money;
}

export interface Movement {
  readonly kind: MovementKind;
  /** Signed: what available gains. */
  readonly amount: Money;
}

/** What an event brings into the lines of a bill; empty for events that are no line. */
export function listLineEntries(event: AccountEvent): readonly LineEntry[] {
  return readEvent(lineReaders, event) ?? [];
}

/** What an event moves between the account and the world apart from charges; undefined if it moves nothing so. */
export function readMovement(event: AccountEvent): Movement | undefined {
  return readEvent(movementReaders, event);
}

const lineReaders: EventReaders<readonly LineEntry[]> = {
  'hold-settled.v1': (settled) => chargeEntries('charge', settled),
  'hold-settled-late.v1': (settled) => chargeEntries('late-charge', settled),
  'charge-refunded.v1': ({ holdId, amount: text }) => {
    const amount = parseMoney(text);
    return [{ ...plainEntry('refund', holdId), amount, charged: negated(amount) }];
  },
  'charge-uncollected.v1': ({ holdId, amount, quantity }) => [
    { ...plainEntry('uncollected', holdId), units: quantity, amount: parseMoney(amount), charged: zero },
  ],
  'pack-bought.v1': ({ packId, units, price }) => {
    const amount = parseMoney(price);
    return [{ ...plainEntry('pack-purchase', null), packId, units, amount, charged: amount }];
  },
  'pack-refunded.v1': packRefundEntries,
};

const movementReaders: EventReaders<Movement> = {
  'funds-deposited.v1': ({ amount }) => ({ kind: 'deposit', amount: parseMoney(amount) }),
  'deposit-reversed.v1': ({ amount }) => ({ kind: 'deposit-reversal', amount: negated(parseMoney(amount)) }),
  'funds-withdrawn.v1': ({ amount }) => ({ kind: 'withdrawal', amount: negated(parseMoney(amount)) }),
  'balance-adjusted.v1': ({ amount }) => ({ kind: 'adjustment', amount: parseMoney(amount, 'signed') }),
};

/** The money that was given back, and what of the rest of the price became revenue with it. */
function packRefundEntries({ packId, units, amount: text, recognised }: PackRefunded): readonly LineEntry[] {
  const plain = { ...plainEntry('pack-refund', null), packId };
  const amount = parseMoney(text);
  const rest = parseMoney(recognised);
  const back: LineEntry = { ...plain, units, amount, charged: negated(amount) };
  return rest === zero ? [back] : [back, { ...plain, source: 'pack', amount: rest, charged: zero }];
}

interface Settled {
  readonly holdId: string;
  readonly amount: string;
  readonly lines: readonly PriceLine[] | null;
  readonly packs: readonly (PackConsumption & Partial<Pick<LatePackConsumption, 'reclaimed'>>)[] | null;
}

function chargeEntries(kind: 'charge' | 'late-charge', settled: Settled): readonly LineEntry[] {
  const { holdId, amount, lines, packs } = settled;
  const plain = plainEntry(kind, holdId);
  if (lines === null) return [{ ...plain, amount: parseMoney(amount), charged: parseMoney(amount) }];
  const money = lines.map((line): LineEntry => {
    const cost = parseMoney(line.amount);
    return { ...plain, price: line.price, units: line.units, amount: cost, charged: cost };
  });
  const units = (packs ?? []).map((taken): LineEntry => {
    const { packId, units: count, recognised, reclaimed } = taken;
    const again = reclaimed === undefined || reclaimed === null ? zero : parseMoney(reclaimed.amount);
    const amount = plus(parseMoney(recognised), again);
    return { ...plain, source: 'pack', packId, units: count, amount, charged: zero };
  });
  return [...money, ...units];
}

function plainEntry(kind: BillLineKind, holdId: string | null): Omit<LineEntry, 'amount' | 'charged'> {
  return { kind, holdId, price: null, source: 'money', packId: null, units: null };
}
