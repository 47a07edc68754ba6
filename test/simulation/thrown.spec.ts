import { strict as assert } from 'node:assert';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { evolve, formatMoney } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount, settle } from '../support/commands.ts';
import { asked, HandClock, outcome, Replica } from '../support/replica.ts';

let store: MemoryEventStore;
let replica: Replica;

function fails(error: Error): () => never {
  return () => {
    throw error;
  };
}

beforeEach(async () => {
  store = new MemoryEventStore();
  replica = new Replica(store, new HandClock(start), { soleWriter: true });
  await replica.run('acme', openAccount('acme'));
  await replica.run('acme', deposit('d0', '100'));
});

describe('a read that throws', () => {
  it.each([
    ['a RangeError', new RangeError('Invalid time value')],
    ['a failed assertion', new assert.AssertionError({ message: 'a quote is of a product' })],
  ])('fails alone, whoever waits beside it: %s', async (_, error) => {
    const bad = () => replica.lanes.read('acme', fails(error));
    const [first, frozen, seen, second, again] = await Promise.allSettled([
      bad(),
      Promise.all(Array.from({ length: 20 }, (_none, n) => replica.run('acme', freeze(`h${String(n)}`)))),
      replica.lanes.read('acme', ({ state }) => state.openHolds.size),
      bad(),
      replica.run('acme', deposit('d0', '100')),
    ]);
    expect([first, second]).toMatchObject([{ reason: error }, { reason: error }]);
    expect(frozen).toMatchObject({ value: Array.from({ length: 20 }, () => ({ kind: 'done' })) });
    expect(seen).toMatchObject({ value: 20 });
    expect(again).toMatchObject({ value: { replayed: true } });
    expect(replica.quarantined).toEqual([]);
  });

  it('costs its account not even the state that is in memory', async () => {
    let reads = 0;
    const readStream = store.readStream.bind(store);
    store.readStream = (...of) => {
      reads += 1;
      return readStream(...of);
    };
    await expect(replica.lanes.read('acme', fails(new TypeError('of undefined')))).rejects.toThrow('of undefined');
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('done');
    expect(reads).toBe(0);
  });

  it('leaves nothing behind of what it did to the account, nor does one that ends well', async () => {
    const meddling = (then: () => void) =>
      replica.lanes.read('acme', ({ state, now }) => {
        evolve(state, {
          type: 'funds-deposited.v1',
          data: { at: now, depositId: 'd9', amount: '1000', reference: null, paymentId: null },
        });
        then();
      });
    const results = await Promise.allSettled([
      meddling(fails(new Error('too late'))),
      meddling(() => undefined),
      replica.lanes.read('acme', ({ state }) => formatMoney(state.summary.balance.available)),
      replica.run('acme', freeze('h1', '101')),
    ]);
    expect(results).toMatchObject([
      { status: 'rejected' },
      { status: 'fulfilled' },
      { value: '100' },
      { value: { code: 'insufficient_available_balance' } },
    ]);
  });
});

describe('a command that throws while it is decided', () => {
  /** The id index answers for this hold with an error, as for nobody else's. */
  function breakHold(holdId: string, error: Error): void {
    const known = replica.index.hold.bind(replica.index);
    replica.index.hold = (accountId, of) => (of === holdId ? fails(error)() : known(accountId, of));
  }

  it.each([
    ['internal_error', new TypeError('of undefined')],
    ['store_unavailable', Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR' })],
    ['internal_error', new assert.AssertionError({ message: 'a hold is opened once' })],
  ])('is answered %s alone and used up nothing; the others are decided', async (code, error) => {
    breakHold('bad', error);
    const answers = await Promise.all(['h1', 'bad', 'h2'].map((holdId) => replica.run('acme', freeze(holdId, '50'))));
    expect(answers.map(outcome)).toEqual(['done', code, 'done']);
    expect(replica.quarantined).toEqual([]);
    expect(replica.onTransientError).toEqual([`acme: ${String(error)}`]);
    expect(outcome(await replica.run('acme', settle('h1')))).toBe('done');
  });

  it('takes the whole of its linked group back', async () => {
    breakHold('bad', new TypeError('of undefined'));
    const group = ['h1', 'bad'].map((holdId) => asked(freeze(holdId)));
    const [answers, other] = await Promise.all([
      replica.lanes.runLinked('acme', group),
      replica.run('acme', freeze('h2')),
    ]);
    expect(answers.map(outcome)).toEqual(['linked_operation_failed', 'internal_error']);
    expect(outcome(other)).toBe('done');
    expect(await replica.lanes.read('acme', ({ state }) => [...state.openHolds.keys()])).toEqual(['h2']);
  });

  it('hides no broken history: what contradicts the account is looked for in the store before anything is answered', async () => {
    const { events } = await store.readStream('account-acme', 1, 1);
    breakHold('bad', new assert.AssertionError({ message: 'frozen is the sum of the open holds' }));
    const readStream = store.readStream.bind(store);
    // The log was changed under the service: the state in memory does not know.
    store.readStream = async (stream, from, limit) => {
      const page = await readStream(stream, from, limit);
      return {
        ...page,
        events: page.events.map((event) => (event.id === events[0]?.id ? { ...event, data: '{}' } : event)),
      };
    };
    const answers = await Promise.all(['h1', 'bad'].map((holdId) => replica.run('acme', freeze(holdId))));
    expect(answers.map(outcome)).toEqual(['account_quarantined', 'account_quarantined']);
  });
});
