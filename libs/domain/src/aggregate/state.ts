import { noDays } from '../billing/billing-days.ts';
import { Budgets } from '../budgets/budget.ts';
import { RecentIds } from '../core/recent-ids.ts';
import { Schedule } from '../core/schedule.ts';
import type { AccountState } from '../core/state.ts';
import { DeadlineHeap } from '../holds/deadline-heap.ts';
import type { OpenHold } from '../holds/hold.ts';
import { RecentHolds } from '../holds/recent-holds.ts';
import { LateWindow } from '../kernel/late-window.ts';
import { zero } from '../kernel/money.ts';
import { UndoLog } from '../kernel/undo-log.ts';
import { Packs } from '../packs/pack.ts';

/** Version of the fold: a snapshot made by another version is not used. */
export const foldVersion = 25;

/** Of an account that was never opened: the state before its first event. */
export function initialState(): AccountState {
  const openHolds = new Map<string, OpenHold>();
  const undo = new UndoLog();
  const recentIds = new RecentIds(undo);
  return {
    summary: {
      terms: null,
      balance: {
        available: zero,
        frozen: zero,
        settled: zero,
        packs: zero,
        deposited: zero,
        credited: zero,
        withdrawn: zero,
      },
      suspendedFor: [],
      closed: false,
      conventions: [],
      spend: null,
      days: noDays,
      billed: null,
      arrears: null,
      watch: null,
      revision: -1,
      lastAt: 0,
    },
    opened: null,
    calendar: null,
    openHolds,
    openHoldBytes: 0,
    // By identity: after a decision was undone, another hold may have been opened under the same id.
    due: new DeadlineHeap((hold) => openHolds.get(hold.opening.holdId)?.opening === hold.opening),
    schedule: new Schedule(undo),
    openOrders: new Map(),
    unitsCharged: new Map(),
    agreedTables: new Map(),
    lateWindow: new LateWindow(undo),
    budgets: new Budgets(undo),
    packs: new Packs(undo),
    trialsTaken: new Set(),
    recentIds,
    recentHolds: new RecentHolds(recentIds),
    undo,
  };
}
