import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { LogPage, NewEvent, Position, RecordedEvent } from '#application/ports';
import { assertRestored, type GroupRow, listEvents, LogReader, type StoredAppend } from '#event-store';
import type { Finding } from '../finding.ts';
import type { AuditScope } from './audit-scope.ts';
import { toStreams } from './followed-streams.ts';
import type { HandedProof } from './handed-proof.ts';
import { isDamage } from './log-damage.ts';
import { fileFindings } from './log-file.ts';
import { appendsOfRow, LogTables, nameOr, StreamNames } from './log-tables.ts';
import type { Funds, StreamStart } from './period-accounts.ts';

/** A page of the log with what is wrong about the way in which it is kept. */
export interface AuditedPage extends LogPage {
  readonly findings?: readonly Finding[];
  /** Heads in checkpoints, told before the events of their streams. */
  readonly proofs?: readonly HandedProof[];
  /** What streams had come to before their first event here. */
  readonly starts?: readonly StreamStart[];
}

/** A log as an audit reads it: any event store, or one file of it in every detail. */
export interface AuditedLog {
  /** Events after a position, about `limit` of them, in the total order. */
  readAll(after: Position, limit: number): AuditedPage | Promise<AuditedPage>;
  /** How many events there are to read; undefined where that is not known. */
  readonly eventsToRead?: number;
  /** Some events are missing on purpose: of other accounts, or of another time. */
  readonly partial?: boolean;
  /** It begins with a time, so accounts begin with what they came to before it. */
  readonly isPeriod?: boolean;
  /** Once all of it was read: what accounts have come to, by their streams. */
  readonly ends?: ReadonlyMap<string, Funds & { readonly revision: number }>;
  /** Of the derived tables of the log, once all of it was read. */
  lastFindings?(): readonly Finding[];
}

/** There is nothing here that could be read. */
export class NoSuchData extends Error {
  override readonly name = 'NoSuchData';
}

/** Version of the tables that this file reads. */
const schemaVersion = 3;

/** How long a read waits for a lock of the service, in ms. */
const lockWaitMs = 2_000;

/** Opens the log of a data directory for looking into single streams. */
export function openStreams(file: string): LogReader {
  assertExists(file);
  return opened(file, () => LogReader.open(file));
}

/**
 * Opens the log of a data directory for an audit, read-only, also beside a running service. It ends where the log ended
 * when it was opened. Reads the rows by statements of its own, so that a mistake of the store's reader cannot hide one
 * of its writer.
 *
 * @param scope of a partition that is not the first: nothing else is read, and nothing is said of the log as such.
 * @throws NoSuchData if there is no such log, it is of another version, or nothing of it can be read; RestoreUnfinished.
 */
export function openLog(file: string, scope?: AuditScope): SqliteLog {
  assertExists(file);
  const database = new DatabaseSync(file, { readOnly: true, timeout: lockWaitMs });
  try {
    return opened(file, () => {
      const version = database.prepare('SELECT version FROM schema').get()?.['version'];
      if (version !== schemaVersion) throw new NoSuchData(`${file}: version ${String(version)} is not known here`);
      return new SqliteLog(database, scope);
    });
  } catch (error) {
    database.close();
    throw error;
  }
}

/** @throws NoSuchData if the file is so damaged that nothing can be read of it. */
function opened<Log>(file: string, open: () => Log): Log {
  try {
    return open();
  } catch (error) {
    throw isDamage(error)
      ? new NoSuchData(`${file}: it is damaged, nothing of it can be read: ${String(error)}`)
      : error;
  }
}

/** @throws NoSuchData; RestoreUnfinished, as half a log may well look like a whole one. */
function assertExists(file: string): void {
  assertRestored(dirname(file));
  if (!existsSync(file)) throw new NoSuchData(`${file}: there is no event log`);
}

/** The log in one SQLite file. */
export class SqliteLog implements AuditedLog {
  readonly eventsToRead: number;
  readonly #database: DatabaseSync;
  #tables: LogTables;
  readonly #after: StatementSync;
  readonly #names: StreamNames;
  /** Position of the last row. */
  readonly #last: number;
  readonly #end: number;
  readonly #scope: AuditScope | undefined;
  /** Streams of a partition that is not the first. */
  readonly #followed: ReadonlySet<number> | undefined;
  #damaged = false;

