import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type LogPage,
  NO_STREAM,
  type Position,
  type RecordedEvent,
  type StreamPage,
  takeFirst,
} from '#application/ports';
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

type AppendPlace = Pick<AppendRow, 'revision' | 'previous'>;

const columns = 'position, name, revision, count, previous, recorded_at, events';
const digits = 16;

/** Position as text that compares as the number does. */
export function positionText(position: number): Position {
  return position.toString(16).padStart(digits, '0') as Position;
}

/** Reads the log; every call is short and keeps nothing open. */
export class LogReader {
  readonly #byPosition: StatementSync;
  readonly #placeAt: StatementSync;
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
    this.#placeAt = database.prepare('SELECT revision, previous FROM appends WHERE position = ?');
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
  readStream(stream: string, from: number, limit: number, characters = Number.POSITIVE_INFINITY): StreamPage {
    const id = this.streamId(stream);
    const head = id === undefined ? undefined : this.#head.get(id);
    if (id === undefined || head === undefined) return { events: [], head: NO_STREAM };
    const until = Math.min(from + limit, Number(head['revision']) + 1);
    const near = from >= until ? undefined : (this.#mark.get(id, until - 1) ?? head);
    const places: number[] = [];
    let position: number | null = near === undefined ? null : Number(near['position']);
    while (position !== null) {
      // Without its events: those of rows that are only passed may be large.
      const row = this.#placeAt.get(position) as unknown as AppendPlace | undefined;
      if (row === undefined) throw new Error(`${stream}: the log has no append at position ${String(position)}`);
      if (row.revision < until) places.push(position);
      if (row.revision <= from) break;
      // A row that leads forward would lead round in a circle for ever.
      if (row.previous !== null && row.previous >= position) throw new Error(`${stream}: a row leads to a later one`);
      position = row.previous;
    }
    const events: RecordedEvent[] = [];
    let left = characters;
    for (const place of places.reverse()) {
      if (left <= 0) break;
      const inRow = eventsOf(this.#byPosition.get(place) as unknown as AppendRow);
      for (const event of takeFirst(
        inRow.filter(({ revision }) => revision >= from && revision < until),
        left,
      )) {
        events.push(event);
        left -= event.data.length + event.metadata.length;
      }
    }
    return { events, head: Number(head['revision']) };
  }

  /** Events after a position (`''`: from the first), at most `limit`. */
  readAll(after: Position, limit: number, characters = Number.POSITIVE_INFINITY): LogPage {
    const last = after === '' ? -1 : Number.parseInt(after, 16);
    const within = last < 0 ? undefined : (this.#containing.get(last) as unknown as AppendRow | undefined);
    const rest = within === undefined ? [] : eventsOf(within).filter(({ position }) => position > after);
    const left = characters - charactersOf(rest);
    const following = left <= 0 ? [] : this.#eventsAfter(last, limit - rest.length, left);
    const events = takeFirst([...rest, ...following].slice(0, limit), characters);
    const position = events.at(-1)?.position ?? after;
    const end = position === '' ? -1 : Number.parseInt(position, 16);
    return { events, position, atEnd: end >= this.lastPosition() };
  }

  /** The events of the appends after a position: fetches no more appends than it takes to have as many, or as much text. */
  #eventsAfter(position: number, wanted: number, characters: number): readonly RecordedEvent[] {
    if (wanted <= 0) return [];
    const events: RecordedEvent[] = [];
    let left = characters;
    for (const row of this.#after.iterate(position)) {
      const inRow = eventsOf(row as unknown as AppendRow);
      for (const event of inRow) events.push(event);
      left -= charactersOf(inRow);
      if (events.length >= wanted || left <= 0) break;
    }
    return events;
  }
}

function charactersOf(events: readonly RecordedEvent[]): number {
  return events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
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
