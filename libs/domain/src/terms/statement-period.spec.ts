import { describe, expect, it } from '@jest/globals';
import { type ConventionChange, dateAfter, type StatementPeriod, statementPeriod } from '#domain';
import fc from '../../../../test/support/fast-check.ts';

const conventions = ['calendar', 'last-day-next'] as const;

/** Statement after statement from the first on, as the rule is told. */
function walked(month: string, openedOn: string, changes: readonly ConventionChange[]): StatementPeriod | undefined {
  let [current, first] = [openedOn.slice(0, 7), `${openedOn.slice(0, 7)}-01`];
  for (; current <= month; current = dateAfter(`${current}-01`, 31).slice(0, 7)) {
    const convention = changes.findLast(({ date }) => date <= first)?.convention ?? 'calendar';
    const lastOfMonth = dateAfter(`${dateAfter(`${current}-01`, 31).slice(0, 7)}-01`, -1);
    const last = convention === 'calendar' ? lastOfMonth : dateAfter(lastOfMonth, -1);
    if (current === month) return last < openedOn ? undefined : { first, last };
    first = dateAfter(last, 1);
  }
  return undefined;
}

const day = fc.integer({ min: 0, max: 2_000 }).map((days) => dateAfter('2023-11-30', days));

describe('the days of a statement', () => {
  it('are those that a walk from the first statement comes to, whatever changed on the way', () => {
    const change = fc.record({ date: day, convention: fc.constantFrom(...conventions) });
    fc.assert(
      fc.property(day, fc.array(change, { maxLength: 6 }), day, (openedOn, some, at) => {
        const changes = some
          .filter(({ date }) => date >= openedOn)
          .sort((left, right) => (left.date < right.date ? -1 : 1))
          .filter(({ date }, index, all) => all[index + 1]?.date !== date);
        const month = at.slice(0, 7);
        expect(statementPeriod(month, openedOn, changes)).toEqual(walked(month, openedOn, changes));
      }),
    );
  });

  it.each([
    ['9999-11', { first: '9999-11-01', last: '9999-11-30' }],
    ['9999-12', { first: '9999-12-01', last: '9999-12-31' }],
    ['2024-02', { first: '2024-02-01', last: '2024-02-29' }],
    ['2100-02', { first: '2100-02-01', last: '2100-02-28' }],
    ['0001-01', undefined],
    ['0000-01', undefined],
  ])('of %s are told at once, however far that is', (month, period) => {
    expect(statementPeriod(month, '2024-01-15', [])).toEqual(period);
  });

  it('of the last month that there is may end a day before it', () => {
    const changes = [{ date: '2024-02-01', convention: 'last-day-next' }] as const;
    expect(statementPeriod('9999-12', '2024-01-15', changes)).toEqual({ first: '9999-11-30', last: '9999-12-30' });
  });
});
