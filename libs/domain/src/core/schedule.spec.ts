import { describe, expect, it } from '@jest/globals';
import fc from '../../../../test/support/fast-check.ts';
import { type Due, dueKinds, Schedule, type ScheduleChange } from '../index.ts';
import { UndoLog } from '../kernel/undo-log.ts';

const subject = fc.constantFrom('a', 'b', 'c');
const kind = fc.constantFrom(...dueKinds);
const change: fc.Arbitrary<ScheduleChange> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ change: fc.constant('put' as const), kind, subject, at: fc.nat({ max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ change: fc.constant('remove' as const), kind, subject }) },
  { weight: 1, arbitrary: fc.record({ change: fc.constant('remove-all' as const) }) },
);

/** The same by sorting all of it every time. */
function byHand(changes: readonly ScheduleChange[]): readonly Due[] {
  const schedule = new Map<string, Due>();
  for (const [order, each] of changes.entries()) {
    if (each.change === 'remove-all') schedule.clear();
    if (each.change === 'remove') schedule.delete(`${each.kind} ${each.subject}`);
    if (each.change === 'put') {
      const { at, kind: of, subject: which } = each;
      schedule.set(`${of} ${which}`, { at, kind: of, subject: which, order });
    }
  }
  const rank = ({ at, kind: of, order }: Due): number => at * 1_000_000 + dueKinds.indexOf(of) * 10_000 + order;
  return [...schedule.values()].sort((left, right) => rank(left) - rank(right));
}

describe('what falls due besides holds', () => {
  it('is in the order of time, then of kind, then of opening', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const schedule = new Schedule(new UndoLog());
        for (const [revision, each] of changes.entries()) schedule.apply(each, revision);
        const expected = byHand(changes);
        expect(schedule.all).toEqual(expected);
        expect(schedule.first).toEqual(expected[0]);
        expect(schedule.nextAt).toBe(expected[0]?.at ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  it('is what it was before, once what was done is taken back', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 15 }), fc.array(change, { maxLength: 15 }), (kept, takenBack) => {
        const undo = new UndoLog();
        const schedule = new Schedule(undo);
        for (const [revision, each] of kept.entries()) schedule.apply(each, revision);
        const mark = undo.mark();
        for (const [index, each] of takenBack.entries()) schedule.apply(each, kept.length + index);
        undo.rollBackTo(mark);
        expect(schedule.all).toEqual(byHand(kept));
        expect(schedule.nextAt).toBe(byHand(kept)[0]?.at ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  it('goes on from what a snapshot kept', () => {
    const schedule = new Schedule(new UndoLog());
    schedule.apply({ change: 'put', kind: 'order-closing', subject: 'o', at: 3 }, 1);
    schedule.apply({ change: 'put', kind: 'pack-expiry', subject: 'p', at: 3 }, 2);
    const again = new Schedule(new UndoLog());
    again.restore(schedule.all);
    expect(again.first).toEqual({ at: 3, kind: 'pack-expiry', subject: 'p', order: 2 });
    expect(again.all).toEqual(schedule.all);
  });
});
