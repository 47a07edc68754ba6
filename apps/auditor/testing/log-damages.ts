import { closeSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { NewEvent } from '#application/ports';
import { chainHash, eventIdFromHash } from '#domain';
import { listAppends, rechained, store } from '../../../test/support/driven-store.ts';

/** Appends of one event each in the middle of a stream. */
function single(database: DatabaseSync, index: number): ReturnType<typeof listAppends>[number] {
  const found = listAppends(database, 'account-acme').filter(({ events }) => events.length === 1)[index];
  if (found === undefined) throw new Error('the scenario is too short');
  return found;
}

/** One digit of it is another. */
export function edited(event: NewEvent | undefined): NewEvent {
  if (event === undefined) throw new Error('there is no event');
  return { ...event, data: event.data.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)) };
}

/** Changes one event that is an append by itself. @returns its stream and revision. */
export function editSingle(
  database: DatabaseSync,
  index: number,
  change: (event: NewEvent) => NewEvent = edited,
): string {
  const { position, revision, events } = single(database, index);
  store(database, position, events.map(change));
  return `account-acme ${String(revision)}`;
}

/** Takes a row out and moves everything behind it up. */
function deleteRow(database: DatabaseSync, position: number, count: number): void {
  const [at, by] = [String(position), String(count)];
  database.exec(`DELETE FROM appends WHERE position = ${at};
    UPDATE appends SET previous = previous - ${by} WHERE previous > ${at};
    UPDATE appends SET position = position - ${by} WHERE position > ${at};
    UPDATE heads SET position = position - ${by} WHERE position > ${at}`);
}

/** Writes over the second of the pages that have rows of the log. */
export function overwritePage(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const pages = "SELECT pageno FROM dbstat WHERE name = 'groups' AND pagetype = 'leaf' ORDER BY path";
  const page = Number(database.prepare(pages).all()[1]?.['pageno']);
  const bytes = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  database.close();
  const opened = openSync(file, 'r+');
  writeSync(opened, Buffer.alloc(bytes, 0xff), 0, bytes, bytes * (page - 1));
  closeSync(opened);
}

