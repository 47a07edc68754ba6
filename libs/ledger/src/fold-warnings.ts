import { strict as assert } from 'node:assert';
import { daysAtNotice } from './evolve-bills.ts';
import type { ChargeUncollected } from './events.ts';
import type { AccountState, Standing } from './state.ts';
import type { WarningRaised } from './warning-events.ts';
import { dueWarning, raisedOn, rearmed } from './warnings.ts';

/*
 * How an account that is watched goes on: a part of evolve.ts.
 */

/** After an event: what is over can be warned of again. To be asked for watched accounts only. */
export function rearm(state: AccountState): void {
  const { standing } = state;
  if (standing.watch === null) return;
  const watch = rearmed(standing.watch, standing);
  // What takes the event back brings the standing before it: nothing of this has to be noted.
  if (watch !== standing.watch) state.standing = { ...standing, watch };
}

export function noteUncollected({ watch }: Standing, { holdId, amount }: ChargeUncollected): Partial<Standing> {
  return watch?.thresholds == null ? {} : { watch: { ...watch, uncollected: { holdId, amount } } };
}

/** A warning has a reason, or the history is not one. */
export function warningRaised({ standing }: AccountState, raised: WarningRaised): Partial<Standing> {
  const { watch } = standing;
  assert(watch !== null, 'an account is watched before it is warned');
  assert(dueWarning(watch, standing)?.warning === raised.warning, `${raised.warning} is to be warned of`);
  return { days: daysAtNotice(standing, raised.at), watch: raisedOn(watch, raised) };
}