  constructor(database: DatabaseSync, scope?: AuditScope) {
    this.#database = database;
    this.#scope = scope?.isFirst === true ? undefined : scope;
    const last = database.prepare('SELECT position, count FROM groups ORDER BY position DESC LIMIT 1').get();
    this.#followed = this.#scope === undefined ? undefined : toStreams(database, this.#scope);
    this.#after = database.prepare(
      `SELECT position, count, recorded_at, crc, appends, events FROM groups WHERE position > ? AND position <= ?
       ORDER BY position LIMIT ?`,
    );
    this.#names = new StreamNames(database);
    this.#last = Number(last?.['position'] ?? -1);
    if (!Number.isSafeInteger(this.#last)) throw new NoSuchData('the last position of the log is no number');
    const told = last === undefined ? 0 : this.#last + (Number(last['count']) || 1);
    this.#end = told - 1;
    this.eventsToRead = Math.min(told, eventsMaxIn(database));
    this.#tables = new LogTables(database, this.#end);
  }

  close(): void {
    this.#database.close();
  }

  /** Whole rows: one more event than `limit` can become up to a whole row more. */
  readAll(after: Position, limit: number): AuditedPage {
    const findings: Finding[] = [];
    const events: RecordedEvent[] = [];
    let position = after === '' ? -1 : Number.parseInt(after, 16);
    // It may be read from its beginning more than once.
    if (after === '') this.#tables = new LogTables(this.#database, this.#end);
    while (events.length < limit && position < this.#last) {
      const before = position;
      const rows = this.#rowsAfter(position);
      if ('kind' in rows) {
        findings.push(rows);
        return { events, position: positionText(position), atEnd: true, findings };
      }
      for (const row of rows) {
        const found = this.#take(row, events, findings);
        position = row.position + Math.max(found ?? row.count, 1) - 1;
        if (events.length >= limit) break;
      }
      // Rows that are not in their order, or whose count is no number, lead round in a circle, or nowhere.
      if (!(position > before)) {
        this.#damaged = true;
        findings.push({ kind: 'log-damaged', stream: 'events.db', detail: `nothing follows ${positionText(before)}` });
        return { events, position: positionText(before), atEnd: true, findings };
      }
    }
    const atEnd = position >= this.#last;
    return { events, position: positionText(position), atEnd, findings };
  }

  lastFindings(): readonly Finding[] {
    if (this.#scope !== undefined) return [];
    const derived = this.#damaged ? [] : this.#guarded(() => this.#tables.compareDerived());
    return [...derived, ...fileFindings(this.#database)];
  }

  /** Adds the events of a row. @returns how many it has, of all streams; undefined if that cannot be read. */
  #take(row: GroupRow, events: RecordedEvent[], findings: Finding[]): number | undefined {
    const appends = appendsOfRow(row);
    const isWhole = this.#followed === undefined;
    if (isWhole) {
      const last = appends?.at(-1)?.stream;
      const name = last === undefined ? undefined : this.#names.of(last);
      findings.push(...this.#guarded(() => this.#tables.seeRow(row, appends, name)));
    }
    let count = 0;
    for (const append of appends ?? []) {
      if (this.#followed?.has(append.stream) === false) {
        count += append.count;
        continue;
      }
      const name = this.#names.of(append.stream);
      const stored = eventsIn(row, append, nameOr(name, append.stream));
      if (isWhole) findings.push(...this.#guarded(() => this.#tables.see(append, name, stored?.length)));
      for (const event of stored ?? []) events.push(event);
      count += stored?.length ?? append.count;
    }
    return appends === undefined ? undefined : count;
  }

  /** A finding if the file is damaged there. */
  #rowsAfter(position: number): readonly GroupRow[] | Finding {
    try {
      return this.#after.all(position, this.#last, rowsPerRead) as unknown as GroupRow[];
    } catch (error) {
      return this.#damage(error);
    }
  }

  #guarded(check: () => readonly Finding[]): readonly Finding[] {
    try {
      return check();
    } catch (error) {
      return [this.#damage(error)];
    }
  }

  #damage(error: unknown): Finding {
    if (!isDamage(error)) throw error;
    this.#damaged = true;
    return { kind: 'log-damaged', stream: 'events.db', detail: `it cannot be read any further: ${String(error)}` };
  }
}

/** An event takes more bytes than this: its hash alone has 64. */
const eventBytesMin = 64;

/** How many events can be in a file of its size at most, whatever its last row says. */
export function eventsMaxIn(database: DatabaseSync): number {
  const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count']);
  const pageBytes = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  return Math.floor((pages * pageBytes) / eventBytesMin);
}

/** Rows read at once: each may hold a large append. */
const rowsPerRead = 16;

/** Of a position as it is stored; `''` of -1. */
export function positionText(position: number): Position {
  return position < 0 ? ('' as Position) : (position.toString(16).padStart(16, '0') as Position);
}

/** Undefined if the text is not what an append writes. */
function eventsIn(row: GroupRow, append: StoredAppend, stream: string): RecordedEvent[] | undefined {
  let stored: readonly NewEvent[];
  try {
    stored = listEvents(row, append);
  } catch {
    return undefined;
  }
  return stored.map((event, index) => ({
    ...event,
    stream,
    revision: append.revision + index,
    position: positionText(append.position + index),
    recordedAt: row.recorded_at,
  }));
}
