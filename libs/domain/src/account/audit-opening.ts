import type { Violation } from '../core/violation.ts';
import { isDate } from '../kernel/calendar.ts';
import { AccountCalendar } from '../zones/account-calendar.ts';
import type { ZoneNoted } from '../zones/events.ts';
import { zoneAheadMs, zoneBackMs, type ZoneFacts } from '../zones/zone-shape.ts';
import type { AccountOpened } from './events.ts';

/** What is wrong with the terms that an account was opened with. */
export function checkTerms(opened: AccountOpened, accountId: string): readonly Violation[] {
  const { timeZone, agreementStart, zone, at } = opened;
  const errors: Violation[] = [];
  const report = (detail: string): void => {
    errors.push({ kind: 'terms-invalid', detail });
  };
  if (opened.accountId !== accountId) report(`the event opens ${opened.accountId}`);
  const calendar = calendarOfTerms(opened);
  if (calendar === undefined) report(`no years can be counted from ${agreementStart} in ${timeZone}`);
  if (calendar !== undefined && agreementStart > calendar.findDate(at))
    report('its agreement starts after its opening');
  if (!saysAllAround(zone, at)) report('what it states of its time zone is not of the years around it');
  return errors;
}

/** The days and years of an account; undefined where none can be counted. */
export function calendarOfTerms({ timeZone, agreementStart, zone }: AccountOpened): AccountCalendar | undefined {
  return isDate(agreementStart) ? new AccountCalendar(timeZone, agreementStart, zone) : undefined;
}

/**
 * What is wrong with what is stated of the time zone again: only time ahead is. Whether it is what this machine knows is
 * no question: another may know better.
 */
export function checkZone(before: ZoneFacts, { at, zone }: ZoneNoted): Violation | undefined {
  if (zone.from === at + 1 && zone.until >= before.until) return undefined;
  return { kind: 'zone-wrong', detail: 'what is stated of its time zone is not of the time ahead' };
}

/** An agreement year and a month back, and as far ahead as is stated. */
function saysAllAround({ from, until }: ZoneFacts, at: number): boolean {
  return from === Math.max(0, at - zoneBackMs) && until === at + zoneAheadMs;
}
