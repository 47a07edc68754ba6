import { strict as assert } from 'node:assert';
import type { AccountState } from '../core/state.ts';
import { contains, type Period } from '../kernel/calendar.ts';
import { type Money, plus, zero } from '../kernel/money.ts';

/*
 * What counts against the daily limit and the budgets of an account. A hold counts in the period in which it was opened:
 * its frozen money while it is open, its charge afterwards. Whatever ends it, and whatever comes later still, changes that
 * very period, and none if it is over.
 */

/** A hold is opened: the day's spend with it; a later day than the one that was counted last begins with nothing. */
export function spendOpened(state: AccountState, at: number, amount: Money, budget: string | null): DailySpend {
  const { calendar, summary } = state;
  assert(calendar !== null, 'an account is opened before anything else happens to it');
  if (budget !== null) state.budgets.holdOpened(budget, calendar, at, amount);
  const { spend } = summary;
  if (spend !== null && contains(spend.day, at)) return { day: spend.day, amount: plus(spend.amount, amount) };
  return { day: calendar.findDay(at), amount };
}

/** The day's spend after what a hold takes has changed by `change`. */
export function spendChanged(
  state: AccountState,
  openedAt: number,
  change: Money,
  budget: string | null,
): DailySpend | null {
  if (budget !== null && change !== zero) state.budgets.holdChanged(budget, openedAt, change);
  const { spend } = state.summary;
  if (spend === null || !contains(spend.day, openedAt)) return spend;
  return { day: spend.day, amount: plus(spend.amount, change) };
}

/** What the holds opened on one natural day have frozen and charged. */
export interface DailySpend {
  readonly day: Period;
  readonly amount: Money;
}

declare module '../core/state.ts' {
  interface AccountSummary {
    readonly spend: DailySpend | null;
  }
}
