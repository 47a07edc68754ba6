import { describe, expect, it } from '@jest/globals';
import type { Position, Snapshot } from '#application/ports';
import fc from '../../../../test/support/fast-check.ts';
import { commands, Log, start } from '../../testing/log.ts';
import { bench } from '../../testing/tables.ts';

function snapshotAt(log: Log, revision: number): Snapshot {
  const event = log.events[revision];
  if (event === undefined) throw new RangeError(`the log has no event ${String(revision)}`);
  const { position, hash } = event;
  return { accountId: 'acme', revision, at: start + revision, position, hash, state: `state ${String(revision)}` };
}

function deposits(count: number): Log {
  const log = new Log();
  log.run('acme', commands.open('acme'), start);
  for (let index = 1; index <= count; index += 1) {
    log.run('acme', commands.deposit(String(index), '1'), start + index);
  }
  return log;
}

describe('a snapshot', () => {
  it('is kept only when the read models have passed it', () => {
    const log = deposits(5);
    const { projector, snapshots } = bench();
    snapshots.save(snapshotAt(log, 3));
    const upTo = (revision: number): void => {
      projector.apply({
        events: log.events.slice(0, revision + 1),
        position: log.events[revision]?.position ?? ('' as Position),
      });
    };
    upTo(2);
    expect(snapshots.newest('acme')).toBeUndefined();
    upTo(3);
    expect(snapshots.newest('acme')).toEqual(snapshotAt(log, 3));
  });

  it('that is passed already is kept with the next page, even an empty one', () => {
    const log = deposits(5);
    const { projector, snapshots } = bench();
    const position = log.events.at(-1)?.position ?? ('' as Position);
    projector.apply({ events: log.events, position });
    snapshots.save(snapshotAt(log, 4));
    projector.apply({ events: [], position });
    expect(snapshots.newest('acme')?.revision).toBe(4);
  });

  it('of an unknown account, without a state, or not newer than what is there, is not kept', () => {
    const log = deposits(5);
    const { database, projector, snapshots } = bench();
    const position = log.events.at(-1)?.position ?? ('' as Position);
    snapshots.save(snapshotAt(log, 4));
    snapshots.save(snapshotAt(log, 4));
    snapshots.save(snapshotAt(log, 2));
    snapshots.save({ ...snapshotAt(log, 5), accountId: 'nobody' });
    snapshots.save({ ...snapshotAt(log, 5), state: '' });
    projector.apply({ events: log.events, position });
    expect(
      database
        .prepare('SELECT revision FROM snapshots')
        .all()
        .map((row) => row['revision']),
    ).toEqual([4]);
  });

  it('is found by time and by revision: the newest that is not after it', () => {
    const log = deposits(9);
    const { projector, snapshots } = bench();
    for (const revision of [2, 5, 8]) snapshots.save(snapshotAt(log, revision));
    projector.apply({ events: log.events, position: log.events.at(-1)?.position ?? ('' as Position) });
    expect(snapshots.newest('acme')?.revision).toBe(8);
    expect(snapshots.newestAt('acme', start + 7)?.revision).toBe(5);
    expect(snapshots.newestAt('acme', start + 8)?.revision).toBe(8);
    expect(snapshots.newestAt('acme', start + 1)).toBeUndefined();
    expect(snapshots.newestUpTo('acme', 5)?.revision).toBe(5);
    expect(snapshots.newestUpTo('acme', 4)?.revision).toBe(2);
    expect(snapshots.newestUpTo('acme', 1)).toBeUndefined();
    expect(snapshots.newest('nobody')).toBeUndefined();
  });

  it('of an account whose events cannot all be read is neither kept nor given', () => {
    const log = deposits(3);
    const { database, projector, snapshots } = bench();
    const follow = (): void => {
      projector.apply({ events: log.events, position: log.events.at(-1)?.position ?? ('' as Position) });
    };
    snapshots.save(snapshotAt(log, 2));
    follow();
    expect(snapshots.newest('acme')?.revision).toBe(2);
    log.put('account-acme', 'funds-doubled.v1', '{}');
    log.run('acme', commands.deposit('after', '1'), start + 9);
    snapshots.save(snapshotAt(log, 5));
    follow();
    expect(snapshots.newest('acme')).toBeUndefined();
    expect(snapshots.newestAt('acme', start + 99)).toBeUndefined();
    expect(snapshots.newestUpTo('acme', 99)).toBeUndefined();
    const kept = database.prepare('SELECT revision FROM snapshots').all();
    expect(kept.map((row) => row['revision'])).toEqual([2]);
  });

  it('of long ago is kept ever more thinly, but one is always near', () => {
    const log = deposits(600);
    const { database, projector, snapshots } = bench();
    for (let revision = 1; revision <= 600; revision += 1) snapshots.save(snapshotAt(log, revision));
    projector.apply({ events: log.events, position: log.events.at(-1)?.position ?? ('' as Position) });
    const kept = Number(database.prepare('SELECT count(*) AS kept FROM snapshots').get()?.['kept']);
    expect(kept).toBeLessThanOrEqual(8 * Math.log2(600) + 8);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), (revision) => {
        const found = snapshots.newestUpTo('acme', revision)?.revision ?? 0;
        expect(revision - found).toBeLessThanOrEqual((600 - revision) / 8 + 1);
      }),
    );
  });
});
