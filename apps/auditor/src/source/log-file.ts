import { DatabaseSync } from 'node:sqlite';
import { sqliteTables } from '#event-store';
import type { Finding } from '../finding.ts';
import { isDamage } from './log-damage.ts';

/** Most of what SQLite says is wrong with a file that is told. */
const listedMax = 20;

/**
 * What is wrong with the file of a log apart from its rows: pages and indexes, by SQLite's own check, which reads all of
 * it; and tables and triggers, which must be as they are made. An index that was changed hides events from whoever looks
 * for a stream by its name; a trigger that is gone lets events be changed.
 */
export function fileFindings(database: DatabaseSync): readonly Finding[] {
  try {
    const checked = database.prepare(`PRAGMA integrity_check(${String(listedMax)})`).all();
    const wrong = checked.map((row) => String(row['integrity_check'])).filter((text) => text !== 'ok');
    return [...wrong.map(damage), ...schemaFindings(database)];
  } catch (error) {
    if (!isDamage(error)) throw error;
    return [damage(String(error))];
  }
}

/** Tables and triggers alone. */
export function schemaFindings(database: DatabaseSync): readonly Finding[] {
  return findSchemaErrors(database).map(damage);
}

function damage(detail: string): Finding {
  return { kind: 'log-damaged', stream: 'events.db', detail };
}

function findSchemaErrors(database: DatabaseSync): readonly string[] {
  const fresh = new DatabaseSync(':memory:');
  try {
    fresh.exec(sqliteTables);
    const [expected, found] = [objectsIn(fresh), objectsIn(database)];
    const names = new Set([...expected.keys(), ...found.keys()]);
    return [...names].flatMap((name) => {
      if (expected.get(name) === found.get(name)) return [];
      const how = found.has(name) ? 'is not as it is made' : 'is missing';
      return [`${name} ${expected.has(name) ? how : 'does not belong there'}`];
    });
  } finally {
    fresh.close();
  }
}

/** Texts of tables, indexes and triggers by `type name of table`. */
function objectsIn(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database
    .prepare("SELECT type || ' ' || name || ' of ' || tbl_name AS name, sql FROM sqlite_schema")
    .all();
  return new Map(rows.map(({ name, sql }) => [String(name), String(sql)]));
}
