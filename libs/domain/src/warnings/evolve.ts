import { strict as assert } from 'node:assert';
import { daysAtNotice } from '../billing/evolve.ts';
import { applyHeader } from '../core/apply-movement.ts';
import type { TypedEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import { dueWarning, raisedOn, rearmed } from './warnings.ts';

/*
 * How an account that is watched goes on: a part of evolve.ts.
 */

/** After an event: what is over can be warned of again. To be asked for watched accounts only. */
export function rearm(state: AccountState): void {
  const { summary } = state;
  if (summary.watch === null) return;
  const { thresholds } = summary.watch;
  if (thresholds !== null && thresholds.packPercentBelow !== null) state.packs.rearmLow(thresholds.packPercentBelow);
  const watch = rearmed(summary.watch, summary);
  // What takes the event back brings the summary before it: nothing of this has to be noted.
  if (watch !== summary.watch) state.summary = { ...summary, watch };
}

/** A warning has a reason, or the history is not one. */
export function raiseWarning(state: AccountState, { data }: TypedEvent<'warning-raised.v1'>): void {
  const { at, warning, subject } = data;
  const { summary } = state;
  const { watch } = summary;
  assert(watch !== null, 'an account is watched before it is warned');
  const days = daysAtNotice(summary, at);
  if (warning === 'pack-expiring') {
    notifyExpiry(state, subject ?? '', at);
    applyHeader(state, at, { days });
    return;
  }
  const due = dueWarning(watch, state);
  assert(due?.warning === warning && due.subject === subject, `${warning} is to be warned of`);
  if (warning === 'pack-low') state.packs.change(subject ?? '', { lowNotified: true });
  applyHeader(state, at, warning === 'pack-low' ? { days } : { days, watch: raisedOn(watch, warning) });
}

function notifyExpiry(state: AccountState, packId: string, at: number): void {
  const due = state.schedule.first;
  assert(
    due?.kind === 'pack-notice' && due.subject === packId && due.at === at,
    `the expiry of pack ${packId} is to be told`,
  );
  state.schedule.remove('pack-notice', packId);
  state.packs.change(packId, { expiryNotified: true });
}
