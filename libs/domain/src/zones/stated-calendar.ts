import type { Period } from '../kernel/period.ts';
import { firstReach, instantShowing, offsetAt, shownAt } from './stated-zone.ts';
import { dayMs, type ZoneFacts } from './zone-shape.ts';

/*
 * Days, months and agreement years by what is stated of a time zone, and by nothing else: plain arithmetic on dates. A
 * period begins at the first instant whose clocks show its first date or a later one.
 */

/** The local date of an instant, `YYYY-MM-DD`. */
export function statedDate(zone: ZoneFacts, at: number): string {
  return dateText(shownAt(zone, at));
}

export function statedDay(zone: ZoneFacts, at: number): Period {
  const date = midnightBefore(shownAt(zone, at));
  const day = between(zone, date, date + dayMs);
  // The clocks were put back across midnight: the next day had begun by then.
  return at < day.until ? day : between(zone, date + dayMs, date + 2 * dayMs);
}

export function statedMonth(zone: ZoneFacts, at: number): Period {
  const shown = new Date(shownAt(zone, at));
  const [year, index] = [shown.getUTCFullYear(), shown.getUTCMonth()];
  const first = (later: number): number => Date.UTC(year, index + later, 1);
  const month = between(zone, first(0), first(1));
  return at < month.until ? month : between(zone, first(1), first(2));
}

/** @param start local date of the first agreement year, `YYYY-MM-DD`. */
export function statedYear(zone: ZoneFacts, start: string, at: number): Period {
  const shown = shownAt(zone, at);
  const first = Date.parse(start);
  const years = new Date(shown).getUTCFullYear() - new Date(first).getUTCFullYear();
  let index = Math.max(0, years);
  if (index > 0 && shown < yearsAfter(first, index)) index -= 1;
  const year = between(zone, yearsAfter(first, index), yearsAfter(first, index + 1));
  return at < year.until ? year : between(zone, yearsAfter(first, index + 1), yearsAfter(first, index + 2));
}

/** The same local time on the same day of the next year; of 29 February the 28th. */
export function statedYearLater(zone: ZoneFacts, at: number): number {
  return instantShowing(zone, yearsAfter(shownAt(zone, at), 1));
}

/** `2026-01-30 10:00:00 (UTC+08:00)`. */
export function statedTimeText(zone: ZoneFacts, at: number): string {
  const time = new Date(shownAt(zone, at))
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');
  return `${time} (UTC${offsetText(offsetAt(zone, at))})`;
}

function offsetText(offsetMs: number): string {
  const seconds = Math.abs(offsetMs) / 1_000;
  const parts = [seconds / 3_600, (seconds / 60) % 60, seconds % 60].map((part) =>
    String(Math.floor(part)).padStart(2, '0'),
  );
  const text = (seconds % 60 === 0 ? parts.slice(0, 2) : parts).join(':');
  return (offsetMs < 0 ? '-' : '+') + text;
}

function between(zone: ZoneFacts, first: number, next: number): Period {
  return { name: dateText(first), from: firstReach(zone, first), until: firstReach(zone, next) };
}

/** The same time of day on the same date of a later year; of 29 February the 28th in common years. */
function yearsAfter(shown: number, years: number): number {
  const date = new Date(shown);
  const month = date.getUTCMonth();
  date.setUTCFullYear(date.getUTCFullYear() + years);
  // 29 February has become 1 March.
  if (date.getUTCMonth() !== month) date.setUTCDate(0);
  return date.getTime();
}

function midnightBefore(shown: number): number {
  return Math.floor(shown / dayMs) * dayMs;
}

function dateText(shown: number): string {
  const text = new Date(shown).toISOString();
  return text.slice(0, text.indexOf('T'));
}
