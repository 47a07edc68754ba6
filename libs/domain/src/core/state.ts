import type { SuspensionCause } from '../account/events.ts';
import type { UndoLog } from '../kernel/undo-log.ts';
import type { Balance } from './balance.ts';
import type { RecentIds } from './recent-ids.ts';
import type { Schedule } from './schedule.ts';

/** The part of an account's state that every event replaces as a whole. Each topic adds what it needs. */
export interface AccountSummary {
  readonly balance: Balance;
  readonly suspendedFor: readonly SuspensionCause[];
  readonly closed: boolean;
  /** Of the last event folded; -1 before the first. */
  readonly revision: number;
  /** Time of the last event, ms since 1970. */
  readonly lastAt: number;
}

/**
 * Everything that deciding on an account needs: small however old the account is. Made by folding its events with
 * `evolve`, and by nothing else. Each topic adds its part; `initialState` puts the parts together.
 */
export interface AccountState {
  summary: AccountSummary;
  /** What falls due besides holds. */
  readonly schedule: Schedule;
  readonly recentIds: RecentIds;
  readonly undo: UndoLog;
}

export type AccountStatus = 'active' | 'suspended' | 'closed';

/** Closed for ever comes before suspended, for whatever reasons. */
export function readStatus({ closed, suspendedFor }: Pick<AccountSummary, 'closed' | 'suspendedFor'>): AccountStatus {
  if (closed) return 'closed';
  return suspendedFor.length > 0 ? 'suspended' : 'active';
}
