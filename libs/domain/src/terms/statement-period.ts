import { dateAfter } from '../kernel/calendar.ts';
import type { StatementConvention } from './events.ts';

/** A convention that is asked for from a date on; it holds from the first statement that begins on that date or later. */
export interface ConventionChange {
  readonly date: string;
  readonly convention: StatementConvention;
}

/** The days of a monthly statement: both are local dates, `YYYY-MM-DD`, and belong to it. */
export interface StatementPeriod {
  readonly first: string;
  readonly last: string;
}

/**
 * The days of the statement of a month, `YYYY-MM`. Statements follow each other without a gap, from the one that has the
 * account's first day on: since a convention changes at a statement's end only, each day is in exactly one of them.
 *
 * @param changes in the order of their dates; before the first of them the convention is `calendar`.
 * @returns undefined for a month before the account's first day.
 */
export function statementPeriod(
  month: string,
  openedOn: string,
  changes: readonly ConventionChange[],
): StatementPeriod | undefined {
  let [current, first] = [openedOn.slice(0, 7), `${openedOn.slice(0, 7)}-01`];
  // Month by month only as far as the convention changes: from there on any month can be told at once.
  const lastChange = changes.at(-1)?.date ?? '';
  while (current < month && first < lastChange) {
    const last = lastDay(current, conventionOn(changes, first));
    [current, first] = [monthFrom(current, 1), dateAfter(last, 1)];
  }
  if (current > month) return undefined;
  const convention = conventionOn(changes, first);
  if (current < month) first = dateAfter(lastDay(monthFrom(month, -1), convention), 1);
  const last = lastDay(month, convention);
  // An account that is opened on a day which counts to the next month has its first statement then.
  return last < openedOn ? undefined : { first, last };
}

/** The changes after one more was asked for, on a date that is not before theirs; the last one of a date counts. */
export function conventionAsked(
  changes: readonly ConventionChange[],
  date: string,
  convention: StatementConvention,
): readonly ConventionChange[] {
  if ((changes.at(-1)?.convention ?? 'calendar') === convention) return changes;
  return [...changes.filter((change) => change.date < date), { date, convention }];
}

function conventionOn(changes: readonly ConventionChange[], date: string): StatementConvention {
  return changes.findLast((change) => change.date <= date)?.convention ?? 'calendar';
}

function lastDay(month: string, convention: StatementConvention): string {
  const days = daysIn(month) - (convention === 'calendar' ? 0 : 1);
  return `${month}-${String(days).padStart(2, '0')}`;
}

function daysIn(month: string): number {
  const [year = 0, number = 0] = month.split('-').map(Number);
  if (number === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(number) ? 30 : 31;
}

/** The month after or before another. */
function monthFrom(month: string, months: 1 | -1): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const count = 12 * year + number - 1 + months;
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
}
