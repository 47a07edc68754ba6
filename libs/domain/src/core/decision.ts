import type { AccountEvent } from './events.ts';
import type { Refusal } from './refusal.ts';

/** What a decision rests on besides the account's state and the command. Each topic adds what it asks for. */
export interface DecisionContext {
  /** The time of the decision, ms since 1970: never before the account's last event. */
  readonly now: number;
  /** What the wall clock said; behind `now` where an earlier event, or what a reader was told, was ahead of it. */
  readonly wallClock: number;
  /** The caller has the `operator` scope. */
  readonly operator: boolean;
  readonly known: IdempotencyIndex;
}

/**
 * What the id index knows of the account's older history, for the ids of the command at hand. The account's state
 * remembers the rest.
 */
export interface IdempotencyIndex {
  request(key: string): AccountEvent | undefined;
}

export type Decision = Accepted | Replayed | Refused;

/** What an answer shows besides the event: each topic adds its own. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the topics fill it
export interface AnswerFacts {}

/** The command takes effect by its events. */
export interface Accepted extends AnswerFacts {
  readonly kind: 'accepted';
  readonly events: readonly AccountEvent[];
}

/** The command was carried out before; the answer is made from that event again. */
export interface Replayed extends AnswerFacts {
  readonly kind: 'replayed';
  readonly event: AccountEvent;
}

/** A rule said no. `events` records the refusal where a rule asks for that, and is mostly empty. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  readonly events: readonly AccountEvent[];
}

export function accepted(event: AccountEvent, answer?: AnswerFacts): Accepted {
  return { kind: 'accepted', events: [event], ...answer };
}

export function refused(refusal: Refusal, ...events: readonly AccountEvent[]): Refused {
  return { kind: 'refused', refusal, events };
}
