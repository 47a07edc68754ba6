import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BEGINNING, NO_STREAM } from '#application/ports';
import { SqliteEventStore } from '#event-store';
import { anEvent, eventStoreContract, toId } from '../../../../test/contract/event-store.contract.ts';
import { checkHeads } from '../../testing/check-heads.ts';
import { Scratch } from '../../testing/scratch.ts';

const scratch = new Scratch();

afterEach(() => {
  scratch.clear();
});

eventStoreContract(
  'the event store on SQLite',
  () => SqliteEventStore.open(scratch.file),
  (store) => store.close(),
);

describe('the SQLite file', () => {
  async function filled(): Promise<void> {
    const store = await SqliteEventStore.open(scratch.file);
    await store.append('a', NO_STREAM, [anEvent('1'), anEvent('2')]);
    await store.append('b', NO_STREAM, [anEvent('3')]);
    await store.append('a', 1, [anEvent('4')]);
    await store.close();
  }

  it('refuses by itself to change, delete or replace what was appended', async () => {
    await filled();
    const database = new DatabaseSync(scratch.file);
    for (const sql of [
      "UPDATE groups SET events = x'00'",
      'DELETE FROM groups',
      "INSERT OR REPLACE INTO groups SELECT position, count, recorded_at, crc, appends, x'00' FROM groups",
    ]) {
      expect(() => {
        database.exec(sql);
      }).toThrow('append-only');
    }
    database.close();
  });

  it('keeps everything when it is opened again, and goes on where it was', async () => {
    await filled();
    const store = await SqliteEventStore.open(scratch.file);
    const { events } = await store.readAll(BEGINNING, 10);
    expect(events.map(({ id, stream, revision }) => [id, stream, revision])).toEqual([
      [toId('1'), 'a', 0],
      [toId('2'), 'a', 1],
      [toId('3'), 'b', 0],
      [toId('4'), 'a', 2],
    ]);
    expect(await store.append('b', 0, [anEvent('5')])).toMatchObject({ revision: 1 });
    await store.close();
  });

  it('takes more appends at once than one group has, and says of each what became of it', async () => {
    const store = await SqliteEventStore.open(scratch.file);
    const sent = Array.from({ length: 1_500 }, (_, index) => ({
      stream: `s${String(index)}`,
      expected: index % 3 === 2 ? 0 : NO_STREAM,
      events: [anEvent(String(index))],
    }));
    const outcomes = await store.appendAll(sent);
    expect(outcomes.map(({ kind }) => kind)).toEqual(
      sent.map(({ expected }) => (expected === NO_STREAM ? 'appended' : 'conflict')),
    );
    const again = await store.appendAll(sent);
    expect(again.filter(({ kind }) => kind === 'appended')).toEqual(outcomes.filter(({ kind }) => kind === 'appended'));
    expect((await store.readAll(BEGINNING, 2_000)).events).toHaveLength(1_000);
    await store.close();
  });

  it('that cannot be read is unavailable, whatever the engine says', async () => {
    await filled();
    const store = await SqliteEventStore.open(scratch.file);
    await store.close();
    await expect(store.readStream('a', 0, 10)).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(store.readAll(BEGINNING, 10)).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('is refused if a newer program made it', async () => {
    await filled();
    const database = new DatabaseSync(scratch.file);
    database.exec('UPDATE schema SET version = 99');
    database.close();
    await expect(SqliteEventStore.open(scratch.file)).rejects.toThrow('schema version 99');
  });

  it('shows people what is in it, as text', async () => {
    await filled();
    const database = new DatabaseSync(scratch.file);
    const [first] = database.prepare('SELECT appends, events FROM log').all();
    expect(first).toEqual({
      appends: '1 0 2 - 138\n',
      events: [`${toId('1')} something-happened.v1 1 2 2\n{}{}`, `${toId('2')} something-happened.v1 2 2 2\n{}{}`].join(
        '',
      ),
    });
    database.close();
  });

  it('has heads that fit the log', async () => {
    await filled();
    expect(checkHeads(scratch.file)).toEqual([]);
  });
});
