import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { NO_STREAM, type EventStoreErrorCode } from '#application/ports';
import { eventsOfText } from './event-text.ts';
import { LogReader } from './log-reader.ts';
import { isMarked } from './schema.ts';
import { isBusy, isFull } from './sqlite-codes.ts';
import type { WriterTurns } from './writer-turns.ts';

/** Most ids of streams that are kept, so that an append to one of them needs no look-up. */
const streamIdsCachedMax = 200_000;

/** An append on its way to the writer. `events` is the text of the events, as it is stored (see `textOfEvents`). */
export interface AppendAsked {
  readonly stream: string;
  readonly expected: number;
  readonly count: number;
  readonly events: string;
}

export interface AppendFailed {
  readonly code: EventStoreErrorCode;
  readonly message: string;
  /** With a conflict: the stream's head. */
  readonly actual?: number;
}

/** What became of an append: the position of its last event, or why it failed. */
export type AppendAnswered = number | AppendFailed;

/** A writer of the log, the only one unless it takes turns: a group of appends is one transaction with one fsync. */
export class LogWriter {
  readonly #database: DatabaseSync;
  readonly #reader: LogReader;
  readonly #clock: () => number;
  readonly #turns: WriterTurns | undefined;
  /** Stays right when others write: a stream keeps its id for ever. */
  readonly #streams = new Map<string, number>();
  readonly #head: StatementSync;
  readonly #insertAppend: StatementSync;
  readonly #insertHead: StatementSync;
  readonly #updateHead: StatementSync;
  readonly #insertMark: StatementSync;
  readonly #insertStream: StatementSync;
  #nextPosition: number;
  /** Why nothing may be written any more. */
  #broken: string | undefined;

  /** @param turns if other connections may write too. */
  constructor(database: DatabaseSync, turns?: WriterTurns, clock: () => number = () => Date.now()) {
    this.#database = database;
    this.#reader = new LogReader(database);
    this.#clock = clock;
    this.#turns = turns;
    this.#nextPosition = this.#reader.lastPosition() + 1;
    this.#head = database.prepare('SELECT revision, position FROM heads WHERE stream = ?');
    this.#insertAppend = database.prepare('INSERT INTO appends VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#insertHead = database.prepare('INSERT INTO heads VALUES (?, ?, ?)');
    this.#updateHead = database.prepare(
      'UPDATE heads SET revision = ?, position = ? WHERE stream = ? AND revision = ?',
    );
    this.#insertMark = database.prepare('INSERT INTO marks VALUES (?, ?, ?)');
    this.#insertStream = database.prepare('INSERT INTO streams (name) VALUES (?)');
  }

  /**
   * Writes a group. A conflict fails its append alone; any other error takes back the whole group and fails all of it:
   * `store-unavailable` where the disk is full or the file locked and nothing was written; else `store-broken`, then
   * and for ever after, because a disk that failed once may later say that it wrote what it has lost.
   */
  write(group: readonly AppendAsked[]): AppendAnswered[] {
    const broken = this.#broken;
    if (broken !== undefined) return group.map(() => ({ code: 'store-broken', message: broken }));
    const nextPosition = this.#nextPosition;
    try {
      this.#begin();
      const answers = group.map((append) => this.#append(append));
      this.#database.exec('COMMIT');
      this.#committed();
      return answers;
    } catch (error) {
      this.#nextPosition = nextPosition;
      // Ids of streams that were made in this transaction are gone with it.
      this.#streams.clear();
      const code = this.#failed(error);
      if (code === 'store-broken') this.#broken = String(error);
      return group.map(() => ({ code, message: String(error) }));
    }
  }

  #begin(): void {
    if (this.#turns === undefined) {
      this.#database.exec('BEGIN IMMEDIATE');
      return;
    }
    this.#turns.begin();
    this.#nextPosition = this.#reader.lastPosition() + 1;
  }

  /** What has been committed is durable whatever happens here; what comes later may not be. */
  #committed(): void {
    try {
      this.#turns?.committed();
    } catch (error) {
      if (!isFull(error) && !isBusy(error)) this.#broken = String(error);
    }
  }

  #failed(error: unknown): EventStoreErrorCode {
    try {
      // After some errors SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } catch {
      return 'store-broken';
    }
    return isFull(error) || isBusy(error) ? 'store-unavailable' : 'store-broken';
  }

  #append(append: AppendAsked): AppendAnswered {
    const { stream, expected, count, events } = append;
    const streamId = this.#streamId(stream);
    const head = this.#head.get(streamId);
    const actual = head === undefined ? NO_STREAM : Number(head['revision']);
    if (actual !== expected) return this.#sentAgain(append, actual);
    const position = this.#nextPosition;
    const revision = expected + count;
    const previous = head === undefined ? null : Number(head['position']);
    this.#insertAppend.run(position, streamId, expected + 1, count, previous, this.#clock(), events);
    this.#moveHead(streamId, expected, revision, position);
    if (isMarked(expected, revision)) this.#insertMark.run(streamId, revision, position);
    this.#nextPosition += count;
    return position + count - 1;
  }

  /** The check of the expected revision that decides, whoever else may write: one row must change. */
  #moveHead(stream: number, expected: number, revision: number, position: number): void {
    const moved =
      expected === NO_STREAM
        ? this.#insertHead.run(stream, revision, position)
        : this.#updateHead.run(revision, position, stream, expected);
    if (moved.changes !== 1) throw new Error('the head of a stream moved inside a transaction');
  }

  /** The very same append sent again answers as the first did; any other is a conflict. */
  #sentAgain(append: AppendAsked, actual: number): AppendAnswered {
    const { stream, expected, count } = append;
    if (actual >= expected + count) {
      const asked = eventsOfText(append.events).map((event) => event.id);
      const { events } = this.#reader.readStream(stream, expected + 1, count);
      const last = events.at(-1);
      if (last !== undefined && events.every((event, index) => event.id === asked[index])) {
        return Number.parseInt(last.position, 16);
      }
    }
    const message = `${stream}: expected revision ${String(expected)}, head ${String(actual)}`;
    return { code: 'revision-conflict', message, actual };
  }

  #streamId(name: string): number {
    const known = this.#streams.get(name) ?? this.#reader.streamId(name);
    const streamId = known ?? Number(this.#insertStream.run(name).lastInsertRowid);
    if (this.#streams.size >= streamIdsCachedMax) this.#streams.clear();
    this.#streams.set(name, streamId);
    return streamId;
  }
}