/** Each kind of damage, and what must be among its findings. */
export const damages: readonly (readonly [string, (database: DatabaseSync) => string])[] = [
  ['an edited text', (database) => `hash-wrong ${editSingle(database, 7)}`],
  [
    'an edited hash',
    (database) => `hash-wrong ${editSingle(database, 7, (one) => ({ ...one, hash: 'f'.repeat(64) }))}`,
  ],
  [
    'an edited text of a stream whose number is below zero',
    (database) => {
      const place = editSingle(database, 7);
      database.exec(`UPDATE appends SET stream = -1 WHERE stream = 1; UPDATE heads SET stream = -1 WHERE stream = 1;
        UPDATE marks SET stream = -1 WHERE stream = 1; UPDATE streams SET id = -1 WHERE id = 1`);
      return `hash-wrong ${place}`;
    },
  ],
  ['an edited id', (database) => `event-id-wrong ${editSingle(database, 7, (one) => ({ ...one, id: 'f' }))}`],
  [
    'two edited events, one after the other',
    (database) => {
      editSingle(database, 7, (event) => ({ ...event, hash: 'e'.repeat(64) }));
      return `hash-wrong ${editSingle(database, 8)}`;
    },
  ],
  [
    'swapped rows',
    (database) => {
      const [first, second] = [single(database, 4), single(database, 9)];
      store(database, first.position, second.events);
      store(database, second.position, first.events);
      return `hash-wrong account-acme ${String(second.revision)}`;
    },
  ],
  [
    'a deleted row',
    (database) => {
      const { position, revision } = single(database, 5);
      database.prepare('DELETE FROM appends WHERE position = ?').run(position);
      return `revision-gap account-acme ${String(revision + 1)}`;
    },
  ],
  [
    'a deleted row, everything after it moved up',
    (database) => {
      const { position, revision } = single(database, 5);
      deleteRow(database, position, 1);
      return `revision-gap account-acme ${String(revision + 1)}`;
    },
  ],
  [
    'a row that cannot be read',
    (database) => {
      const { position, revision } = single(database, 6);
      database.prepare("UPDATE appends SET events = 'x' || events WHERE position = ?").run(position);
      database.prepare("UPDATE appends SET events = replace(events, ' ', '') WHERE position = ?").run(position);
      return `append-unreadable account-acme ${String(revision)}`;
    },
  ],
  [
    'a row that follows another than it says',
    (database) => {
      const { position, revision } = single(database, 6);
      database.prepare('UPDATE appends SET previous = previous - 1 WHERE position = ?').run(position);
      return `append-misplaced account-acme ${String(revision)}`;
    },
  ],
  [
    'a row of another count',
    (database) => {
      const { position, revision } = single(database, 6);
      database.prepare('UPDATE appends SET count = 2 WHERE position = ?').run(position);
      return `append-misplaced account-acme ${String(revision)}`;
    },
  ],
  [
    'a stream without a name',
    (database) => {
      database.exec("DELETE FROM streams WHERE name = 'account-beta'");
      return 'append-misplaced stream #2 0';
    },
  ],
  [
    'a stream of another name',
    (database) => {
      database.exec("UPDATE streams SET name = 'account-delta' WHERE name = 'account-beta'");
      return 'hash-wrong account-delta 0';
    },
  ],
  [
    'a tail that was cut off',
    (database) => {
      const last = listAppends(database, 'account-acme').at(-2);
      database.exec('DELETE FROM appends WHERE position = (SELECT max(position) FROM appends)');
      return `head-differs account-acme ${String((last?.revision ?? 0) + (last?.events.length ?? 0))}`;
    },
  ],
  [
    'a tail that was cut off with the head of its stream',
    (database) => {
      database.exec(`DELETE FROM appends WHERE position = (SELECT max(position) FROM appends);
        DELETE FROM heads WHERE stream = 1`);
      const last = listAppends(database, 'account-acme').at(-1);
      return `head-differs account-acme ${String((last?.revision ?? 0) + (last?.events.length ?? 0) - 1)}`;
    },
  ],
  [
    'a place that no row has, everything after it moved down',
    (database) => {
      const { position, revision } = single(database, 5);
      // In two steps, so that no two rows have one place in between.
      database.exec(`UPDATE appends SET previous = previous + 1 WHERE previous >= ${String(position)};
        UPDATE heads SET position = position + 1 WHERE position >= ${String(position)};
        UPDATE appends SET position = -1 - position WHERE position >= ${String(position)};
        UPDATE appends SET position = -position WHERE position < 0`);
      return `position-gap account-acme ${String(revision)}`;
    },
  ],
  [
    'a beginning that was cut off, with everything rebuilt',
    (database) => {
      const { position = -1, events } = listAppends(database, 'account-beta')[0] ?? {};
      const count = events?.length ?? 0;
      database.exec(`UPDATE appends SET previous = NULL WHERE previous = ${String(position)}`);
      deleteRow(database, position, count);
      rechained(database, 'account-beta', (event) => event);
      return `revision-gap account-beta ${String(count)}`;
    },
  ],
  [
    'a revision that is left out, with the chain rebuilt',
    (database) => {
      const { revision } = single(database, 6);
      database.exec(`UPDATE appends SET revision = revision + 1 WHERE stream = 1 AND revision >= ${String(revision)};
        UPDATE heads SET revision = revision + 1 WHERE stream = 1`);
      rechained(database, 'account-acme', (event) => event);
      return `revision-gap account-acme ${String(revision + 1)}`;
    },
  ],
  [
    'an edited hash of the last event',
    (database) => {
      const { position, revision, events } = listAppends(database, 'account-acme').at(-1) ?? single(database, 0);
      store(database, position, events.with(-1, { ...(events.at(-1) as NewEvent), hash: 'f'.repeat(64) }));
      return `hash-wrong account-acme ${String(revision + events.length - 1)}`;
    },
  ],
  [
    'a last row that counts too many, as its head does',
    (database) => {
      const { revision } = listAppends(database, 'account-acme').at(-1) ?? single(database, 0);
      database.exec(`UPDATE appends SET count = count + 1 WHERE position = (SELECT max(position) FROM appends);
        UPDATE heads SET revision = revision + 1 WHERE stream = 1`);
      return `append-misplaced account-acme ${String(revision)}`;
    },
  ],
  [
    'a row of nothing behind the end',
    (database) => {
      const last = listAppends(database, 'account-acme').at(-1);
      database.exec(`INSERT INTO appends SELECT position + count, stream, revision + count, 0, position, 0, '[]'
        FROM appends ORDER BY position DESC LIMIT 1`);
      return `append-unreadable account-acme ${String((last?.revision ?? 0) + (last?.events.length ?? 0))}`;
    },
  ],
  [
    'a head that is missing',
    (database) => {
      database.exec('DELETE FROM heads WHERE stream = 2');
      const last = listAppends(database, 'account-beta').at(-1);
      return `head-differs account-beta ${String((last?.revision ?? 0) + (last?.events.length ?? 0) - 1)}`;
    },
  ],
  [
    'a head of a stream that is not there',
    (database) => {
      database.exec('INSERT INTO heads VALUES (99, 0, 0)');
      return 'head-differs stream #99 0';
    },
  ],
  [
    'a head at another revision',
    (database) => {
      database.exec('UPDATE heads SET revision = 7 WHERE stream = 2');
      return 'head-differs account-beta 7';
    },
  ],
  [
    'a head at another place',
    (database) => {
      database.exec('UPDATE heads SET position = position - 1 WHERE stream = 2');
      const last = listAppends(database, 'account-beta').at(-1);
      return `head-differs account-beta ${String((last?.revision ?? 0) + (last?.events.length ?? 0) - 1)}`;
    },
  ],
  [
    'two streams of one name, each with a sound chain',
    (database) => {
      let hash = '0'.repeat(64);
      const id = Number(database.prepare("SELECT id FROM streams WHERE name = 'account-beta'").get()?.['id']);
      for (const { position, revision, events } of listAppends(database, 'account-beta')) {
        const rebuilt = events.map((event, index) => {
          hash = chainHash(hash, 'account-acme', revision + index, event.type, event.data, event.metadata);
          return { ...event, hash, id: eventIdFromHash(hash) };
        });
        store(database, position, rebuilt);
      }
      database.exec(`CREATE TABLE rebuilt (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        INSERT INTO rebuilt SELECT id, iif(id = ${String(id)}, 'account-acme', name) FROM streams;
        DROP TABLE streams; ALTER TABLE rebuilt RENAME TO streams`);
      return 'revision-gap account-acme 0';
    },
  ],
  [
    'a mark that is not there',
    (database) => {
      database.exec('INSERT INTO marks VALUES (1, 1, 1)');
      return 'mark-differs events.db';
    },
  ],
];
