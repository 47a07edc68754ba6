import { strict as assert } from 'node:assert';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BalanceAsOf } from '#application';
import { EventStoreError, type StreamPage } from '#application/ports';
import { accountStream } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount, settle } from '../support/commands.ts';
import { HandClock, outcome, Replica } from '../support/replica.ts';

/** The store in memory, which can be told to fail when a stream is read. */
class FailingReads extends MemoryEventStore {
  error: Error | undefined;

  override readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    if (this.error !== undefined) return Promise.reject(this.error);
    return super.readStream(stream, from, limit);
  }
}

/** As an engine's own errors are: without a meaning to the ledger. */
const diskError = (): Error => Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode: 10 });

let store: FailingReads;
let clock: HandClock;
let replica: Replica;

beforeEach(async () => {
  store = new FailingReads();
  clock = new HandClock(start);
  replica = new Replica(store, clock, { soleWriter: true, limits: { sweepMax: 3 } });
  await replica.run('acme', openAccount('acme'));
  await replica.run('acme', deposit('d0', '100'));
});

describe('a store that takes nothing, as when the disk is full,', () => {
  it.each(['store-unavailable', 'store-broken'] as const)(
    'turns a command away although more is due than one append may sweep: %s',
    async (error) => {
      for (const holdId of ['h1', 'h2', 'h3', 'h4']) await replica.run('acme', freeze(holdId, '1', 60));
      clock.time += 60_000;
      let appends = 0;
      store.failAppend = () => {
        appends += 1;
        // A lane that goes on for ever would never end the test either.
        return appends > 20 ? undefined : error;
      };
      expect(outcome(await replica.run('acme', deposit('d1', '1')))).toBe('store_unavailable');
      expect(appends).toBe(1);
      store.failAppend = () => undefined;
      expect(outcome(await replica.run('acme', deposit('d1', '1')))).toBe('done');
    },
  );
});

describe('a snapshot that cannot be saved', () => {
  it('takes nothing back: the command is written, and answered so', async () => {
    const fresh = new Replica(store, clock, { soleWriter: true, limits: { snapshotEveryEvents: 1 } });
    fresh.snapshots.save = () => {
      throw diskError();
    };
    expect(outcome(await fresh.run('acme', deposit('d1', '1')))).toBe('done');
    expect(fresh.onTransientError).toEqual(['acme: Error: disk I/O error']);
    expect(outcome(await fresh.run('acme', deposit('d1', '1')))).toBe('again');
  });
});

describe('a machine that fails while an account is read', () => {
  it.each([
    ['by the store’s word', new EventStoreError('store-unavailable', 'told to fail')],
    ['by an error of the engine', diskError()],
  ])('puts no account out of service: %s', async (_, error) => {
    const fresh = new Replica(store, clock, { soleWriter: true });
    store.error = error;
    expect(outcome(await fresh.run('acme', deposit('d1', '1')))).toBe('store_unavailable');
    await expect(fresh.lanes.read('acme', () => undefined)).rejects.toMatchObject({ code: 'store_unavailable' });
    store.error = undefined;
    expect(outcome(await fresh.run('acme', deposit('d1', '1')))).toBe('done');
    expect(fresh.quarantined).toEqual([]);
  });

  it('is not a broken history to a balance as of a time either', async () => {
    const balances = new BalanceAsOf(replica.lanes, store, replica.snapshots, clock);
    clock.time += 1;
    store.error = diskError();
    await expect(balances.at('acme', { at: start })).rejects.toMatchObject({ code: 'store_unavailable' });
    store.error = new assert.AssertionError({ message: 'frozen is never below zero' });
    await expect(balances.at('acme', { at: start })).rejects.toMatchObject({ code: 'account_quarantined' });
  });

  it('does not either when it is the id index that fails', async () => {
    replica.index.error = diskError();
    expect(outcome(await replica.run('acme', settle('h1')))).toBe('store_unavailable');
    replica.index.error = undefined;
    expect(outcome(await replica.run('acme', settle('h1')))).toBe('hold_not_found');
  });

  it('leaves nobody waiting when another process wrote and its events cannot be read', async () => {
    const other = new Replica(store, clock, { soleWriter: true });
    await other.run('acme', freeze('h1'));
    await replica.index.catchUp();
    store.error = diskError();
    expect(outcome(await replica.run('acme', settle('h1')))).toBe('store_unavailable');
    store.error = undefined;
    expect(outcome(await replica.run('acme', settle('h1')))).toBe('done');
  });

  it.each([
    ['read', diskError()],
    ['restored', undefined],
  ])('reads the whole history when a snapshot cannot be %s', async (_, error) => {
    const { events } = await store.readStream(accountStream('acme'), 1, 1);
    const [last] = events;
    assert(last !== undefined, 'the account has two events');
    const fresh = new Replica(store, clock, { soleWriter: true });
    await fresh.index.catchUp();
    const { revision, position, hash } = last;
    fresh.snapshots.save({ accountId: 'acme', revision, at: start, position, hash, state: '{"foldVersion"' });
    fresh.snapshots.error = error;
    expect(outcome(await fresh.run('acme', freeze('h1', '100')))).toBe('done');
    clock.time += 1;
    const balances = new BalanceAsOf(fresh.lanes, store, fresh.snapshots, clock);
    expect((await balances.at('acme', { at: start }))?.balance.available).toBe('0');
  });
});
