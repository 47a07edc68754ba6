import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type LogPage,
  NO_STREAM,
  type Position,
  type RecordedEvent,
  type StreamPage,
  takeFirst,
} from '#application/ports';
import { appendsIn, type GroupPlaces, type GroupRow, listEvents, type StoredAppend } from './group-row.ts';
import { openForReading } from './schema.ts';
import type { StreamEnd } from './stream-heads.ts';

const digits = 16;

/** Most names of streams that are kept. */
const namesKeptMax = 200_000;

/** Heads kept of what is not saved in the file before it is looked whether they are by now. */
const newHeadsMax = 200_000;

/** Position as text that compares as the number does. */
export function positionText(position: number): Position {
  return position.toString(16).padStart(digits, '0') as Position;
}

function toNumber(position: Position): number {
  return position === '' ? -1 : Number.parseInt(position, 16);
}

/** Reads the log; every call is short and keeps nothing open. */
export class LogReader {
  readonly #containing: StatementSync;
  readonly #places: StatementSync;
  readonly #placesAfter: StatementSync;
  readonly #after: StatementSync;
  readonly #last: StatementSync;
  readonly #head: StatementSync;
  readonly #savedUntil: StatementSync;
  readonly #mark: StatementSync;
  readonly #streamId: StatementSync;
  readonly #name: StatementSync;
  readonly #version: StatementSync;
  readonly #database: DatabaseSync;
  readonly #names = new Map<number, string>();
  /** Of what was appended after the heads in the file were saved, as far as it was looked at. */
  readonly #newHeads = new Map<number, StreamEnd>();
  #newSince = -1;
  #seen = -1;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const columns = 'position, count, recorded_at, appends, events';
    this.#containing = database.prepare(
      `SELECT ${columns} FROM groups WHERE position <= ? ORDER BY position DESC LIMIT 1`,
    );
    this.#after = database.prepare(`SELECT ${columns} FROM groups WHERE position > ? ORDER BY position`);
    // Without the texts: they may be large.
    this.#places = database.prepare(
      'SELECT position, appends FROM groups WHERE position <= ? ORDER BY position DESC LIMIT 1',
    );
    this.#placesAfter = database.prepare('SELECT position, appends FROM groups WHERE position > ? ORDER BY position');
    this.#last = database.prepare('SELECT position + count - 1 AS last FROM groups ORDER BY position DESC LIMIT 1');
    this.#head = database.prepare('SELECT revision, position FROM heads WHERE stream = ?');
    this.#savedUntil = database.prepare('SELECT until FROM heads_saved');
    this.#mark = database.prepare(
      'SELECT revision, position FROM marks WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT 1',
    );
    this.#streamId = database.prepare('SELECT id FROM streams WHERE name = ?');
    this.#name = database.prepare('SELECT name FROM streams WHERE id = ?');
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

  /** To be called after a rollback on the connection of this reader: what it has seen may never have been written. */
  forget(): void {
    this.#names.clear();
    this.#newHeads.clear();
    this.#newSince = -1;
    this.#seen = -1;
  }

  /** Walks back to the wanted events from the nearest mark behind them, or from the head. */
  readStream(stream: string, from: number, limit: number, characters = Number.POSITIVE_INFINITY): StreamPage {
    const id = this.streamId(stream);
    const head = id === undefined ? undefined : this.#readHead(id);
    if (id === undefined || head === undefined) return { events: [], head: NO_STREAM };
    const until = Math.min(from + limit, head.revision + 1);
    const near = from >= until ? undefined : ((this.#mark.get(id, until - 1) as StreamEnd | undefined) ?? head);
    const places = near === undefined ? [] : this.#walkBack(stream, id, near.position, from, until);
    const events: RecordedEvent[] = [];
    let row: GroupRow | undefined;
    let left = characters;
    for (const append of places.reverse()) {
      if (left <= 0) break;
      if (row === undefined || append.position >= row.position + row.count) row = this.#rowAt(append.position);
      const inAppend = recorded(row, append, stream);
      const wanted = inAppend.filter(({ revision }) => revision >= from && revision < until);
      for (const event of takeFirst(wanted, left)) {
        events.push(event);
        left -= event.data.length + event.metadata.length;
      }
    }
    return { events, head: head.revision };
  }

  /** Events after a position (`''`: from the first), at most `limit`. */
  readAll(after: Position, limit: number, characters = Number.POSITIVE_INFINITY): LogPage {
    const last = toNumber(after);
    const events: RecordedEvent[] = [];
    const within = last < 0 ? undefined : (this.#containing.get(last) as unknown as GroupRow | undefined);
    let left = within === undefined ? characters : characters - this.#take(events, within, last, limit, characters);
    if (events.length < limit && left > 0) {
      for (const row of this.#after.iterate(last)) {
        left -= this.#take(events, row as unknown as GroupRow, last, limit, left);
        if (events.length >= limit || left <= 0) break;
      }
    }
    const page = takeFirst(events.slice(0, limit), characters);
    const position = page.at(-1)?.position ?? after;
    return { events: page, position, atEnd: toNumber(position) >= this.lastPosition() };
  }

  /**
   * Adds the events of a row behind a position, and stops at the append with which there are as many, or as much text, as
   * wanted. @returns how many characters their texts have.
   */
  #take(events: RecordedEvent[], row: GroupRow, after: number, limit: number, characters: number): number {
    let taken = 0;
    for (const append of appendsIn(row)) {
      if (append.position + append.count - 1 <= after) continue;
      if (events.length >= limit || taken >= characters) break;
      for (const [index, event] of recorded(row, append, this.#streamName(append.stream)).entries()) {
        if (append.position + index <= after) continue;
        events.push(event);
        taken += event.data.length + event.metadata.length;
      }
    }
    return taken;
  }

  /** The appends that have the wanted events, the last first. */
  #walkBack(stream: string, id: number, near: number, from: number, until: number): StoredAppend[] {
    const found: StoredAppend[] = [];
    let group: GroupPlaces | undefined;
    for (let position: number | null = near; position !== null;) {
      if (group === undefined || position < group.position) {
        group = this.#places.get(position) as unknown as GroupPlaces | undefined;
      }
      const append: StoredAppend | undefined =
        group === undefined ? undefined : appendsIn(group, position).find((one) => one.position === position);
      if (append?.stream !== id) {
        throw new Error(`${stream}: the log has no append of it at position ${String(position)}`);
      }
      if (append.revision < until) found.push(append);
      if (append.revision <= from) break;
      // One that leads forward would lead round in a circle for ever.
      if (append.previous !== null && append.previous >= position) {
        throw new Error(`${stream}: an append leads to a later one`);
      }
      position = append.previous;
    }
    return found;
  }

  #rowAt(position: number): GroupRow {
    const row = this.#containing.get(position) as unknown as GroupRow | undefined;
    if (row === undefined) throw new Error(`the log has nothing at position ${String(position)}`);
    return row;
  }

  #streamName(stream: number): string {
    const known = this.#names.get(stream);
    if (known !== undefined) return known;
    const name = this.#name.get(stream)?.['name'];
    if (typeof name !== 'string') throw new Error(`stream ${String(stream)} of the log has no name`);
    if (this.#names.size >= namesKeptMax) this.#names.clear();
    this.#names.set(stream, name);
    return name;
  }

  #readHead(stream: number): StreamEnd | undefined {
    this.#seeNewHeads();
    const newer = this.#newHeads.get(stream);
    const saved = this.#head.get(stream) as StreamEnd | undefined;
    return newer === undefined || (saved !== undefined && saved.position > newer.position) ? saved : newer;
  }

  /** Heads are saved in the file late; those of what was appended since stand in its rows. */
  #seeNewHeads(): void {
    if (this.lastPosition() === this.#seen) return;
    const saved = Number(this.#savedUntil.get()?.['until']);
    if (saved > this.#seen || (saved > this.#newSince && this.#newHeads.size > newHeadsMax)) {
      this.#newHeads.clear();
      this.#newSince = saved;
      this.#seen = saved;
    }
    for (const row of this.#placesAfter.iterate(this.#seen)) {
      for (const { stream, revision, count, position } of appendsIn(row as unknown as GroupPlaces)) {
        this.#newHeads.set(stream, { revision: revision + count - 1, position });
        this.#seen = position + count - 1;
      }
    }
  }
}

function recorded(row: GroupRow, append: StoredAppend, stream: string): RecordedEvent[] {
  return listEvents(row, append).map((event, index) => ({
    ...event,
    stream,
    revision: append.revision + index,
    position: positionText(append.position + index),
    recordedAt: row.recorded_at,
  }));
}
