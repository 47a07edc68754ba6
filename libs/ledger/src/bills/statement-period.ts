import { dateAfter } from '../calendar.ts';
import type { StatementConvention } from '../terms-events.ts';

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
  for (;;) {
    const last = lastDay(current, conventionOn(changes, first));
    // An account that is opened on a day which counts to the next month has its first statement then.
    if (current === month) return last < openedOn ? undefined : { first, last };
    if (current > month) return undefined;
    [current, first] = [monthAfter(current), dateAfter(last, 1)];
  }
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
  return dateAfter(`${monthAfter(month)}-01`, convention === 'calendar' ? -1 : -2);
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const next = number === 12 ? [year + 1, 1] : [year, number + 1];
  return `${String(next[0]).padStart(4, '0')}-${String(next[1]).padStart(2, '0')}`;
}
