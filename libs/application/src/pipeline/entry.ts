import type { AccountState, ZoneDatabase } from '#domain';
import type { Answer, Request, UnavailableCode } from '../request.ts';

/** Requests that are decided one after the other in one append: a single one, or a linked group. */
export interface CommandEntry {
  readonly kind: 'commands';
  readonly requests: readonly Request[];
  /** All of them take effect, or none. */
  readonly linked: boolean;
  readonly answer: (answers: readonly Answer[]) => void;
}

/** What a read is given: the account as if everything due at `now` had happened. */
export interface AccountRead {
  readonly state: AccountState;
  readonly now: number;
  /** What the wall clock said; behind `now` where an earlier event, or what a reader was told, was ahead of it. */
  readonly wallClock: number;
  /** What this machine knows of time zones. */
  readonly zones: ZoneDatabase;
  /** Most bytes that the account's open holds may take at this moment. */
  readonly openHoldBytesMax: number;
  /** Revision of the last stored event that the answer rests on. */
  readonly revision: number;
}

/**
 * A look at the account in its turn. May be called more than once, if what it saw was not to be. It changes nothing: what it
 * did to the state is taken back, and if it throws that is its own affair.
 */
export interface LookEntry {
  readonly kind: 'look';
  readonly look: (sight: AccountRead) => void;
  readonly done: () => void;
  /** The lane could not show it the account. */
  readonly fail: (code: UnavailableCode) => void;
  /** It threw itself when it was shown the account. */
  readonly threw: (error: unknown) => void;
}

export type LaneEntry = CommandEntry | LookEntry;

/** Answers an entry that could not be decided. */
export function reject(entry: LaneEntry, code: UnavailableCode): void {
  if (entry.kind === 'look') {
    entry.fail(code);
    return;
  }
  entry.answer(entry.requests.map(() => ({ kind: 'refused', code })));
}
