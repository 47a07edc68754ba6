import type { LateWindow } from '../kernel/late-window.ts';
import type { DeadlineHeap } from './deadline-heap.ts';
import type { OpenHold } from './hold.ts';
import type { RecentHolds } from './recent-holds.ts';

declare module '../core/state.ts' {
  interface AccountState {
    readonly openHolds: Map<string, OpenHold>;
    /** About how many bytes of memory they take. */
    openHoldBytes: number;
    readonly due: DeadlineHeap;
    readonly lateWindow: LateWindow;
    readonly recentHolds: RecentHolds;
  }
}
