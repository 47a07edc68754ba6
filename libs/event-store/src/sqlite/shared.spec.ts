import { afterEach, describe, expect, it } from '@jest/globals';
import { BEGINNING, NO_STREAM } from '#application/ports';
import { SqliteEventStore } from '#event-store';
import { anEvent, eventStoreContract, toId } from '../../../../test/contract/event-store.contract.ts';
import { until } from '../../../../test/support/until.ts';
import { AlternatingStore } from '../../testing/alternating-store.ts';
import { checkHeads } from '../../testing/check-heads.ts';
import { Scratch } from '../../testing/scratch.ts';
import { wholeLog } from '../../testing/whole-log.ts';

const scratch = new Scratch();
const opened: SqliteEventStore[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  scratch.clear();
});

async function openShared(appended?: () => void): Promise<SqliteEventStore> {
  const options = appended === undefined ? {} : { appended };
  const store = await SqliteEventStore.open(scratch.file, { shared: true, ...options });
  opened.push(store);
  return store;
}

eventStoreContract(
  'a shared event store on SQLite that nobody else has open',
  () => SqliteEventStore.open(scratch.file, { shared: true }),
  (store) => store.close(),
);

eventStoreContract(
  'two event stores on one SQLite file, taken in turn',
  async () => new AlternatingStore(await Promise.all([openShared(), openShared()])),
  async ({ stores }) => {
    await Promise.all(stores.map((store) => store.close()));
  },
);

describe('stores that share a file', () => {
  it('go on where the other one was, in streams that the other one made and after appends that failed', async () => {
    const [one, other] = [await openShared(), await openShared()];
    await one.append('a', NO_STREAM, [anEvent('1')]);
    await other.append('a', 0, [anEvent('2')]);
    await expect(one.append('a', 0, [anEvent('x')])).rejects.toMatchObject({ code: 'revision-conflict', actual: 1 });
    await expect(one.append('b', 5, [anEvent('x')])).rejects.toMatchObject({ code: 'revision-conflict', actual: -1 });
    await other.append('b', NO_STREAM, [anEvent('3')]);
    await one.append('b', 0, [anEvent('4')]);
    await one.append('a', 1, [anEvent('5')]);
    expect((await wholeLog(other)).map(({ stream, revision, position }) => [stream, revision, position])).toEqual([
      ['a', 0, '0000000000000000'],
      ['a', 1, '0000000000000001'],
      ['b', 0, '0000000000000002'],
      ['b', 1, '0000000000000003'],
      ['a', 2, '0000000000000004'],
    ]);
    expect(checkHeads(scratch.file)).toEqual([]);
  });

  it('tell their subscribers what the other one appends, and whoever wants to know that there is something', async () => {
    let told = 0;
    const one = await openShared(() => {
      told += 1;
    });
    const other = await openShared();
    const stop = new AbortController();
    const seen: string[] = [];
    const subscribed = one.subscribe(
      BEGINNING,
      ({ events }) => {
        seen.push(...events.map(({ id }) => id));
        return Promise.resolve();
      },
      stop.signal,
    );
    for (const [revision, name] of ['1', '2', '3'].entries()) {
      const toldBefore = told;
      await other.append('a', revision - 1, [anEvent(name)]);
      await until(() => seen.length === revision + 1 && told > toldBefore);
    }
    expect(seen).toEqual([toId('1'), toId('2'), toId('3')]);
    stop.abort();
    await subscribed;
  });
});
