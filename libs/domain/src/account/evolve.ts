import { strict as assert } from 'node:assert';
import { daysAtNotice, daysFrom } from '../billing/evolve.ts';
import { applyHeader } from '../core/apply-movement.ts';
import type { TypedEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import type { Period } from '../kernel/period.ts';
import { dropOrders } from '../orders/evolve.ts';
import { forfeitPacks } from '../packs/evolve.ts';
import { agreedAtOpening, termsFrom, toCalendar } from '../terms/terms.ts';
import { restateZone } from '../zones/stated-zone.ts';

export function openAccount(state: AccountState, { data: opened }: TypedEvent<'account-opened.v1'>): void {
  assert(state.summary.revision === -1, 'an account is opened by the first event of its stream');
  const terms = termsFrom(opened, agreedAtOpening(opened));
  state.undo.record(() => {
    state.opened = null;
    state.calendar = null;
  });
  state.opened = opened;
  state.calendar = toCalendar(terms, opened.zone);
  applyHeader(state, opened.at, { terms, days: daysFrom(state, opened.at) });
}

/** Nothing is left that could be paid. */
export function closeAccount(state: AccountState, { data }: TypedEvent<'account-closed.v1'>): void {
  if (data.forfeited !== null) forfeitPacks(state, data.forfeited);
  dropOrders(state);
  applyHeader(state, data.at, { closed: true, arrears: null });
}

/** Periods that are under way may end at another moment than they were to; those that are over stay as they were. */
export function noteZoneFacts(state: AccountState, { data }: TypedEvent<'zone-noted.v1'>): void {
  const { at, zone } = data;
  const { calendar: before, summary } = state;
  assert(before !== null, 'an account is opened before its zone is noted');
  const calendar = before.by(restateZone(before.zone, zone));
  state.undo.record(() => {
    state.calendar = before;
  });
  state.calendar = calendar;
  state.budgets.turnBy(calendar, at);
  const { spend, days } = summary;
  const { latest } = days;
  const isUnderWay = ({ until }: Period): boolean => at < until;
  applyHeader(state, at, {
    spend: spend !== null && isUnderWay(spend.day) ? { ...spend, day: calendar.findDay(spend.day.from) } : spend,
    days:
      latest !== null && isUnderWay(latest.day)
        ? { ...days, latest: { ...latest, day: calendar.findDay(latest.day.from) } }
        : daysAtNotice(summary, at),
  });
}
