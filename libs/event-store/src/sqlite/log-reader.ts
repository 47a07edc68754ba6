import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { NO_STREAM, type LogPage, type Position, type RecordedEvent, type StreamPage } from '#operations/ports';
import { eventsOfText } from './event-text.ts';
import { openForReading } from './schema.ts';

interface AppendRow {
  readonly position: number;
  readonly name: string;
  readonly revision: number;
  readonly count: number;
  readonly previous: number | null;
  readonly recorded_at: number;
  readonly events: string;
}

const columns = 'position, name, revision, count, previous, recorded_at, events';
const digits = 16;

/** Position as text that compares as the number does. */
export function positionText(position: number): Position {
  return position.toString(16).padStart(digits, '0') as Position;
}

/** Reads the log; every call is short and keeps nothing open. */
export class LogReader {
  readonly #byPosition: StatementSync;
  readonly #after: StatementSync;
  readonly #containing: StatementSync;
  readonly #last: StatementSync;
  readonly #head: StatementSync;
  readonly #mark: StatementSync;
  readonly #streamId: StatementSync;
  readonly #version: StatementSync;
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    const appends = `SELECT ${columns} FROM appends JOIN streams ON streams.id = appends.stream`;
    this.#database = database;
    this.#byPosition = database.prepare(`${appends} WHERE position = ?`);
    this.#after = database.prepare(`${appends} WHERE position > ? ORDER BY position`);
    this.#containing = database.prepare(`${appends} WHERE position <= ? ORDER BY position DESC LIMIT 1`);
    this.#last = database.prepare('SELECT position + count - 1 AS last FROM appends ORDER BY position DESC LIMIT 1');
    this.#head = database.prepare('SELECT revision, position FROM heads WHERE stream = ?');
    this.#mark = database.prepare(
      'SELECT position FROM marks WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT 1',
    );
    this.#streamId = database.prepare('SELECT id FROM streams WHERE name = ?');
    this.#version = database.prepare('PRAGMA data_version');
  }

  static open(file: string): LogReader {
    return new LogReader(openForReading(file));
  }

  close(): void {
    this.#database.close();
  }

  streamId(name: string): number | undefined {
    const row = this.#streamId.get(name);
    return row === undefined ? undefined : Number(row['id']);
  }

  /** Another number whenever any other connection has changed the file, be it of this process or another. */
  version(): number {
    return Number(this.#version.get()?.['data_version']);
  }

  /** Position of the last event; -1 in an empty log. */
  lastPosition(): number {
    return Number(this.#last.get()?.['last'] ?? -1);
  }

  /** Walks back to the wanted events from the nearest mark behind them, or from the head. */
  readStream(stream: string, from: number, limit: number): StreamPage {
    const id = this.streamId(stream);
    const head = id === undefined ? undefined : this.#head.get(id);
    if (id === undefined || head === undefined) return { events: [], head: NO_STREAM };
    const until = Math.min(from + limit, Number(head['revision']) + 1);
    const near = from >= until ? undefined : (this.#mark.get(id, until - 1) ?? head);
    const rows: AppendRow[] = [];
    let position: number | null = near === undefined ? null : Number(near['position']);
    while (position !== null) {
      const row = this.#byPosition.get(position) as unknown as AppendRow | undefined;
      if (row === undefined) throw new Error(`${stream}: the log has no append at position ${String(position)}`);
      if (row.revision < until) rows.push(row);
      if (row.revision <= from) break;
      // A row that leads forward would lead round in a circle for ever.
      if (row.previous !== null && row.previous >= position) throw new Error(`${stream}: a row leads to a later one`);
      position = row.previous;
    }
    const events = rows.reverse().flatMap(eventsOf);
    return { events: events.filter((e) => e.revision >= from && e.revision < until), head: Number(head['revision']) };
  }

  /** Events after a position (`''`: from the first), at most `limit`. */
  readAll(after: Position, limit: number): LogPage {
    const last = after === '' ? -1 : Number.parseInt(after, 16);
    const within = last < 0 ? undefined : (this.#containing.get(last) as unknown as AppendRow | undefined);
    const rest = within === undefined ? [] : eventsOf(within).filter(({ position }) => position > after);
    const events = [...rest, ...this.#eventsAfter(last, limit - rest.length)].slice(0, limit);
    const position = events.at(-1)?.position ?? after;
    const end = position === '' ? -1 : Number.parseInt(position, 16);
    return { events, position, atEnd: end >= this.lastPosition() };
  }

  /** The events of the appends after a position: fetches no more appends than it takes to have `wanted` of them. */
  #eventsAfter(position: number, wanted: number): readonly RecordedEvent[] {
    if (wanted <= 0) return [];
    const events: RecordedEvent[] = [];
    for (const row of this.#after.iterate(position)) {
      for (const event of eventsOf(row as unknown as AppendRow)) events.push(event);
      if (events.length >= wanted) break;
    }
    return events;
  }
}

function eventsOf(row: AppendRow): RecordedEvent[] {
  return eventsOfText(row.events).map((event, index) => ({
    ...event,
    stream: row.name,
    revision: row.revision + index,
    position: positionText(row.position + index),
    recordedAt: row.recorded_at,
  }));
}
