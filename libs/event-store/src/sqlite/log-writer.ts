import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EventStoreErrorCode, NO_STREAM } from '#application/ports';
import { eventsOfText } from './event-text.ts';
import { LogReader } from './log-reader.ts';
import { isMarked } from './schema.ts';
import { isBusy, isFull } from './sqlite-codes.ts';
import type { StoreFiles } from './store-files.ts';
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

export interface LogWriterOptions {
  /** If other connections may write, too. */
  readonly turns?: WriterTurns | undefined;
  /** Are looked at after every commit; undefined: nobody can take them away. */
  readonly files?: StoreFiles | undefined;
  /** Is told why nothing can be written at present, and `undefined` once it can be again. */
  readonly told?: (trouble: string | undefined) => void;
  readonly clock?: () => number;
}

/** A writer of the log, the only one unless it takes turns: a group of appends is one transaction with one fsync. */
export class LogWriter {
  readonly #database: DatabaseSync;
  readonly #reader: LogReader;
  readonly #clock: () => number;
  readonly #turns: WriterTurns | undefined;
  readonly #files: StoreFiles | undefined;
  readonly #told: (trouble: string | undefined) => void;
  /** Stays right when others write: a stream keeps its id for ever. */
  readonly #streams = new Map<string, number>();
  readonly #head: StatementSync;
  readonly #insertAppend: StatementSync;
  readonly #insertHead: StatementSync;
  readonly #updateHead: StatementSync;
  readonly #insertMark: StatementSync;
  readonly #insertStream: StatementSync;
  readonly #probe: StatementSync;
  #nextPosition: number;
  /** Why nothing may be written any more. */
  #broken: string | undefined;
  /** Why nothing could be written when it was last tried. */
  #trouble: string | undefined;
  #wroteSinceLook = false;

  constructor(database: DatabaseSync, { turns, files, told, clock }: LogWriterOptions = {}) {
    this.#database = database;
    this.#reader = new LogReader(database);
    this.#clock = clock ?? Date.now;
    this.#turns = turns;
    this.#files = files;
    this.#told = told ?? (() => undefined);
    this.#probe = database.prepare('UPDATE schema SET version = version');
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
   * and for ever after, because a disk that failed once may later say that it wrote what it has lost. So it is where a
   * file of the store was taken away: an append is answered only if, after its commit, the name of each file still led to the
   * one that was written.
   */
  write(group: readonly AppendAsked[]): AppendAnswered[] {
    const broken = this.#broken;
    if (broken !== undefined) return group.map(() => ({ code: 'store-broken', message: broken }));
    const nextPosition = this.#nextPosition;
    try {
      this.#begin();
      const answers = group.map((append) => this.#append(append));
      this.#database.exec('COMMIT');
      const lost = this.#lost();
      if (lost !== undefined) return group.map(() => ({ code: 'store-broken', message: lost }));
      this.#committed();
      this.#wroteSinceLook = true;
      this.#tell(undefined);
      return answers;
    } catch (error) {
      this.#nextPosition = nextPosition;
      // Ids of streams that were made in this transaction are gone with it.
      this.#streams.clear();
      const code = this.#failed(error);
      if (code === 'store-broken') this.#broken = String(error);
      this.#tell(troubleOf(error));
      return group.map(() => ({ code, message: String(error) }));
    }
  }

  /**
   * To be called now and then, so that what is wrong shows also when nobody writes: whether the files are still there, and
   * whether they can be written.
   *
   * @returns why the store must not be written to any more.
   */
  look(): string | undefined {
    const lost = this.#broken ?? this.#lost();
    if (lost !== undefined) return lost;
    if (!this.#wroteSinceLook) this.#tryToWrite();
    this.#wroteSinceLook = false;
    return this.#broken;
  }

  /** Takes the lock; where there is trouble, also commits something, which a full disk refuses. */
  #tryToWrite(): void {
    try {
      this.#begin();
      if (this.#trouble !== undefined) this.#probe.run();
      this.#database.exec(this.#trouble === undefined ? 'ROLLBACK' : 'COMMIT');
      this.#tell(undefined);
    } catch (error) {
      if (this.#failed(error) === 'store-broken') this.#broken = String(error);
      this.#tell(troubleOf(error));
    }
  }

  #lost(): string | undefined {
    const fault = this.#files?.fault();
    if (this.#files === undefined || fault === undefined) return undefined;
    this.#tell(fault);
    this.#broken = `${fault}; ${this.#files.rescue()}`;
    return this.#broken;
  }

  #tell(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#told(trouble);
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

function troubleOf(error: unknown): string {
  const why = isBusy(error) ? 'another process has it locked' : isFull(error) ? 'the disk is full' : String(error);
  return `the event store cannot be written: ${why}`;
}
