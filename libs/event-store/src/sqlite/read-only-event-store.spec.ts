import { afterEach, describe, expect, it } from '@jest/globals';
import { BEGINNING, type EventStore, NO_STREAM } from '#application/ports';
import { SqliteEventStore } from '#event-store';
import { anEvent } from '../../../../test/contract/event-store.contract.ts';
import { Child } from '../../testing/child.ts';
import { Scratch } from '../../testing/scratch.ts';

const scratch = new Scratch();
let children: Child[] = [];

afterEach(async () => {
  await Promise.all(children.map((child) => child.kill()));
  children = [];
  scratch.clear();
});

/** A process that appends one event to stream `a`, says so, and does it again after each line that it is sent. */
function writer(): Child {
  const child = new Child(
    `const store = await library.SqliteEventStore.open(argument);
     process.stdin.setEncoding('utf8');
     for (let n = 0; ; n += 1) {
       const event = { id: 'id-' + n, type: 'something-happened.v1', data: '{}', metadata: '{}', hash: 'h' };
       await store.append('a', n - 1, [event]);
       console.log(n);
       await new Promise((resolve) => process.stdin.once('data', resolve));
     }`,
    scratch.file,
  );
  children.push(child);
  return child;
}

describe('a store that is open for reading only', () => {
  it('shows what another process appends, and appends nothing', async () => {
    const child = writer();
    await child.line();
    const store = SqliteEventStore.openReadOnly(scratch.file);
    expect(await store.readStream('a', 0, 10)).toMatchObject({ head: 0, events: [{ id: 'id-0' }] });
    const asAnyStore: EventStore = store;
    await expect(asAnyStore.append('a', 0, [anEvent('1')])).rejects.toMatchObject({
      name: 'EventStoreError',
      code: 'store-unavailable',
    });
    const stop = new AbortController();
    const seen: string[] = [];
    await store.subscribe(
      BEGINNING,
      ({ events, caughtUp }) => {
        seen.push(...events.map(({ id }) => id));
        if (caughtUp) child.send('again');
        if (seen.length >= 3) stop.abort();
        return Promise.resolve();
      },
      stop.signal,
    );
    expect(seen.slice(0, 3)).toEqual(['id-0', 'id-1', 'id-2']);
    store.close();
  });

  it('shows everything when no process has it open, be it that its writer was killed', async () => {
    const child = writer();
    await child.line();
    await child.kill();
    const afterKill = SqliteEventStore.openReadOnly(scratch.file);
    expect(await afterKill.readStream('a', 0, 10)).toMatchObject({ head: 0, events: [{ id: 'id-0' }] });
    const writing = await SqliteEventStore.open(scratch.file);
    await writing.append('b', NO_STREAM, [anEvent('x')]);
    expect((await afterKill.readAll(BEGINNING, 10)).events).toHaveLength(2);
    afterKill.close();
    await writing.close();
    const afterClose = SqliteEventStore.openReadOnly(scratch.file);
    expect((await afterClose.readAll(BEGINNING, 10)).events).toHaveLength(2);
    afterClose.close();
  });

  it('must exist', () => {
    expect(() => SqliteEventStore.openReadOnly(scratch.file)).toThrow('there is no store');
  });
});
