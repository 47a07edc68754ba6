import { strict as assert } from 'node:assert';
import { daysAtNotice } from '../billing/evolve.ts';
import { stand } from '../core/apply-movement.ts';
import type { AccountState } from '../core/state.ts';
import type { Period } from '../kernel/period.ts';
import type { ZoneNoted } from '../zones/events.ts';
import { statedAnew } from '../zones/stated-zone.ts';

/** Periods that are under way may end at another moment than they were to; those that are over stay as they were. */
export function noteZoneFacts(state: AccountState, { at, zone }: ZoneNoted): void {
  const { calendar: before, standing } = state;
  assert(before !== null, 'an account is opened before its zone is noted');
  const calendar = before.by(statedAnew(before.zone, zone));
  state.undo.record(() => {
    state.calendar = before;
  });
  state.calendar = calendar;
  state.budgets.turnBy(calendar, at);
  const { spend, days } = standing;
  const { latest } = days;
  const isUnderWay = ({ until }: Period): boolean => at < until;
  stand(state, at, {
    spend: spend !== null && isUnderWay(spend.day) ? { ...spend, day: calendar.dayOf(spend.day.from) } : spend,
    days:
      latest !== null && isUnderWay(latest.day)
        ? { ...days, latest: { ...latest, day: calendar.dayOf(latest.day.from) } }
        : daysAtNotice(standing, at),
  });
}
