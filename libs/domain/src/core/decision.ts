import type { BudgetView } from '../budgets/view.ts';
import type { AccountEvent } from './events.ts';
import type { Metadata } from '../kernel/metadata.ts';
import type { PriceBooks } from '../pricing/price-book.ts';
import type { HoldFacts } from '../holds/hold.ts';
import type { Refusal } from './refusal.ts';

/** What a decision rests on besides the account's state and the command. */
export interface DecisionContext {
  /** The time of the decision, ms since 1970: never before the account's last event. */
  readonly now: number;
  /** What the wall clock said; behind `now` where an earlier event, or what a reader was told, was ahead of it. */
  readonly wallClock: number;
  /** The caller has the `operator` scope. */
  readonly operator: boolean;
  readonly priceBooks: PriceBooks;
  readonly known: Known;
  /** Most bytes of memory that the account's open holds may take: a limit of the process; undefined: none. */
  readonly openHoldBytesMax?: number;
}

/**
 * What the id index knows of the account's older history, for the ids of the command at hand. The account's state
 * remembers the rest.
 */
export interface Known {
  hold(holdId: string): HoldFacts | undefined;
  request(key: string): AccountEvent | undefined;
  /** The metadata of a hold that is or was open; undefined if the index does not have the hold. */
  metadata(holdId: string): Metadata | null | undefined;
}

/** For an account whose whole history is in its state. */
export const nothingOlder: Known = {
  hold: () => undefined,
  request: () => undefined,
  metadata: () => undefined,
};

export type Decision = Accepted | Replayed | Refused;

/** The command takes effect by its events; `hold` is the hold as the answer shows it. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly events: readonly AccountEvent[];
  readonly hold?: HoldFacts;
  /** The budget that was set, as it is at this moment. */
  readonly budget?: BudgetView;
}

/** The command was carried out before; the answer is made from that event again. */
export interface Replayed {
  readonly kind: 'replayed';
  readonly event: AccountEvent;
  /** The hold as the first answer showed it. */
  readonly hold?: HoldFacts;
  /** The hold's story up to now. */
  readonly holdNow?: HoldFacts;
  /** The budget that was set before, as it is at this moment. */
  readonly budget?: BudgetView;
}

/** A rule said no. `events` records the refusal where a rule asks for that, and is mostly empty. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  readonly events: readonly AccountEvent[];
}

export function accepted(event: AccountEvent, hold?: HoldFacts): Accepted {
  return hold === undefined ? { kind: 'accepted', events: [event] } : { kind: 'accepted', events: [event], hold };
}

export function refused(refusal: Refusal, ...events: readonly AccountEvent[]): Refused {
  return { kind: 'refused', refusal, events };
}
