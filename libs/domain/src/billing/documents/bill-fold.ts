import { strict as assert } from 'node:assert';
import { type Balance, type BalanceTexts, balanceTexts } from '../../core/balance.ts';
import type { AccountEvent } from '../../core/events.ts';
import type { AccountState } from '../../core/state.ts';
import { formatMoney, minus, type Money, plus, roundForDisplay, zero } from '../../kernel/money.ts';
import { chargedIn } from '../billing-days.ts';
import { type BillLineKind, type LineEntry, listLineEntries, type MovementKind, readMovement } from './bill-lines.ts';
import { type BillBreakage, type BillPack, PacksFold } from './bill-packs.ts';
import { type LineEvents, SeenEvents } from './line-events.ts';

/** One line of a bill: everything of one kind, product, price and source. Amounts are canonical texts. */
export type BillLine = LineFigures & LineEvents;

interface LineFigures {
  readonly kind: BillLineKind;
  readonly product: string | null;
  readonly price: string | null;
  readonly source: 'money' | 'pack';
  readonly packId: string | null;
  readonly units: number | null;
  /** How many events it is made of. */
  readonly events: number;
  readonly amount: string;
  /** What it adds to the total. */
  readonly charged: string;
}

export type BillMovement = LineEvents & {
  readonly kind: MovementKind;
  readonly events: number;
  readonly amount: string;
};

/** What happened to an account from one event to another, as its bill shows it. */
export interface BillContent {
  readonly opening: BalanceTexts;
  readonly lines: readonly BillLine[];
  readonly movements: readonly BillMovement[];
  readonly closing: BalanceTexts;
  /** In the order in which they came. */
  readonly packs: readonly BillPack[];
  readonly breakage: readonly BillBreakage[];
  /** Exactly what was charged. */
  readonly total: string;
  /** The total to the cent, half up: for display alone. */
  readonly totalRounded: string;
}

/** The product of a hold by its id; null for a plain hold, undefined if there is no such hold. */
export type FindProduct = (holdId: string) => string | null | undefined;

interface Group {
  readonly sample: Omit<LineEntry, 'holdId'> & { readonly product: string | null };
  units: number | null;
  amount: Money;
  charged: Money;
  readonly seen: SeenEvents;
}

/** Folds the events of a day, or of several, into the lines of a bill. Keeps sums, and nothing else of what is on it. */
export class BillFold {
  readonly #before: Balance;
  readonly #entries = new Map<string, Group>();
  readonly #ofOlderHolds: { readonly entry: LineEntry; readonly revision: number }[] = [];
  readonly #packs: PacksFold;
  readonly #movements = new Map<MovementKind, { amount: Money; readonly seen: SeenEvents }>();

  readonly #format: number;

  /**
   * @param state of the account before the first event.
   * @param format of the bill, as it was issued.
   */
  constructor(state: AccountState, format: number) {
    this.#before = state.summary.balance;
    this.#format = format;
    this.#packs = new PacksFold(state, format);
  }

  /** Takes one event, before it is folded into the state. */
  take(state: AccountState, event: AccountEvent, revision: number): void {
    for (const entry of listLineEntries(event)) {
      const product = entry.holdId === null ? null : state.openHolds.get(entry.holdId)?.opening.product;
      if (product === undefined) this.#ofOlderHolds.push({ entry, revision });
      if (product !== undefined) this.#add(entry, product, revision);
    }
    this.#packs.take(state, event, revision);
    const movement = readMovement(event);
    if (movement === undefined) return;
    const sum = this.#movements.get(movement.kind) ?? { amount: zero, seen: new SeenEvents(this.#format) };
    sum.amount = plus(sum.amount, movement.amount);
    sum.seen.add(revision);
    this.#movements.set(movement.kind, sum);
  }

  /** Holds that had ended before they came onto the bill: whoever finishes it says what their products are. */
  get olderHolds(): ReadonlySet<string> {
    return new Set(this.#ofOlderHolds.flatMap(({ entry: { holdId } }) => holdId ?? []));
  }

  /** @param state after the last event. */
  finish(state: AccountState, findProduct: FindProduct): BillContent {
    for (const { entry, revision } of this.#ofOlderHolds.splice(0)) {
      const product = findProduct(entry.holdId ?? '');
      assert(product !== undefined, `hold ${entry.holdId ?? ''} is known`);
      this.#add(entry, product, revision);
    }
    const after = state.summary.balance;
    const groups = [...this.#entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, group]) => group);
    const total = minus(chargedIn(after), chargedIn(this.#before));
    const sum = groups.reduce<Money>((charged, group) => plus(charged, group.charged), zero);
    assert(sum === total, 'the lines of a bill add up to what was charged');
    return {
      opening: balanceTexts(this.#before),
      lines: groups.map(toLine),
      movements: movementKinds.flatMap((kind) => {
        const movement = this.#movements.get(kind);
        if (movement === undefined) return [];
        const { amount, seen } = movement;
        return [{ kind, events: seen.count, amount: formatMoney(amount), ...seen.shown }];
      }),
      closing: balanceTexts(after),
      ...this.#packs.finish(state),
      total: formatMoney(total),
      totalRounded: roundForDisplay(total),
    };
  }

  #add(entry: LineEntry, product: string | null, revision: number): void {
    const { kind, price, source, packId } = entry;
    const key = JSON.stringify([lineKinds.indexOf(kind), product ?? '', source, packId ?? '', price ?? '']);
    const group = this.#entries.get(key);
    if (group === undefined) {
      const { units, amount, charged } = entry;
      const seen = new SeenEvents(this.#format);
      seen.add(revision);
      this.#entries.set(key, { sample: { ...entry, product }, units, amount, charged, seen });
      return;
    }
    if (entry.units !== null) group.units = (group.units ?? 0) + entry.units;
    group.amount = plus(group.amount, entry.amount);
    group.charged = plus(group.charged, entry.charged);
    group.seen.add(revision);
  }
}

/** In the order of a bill. */
const lineKinds: readonly BillLineKind[] = [
  'charge',
  'late-charge',
  'refund',
  'uncollected',
  'pack-purchase',
  'pack-refund',
];
const movementKinds: readonly MovementKind[] = ['deposit', 'deposit-reversal', 'withdrawal', 'adjustment'];

function toLine({ sample, units, amount, charged, seen }: Group): BillLine {
  const { kind, product, price, source, packId } = sample;
  const sums = { units, events: seen.count, amount: formatMoney(amount), charged: formatMoney(charged) };
  return { kind, product, price, source, packId, ...sums, ...seen.shown };
}
