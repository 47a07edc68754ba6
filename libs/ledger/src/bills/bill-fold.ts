import { strict as assert } from 'node:assert';
import { chargedIn } from '../billing-days.ts';
import { balanceTexts, type BalanceTexts } from '../balance-texts.ts';
import type { AccountEvent } from '../events.ts';
import { formatMoney, minus, plus, roundForDisplay, zero, type Money } from '../money.ts';
import type { AccountState, Balance } from '../state.ts';
import { lineEntriesOf, movementOf, type BillLineKind, type LineEntry, type MovementKind } from './bill-lines.ts';
import { revisionRanges } from './revision-ranges.ts';

/** One line of a bill: everything of one kind, product, price and source. Amounts are canonical texts. */
export interface BillLine {
  readonly kind: BillLineKind | 'packs';
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
  /** Of those events, as `3-5 9`. */
  readonly revisions: string;
}

export interface BillMovement {
  readonly kind: MovementKind;
  readonly events: number;
  readonly amount: string;
  readonly revisions: string;
}

/** What happened to an account from one event to another, as its bill shows it. */
export interface BillContent {
  readonly opening: BalanceTexts;
  readonly lines: readonly BillLine[];
  readonly movements: readonly BillMovement[];
  readonly closing: BalanceTexts;
  /** Exactly what was charged. */
  readonly total: string;
  /** The total to the cent, half up: for display alone. */
  readonly totalRounded: string;
}

/** The product of a hold by its id; null for a plain hold, undefined if there is no such hold. */
export type ProductOf = (holdId: string) => string | null | undefined;

interface Group {
  readonly sample: Omit<LineEntry, 'holdId'> & { readonly product: string | null };
  units: number | null;
  amount: Money;
  charged: Money;
  readonly revisions: number[];
}

/**
 * Folds the events of a day, or of several, into the lines of a bill. Keeps sums and the revisions of what is on the
 * bill, and nothing else of it.
 */
export class BillFold {
  readonly #before: Balance;
  readonly #entries = new Map<string, Group>();
  readonly #ofOlderHolds: { readonly entry: LineEntry; readonly revision: number }[] = [];
  readonly #movements = new Map<MovementKind, { amount: Money; readonly revisions: number[] }>();

  /** @param state of the account before the first event. */
  constructor({ standing }: AccountState) {
    this.#before = standing.balance;
  }

  /** Takes one event, before it is folded into the state. */
  take({ openHolds }: AccountState, event: AccountEvent, revision: number): void {
    for (const entry of lineEntriesOf(event)) {
      const hold = openHolds.get(entry.holdId);
      if (hold === undefined) this.#ofOlderHolds.push({ entry, revision });
      if (hold !== undefined) this.#add(entry, hold.opening.product, revision);
    }
    const movement = movementOf(event);
    if (movement === undefined) return;
    const sum = this.#movements.get(movement.kind) ?? { amount: zero, revisions: [] };
    sum.amount = plus(sum.amount, movement.amount);
    sum.revisions.push(revision);
    this.#movements.set(movement.kind, sum);
  }

  /** Holds that had ended before they came onto the bill: whoever finishes it says what their products are. */
  get olderHolds(): ReadonlySet<string> {
    return new Set(this.#ofOlderHolds.map(({ entry }) => entry.holdId));
  }

  /** @param state after the last event. */
  finish({ standing }: AccountState, productOf: ProductOf): BillContent {
    for (const { entry, revision } of this.#ofOlderHolds.splice(0)) {
      const product = productOf(entry.holdId);
      assert(product !== undefined, `hold ${entry.holdId} is known`);
      this.#add(entry, product, revision);
    }
    const after = standing.balance;
    const groups = [...this.#entries].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, group]) => group);
    const lines = [...groups.map(lineOf), ...packsLines(minus(after.packs, this.#before.packs))];
    const total = minus(chargedIn(after), chargedIn(this.#before));
    const sum = groups.reduce((charged, group) => plus(charged, group.charged), minus(after.packs, this.#before.packs));
    assert(sum === total, 'the lines of a bill add up to what was charged');
    return {
      opening: balanceTexts(this.#before),
      lines,
      movements: movementKinds.flatMap((kind) => {
        const movement = this.#movements.get(kind);
        if (movement === undefined) return [];
        const { amount, revisions } = movement;
        return [{ kind, events: revisions.length, amount: formatMoney(amount), revisions: revisionRanges(revisions) }];
      }),
      closing: balanceTexts(after),
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
      this.#entries.set(key, { sample: { ...entry, product }, units, amount, charged, revisions: [revision] });
      return;
    }
    if (entry.units !== null) group.units = (group.units ?? 0) + entry.units;
    group.amount = plus(group.amount, entry.amount);
    group.charged = plus(group.charged, entry.charged);
    group.revisions.push(revision);
  }
}

/** In the order of a bill. */
const lineKinds: readonly BillLineKind[] = ['charge', 'late-charge', 'refund', 'uncollected'];
const movementKinds: readonly MovementKind[] = ['deposit', 'deposit-reversal', 'withdrawal', 'adjustment'];

function lineOf({ sample, units, amount, charged, revisions }: Group): BillLine {
  const { kind, product, price, source, packId } = sample;
  const events = new Set(revisions).size;
  const sums = { units, events, amount: formatMoney(amount), charged: formatMoney(charged) };
  return { kind, product, price, source, packId, ...sums, revisions: revisionRanges(revisions) };
}

/** What was paid for packs, less what was given back for them. */
function packsLines(amount: Money): readonly BillLine[] {
  if (amount === zero) return [];
  const nothing = { product: null, price: null, packId: null, units: null, events: 0, revisions: '' };
  return [{ kind: 'packs', source: 'money', ...nothing, amount: formatMoney(amount), charged: formatMoney(amount) }];
}
