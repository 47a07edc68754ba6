import type {
  AccountOpened,
  AccountStatus,
  AgreedTerms,
  BalanceTexts,
  HoldFacts,
  HoldStatus,
  OrderFacts,
  SuspensionCause,
  WarningRaised,
} from '#domain';
import type { Position } from './event-store.ts';

/** Most rows of one page of a list. */
export const pageRowsMax = 500;

/** One account as lists show it: as if everything due by the moment of asking had happened. */
export interface AccountRow {
  readonly opened: AccountOpened;
  readonly terms: AgreedTerms;
  readonly status: AccountStatus;
  readonly suspendedFor: readonly SuspensionCause[];
  readonly balance: BalanceTexts;
  readonly openHolds: number;
  readonly revision: number;
  /** Why events after `revision` are not in this row, if any had to be parked; null for an account in good order. */
  readonly error: string | null;
}

export interface Progress {
  readonly position: Position;
  /** False until the log's end was reached once, and whenever the read models fall behind. */
  readonly caughtUp: boolean;
  /** Time of the newest event folded so far, ms since 1970; 0 before the first. */
  readonly newestEventAt: number;
  /** Why the read models stopped, if they did. */
  readonly failure?: string;
}

export interface HoldQuery {
  readonly accountId: string;
  readonly status: HoldStatus | null;
  /** List on after this hold (by opening order); null: from the first. */
  readonly after: string | null;
  /** At most {@link pageRowsMax}. */
  readonly limit: number;
  /** Holds whose deadline is not after this read `expired`. */
  readonly now: number;
  /** Ends the page early, once the texts of its holds have so many. */
  readonly characters?: number;
}

/** An account that has holds past their deadlines. */
export interface DueAccount {
  readonly accountId: string;
  /** Of the hold that is longest overdue, ms since 1970. */
  readonly deadline: number;
}

/** A second of the clock in which holds of an account fall due. */
export interface DueSecond {
  readonly accountId: string;
  /** Whole seconds since 1970: the holds' deadlines are in it, from its first to its last millisecond. */
  readonly second: number;
}

/** Where the next page of due seconds goes on. Opaque. */
export interface DuePlace {
  readonly deadline: number;
  readonly account: number;
}

export interface DueQuery {
  /** ms since 1970. */
  readonly now: number;
  /** Deadlines up to and including this are asked for; ms since 1970. */
  readonly until: number;
  /** List on after this place; null: from the account that is longest overdue. */
  readonly after: DuePlace | null;
  /** Accounts of one page, at most {@link pageRowsMax}. */
  readonly limit: number;
}

export interface DuePage {
  /** Each once, of each account in turn; all that is overdue of an account is one second, that of its oldest deadline. */
  readonly seconds: readonly DueSecond[];
  /** Null: that was the last page. */
  readonly next: DuePlace | null;
}

/** A warning in the history of its account. */
export interface WarningRow {
  readonly revision: number;
  readonly raised: WarningRaised;
}

/** The rebuildable read models, for lists and for what runs by itself. */
export abstract class ReadModels {
  abstract progress(): Progress;
  /**
   * Accounts by id, after `after`, whose ids start with one of the prefixes (empty: all).
   *
   * @param characters ends the page early, once the texts of its accounts have so many.
   */
  abstract accounts(
    after: string | null,
    limit: number,
    prefixes: readonly string[],
    now: number,
    characters?: number,
  ): readonly AccountRow[];
  /**
   * Holds of one account in opening order; each as of the read models, due ones already expired. Undefined if they do not know
   * the hold to go on after: a list that ended there would look complete.
   */
  abstract holds(query: HoldQuery): readonly HoldFacts[] | undefined;
  /** Orders of one account in opening order, after `after` (an order id); undefined if there is no such order. */
  abstract orders(accountId: string, after: string | null, limit: number): readonly OrderFacts[] | undefined;
  /** Warnings of one account from a revision on, in order. */
  abstract warnings(accountId: string, from: number, limit: number): readonly WarningRow[];
  /** Whether an account whose id starts with one of the prefixes is on this price book, `name@version`. */
  abstract usesPriceBook(book: string, prefixes: readonly string[]): boolean;
  /** Accounts that have holds due at `now`, longest overdue first. */
  abstract dueAccounts(now: number, limit: number): readonly DueAccount[];
  /** The seconds in which open holds fall due, accounts with the nearest deadline first. */
  abstract dueSeconds(query: DueQuery): DuePage;
  /** Deadline of the open hold that is longest overdue; undefined if none is. */
  abstract oldestDue(now: number): number | undefined;
}
