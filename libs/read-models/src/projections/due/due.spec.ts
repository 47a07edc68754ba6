import { describe, expect, it } from '@jest/globals';
import { type AccountState, accountStream, evolve, initialState } from '#domain';
import { EverythingRunner } from '../../../../../test/support/everything-runner.ts';
import { everything } from '../../../../../test/support/everything-steps.ts';
import fc from '../../../../../test/support/fast-check.ts';
import { Log } from '../../../testing/log.ts';
import { type Bench, bench } from '../../../testing/tables.ts';

/** `kind subject at` of what falls due besides holds, as the read models have it. */
function listDue({ database }: Bench): readonly string[] {
  return database
    .prepare('SELECT kind, subject, deadline FROM schedule')
    .all()
    .map(({ kind, subject, deadline }) => `${String(kind)} ${String(subject)} ${String(deadline)}`)
    .sort();
}

function findNearest({ due, schedule }: AccountState): number | null {
  const nearest = Math.min(due.peek()?.opening.expiresAt ?? Number.POSITIVE_INFINITY, schedule.nextAt);
  return Number.isFinite(nearest) ? nearest : null;
}

describe('what falls due by the read models', () => {
  it('is what falls due by the fold, after every event of every scenario', () => {
    fc.assert(
      fc.property(everything, (scenario) => {
        const log = new Log();
        const readModels = bench();
        const state = initialState();
        for (const event of new EverythingRunner(scenario).account.events) {
          const recorded = log.put(accountStream('acme'), event.type, JSON.stringify(event.data));
          readModels.projector.apply({ events: [recorded], position: recorded.position });
          evolve(state, event);
          state.undo.commit();
          expect(listDue(readModels)).toEqual(
            state.schedule.all.map(({ kind, subject, at }) => `${kind} ${subject} ${String(at)}`).sort(),
          );
          const row = readModels.database.prepare('SELECT next_deadline FROM summaries').get();
          expect(row?.['next_deadline']).toBe(findNearest(state));
        }
        readModels.database.close();
      }),
      { numRuns: 60 },
    );
  });
});
