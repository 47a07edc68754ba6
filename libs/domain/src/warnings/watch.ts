import type { Money } from '../kernel/money.ts';
import type { AccountWarning } from './events.ts';

/**
 * What an account is warned of, and whether it was. A warning is raised once when what it warns of comes to be, and can be
 * raised again when that has passed.
 */
export interface WarningState {
  /** Null: no threshold was agreed; only arrears, and the suspension for them, are warned of. */
  readonly thresholds: Thresholds | null;
  /** Of the kinds that last: raised, and not over yet. What was told of a pack is kept with the pack. */
  readonly raised: ReadonlySet<AccountWarning>;
  /** A charge that could not be collected a moment ago. */
  readonly uncollected: { readonly holdId: string; readonly amount: string } | null;
}

/** When a pack's expiry is to be told is not among them: that falls due by itself. */
export interface Thresholds {
  readonly availableBelow: Money | null;
  readonly packPercentBelow: number | null;
}

declare module '../core/state.ts' {
  interface AccountSummary {
    /** What the account is to be warned of; null: nothing. */
    readonly watch: WarningState | null;
  }
}
