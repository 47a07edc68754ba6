import type { DatabaseSync } from 'node:sqlite';
import { appendsIn, type GroupRow, RowWriter } from '../src/sqlite/group-row.ts';

interface AppendRow {
  readonly position: number;
  readonly stream: number;
  readonly revision: number;
  readonly count: number;
  readonly previous: number | null;
  readonly recorded_at: number;
  readonly events: string;
}

/**
 * Lets somebody who owns the file of a store work on it as if every append were a row of a table `appends` (position,
 * stream, revision, count, previous, recorded_at, events), and all heads were saved. What is in that table afterwards is
 * the log, an append a row, each with the right checksum; the triggers are as before.
 */
export function workOnAppends(database: DatabaseSync, work: (database: DatabaseSync) => void): void {
  withoutTriggers(database, () => {
    unpack(database);
    work(database);
    pack(database);
  });
}

/** As somebody would who leaves no traces. */
export function withoutTriggers(database: DatabaseSync, work: (database: DatabaseSync) => void): void {
  const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
  work(database);
  for (const { sql } of triggers) database.exec(String(sql));
}

function unpack(database: DatabaseSync): void {
  database.exec(`CREATE TEMP TABLE appends (
    position INTEGER PRIMARY KEY, stream INTEGER, revision INTEGER, count INTEGER, previous INTEGER, recorded_at INTEGER,
    events TEXT
  )`);
  const insert = database.prepare('INSERT INTO appends VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (const row of database.prepare('SELECT * FROM groups ORDER BY position').iterate()) {
    const group = row as unknown as GroupRow;
    for (const { position, stream, revision, count, previous, from, until } of appendsIn(group)) {
      const events = Buffer.from(group.events).toString('utf8', from, until);
      insert.run(position, stream, revision, count, previous, group.recorded_at, events);
    }
  }
  database.exec(`DELETE FROM heads;
    INSERT INTO heads SELECT stream, max(revision + count - 1), max(position) FROM appends GROUP BY stream;
    UPDATE heads_saved SET until = (SELECT max(position + count) - 1 FROM appends)`);
}

function pack(database: DatabaseSync): void {
  database.exec('DELETE FROM groups');
  const insert = database.prepare('INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?)');
  for (const row of database.prepare('SELECT * FROM appends ORDER BY position').iterate()) {
    const append = row as unknown as AppendRow;
    const writer = new RowWriter();
    writer.add(append, Buffer.from(append.events));
    const { position, count, recorded_at, crc, appends, events } = writer.row(append.position, append.recorded_at);
    insert.run(position, count, recorded_at, crc, appends, events);
  }
  database.exec('DROP TABLE appends');
}
