import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EventStoreErrorCode, NO_STREAM } from '#application/ports';
import { eventsOfText } from './event-text.ts';
import { type GroupRow, RowWriter } from './group-row.ts';
import { LogReader } from './log-reader.ts';
import { isMarked } from './schema.ts';
import { isBusy, isFull } from './sqlite-codes.ts';
import type { StoreFiles } from './store-files.ts';
import { StreamHeads } from './stream-heads.ts';
import type { WriterTurns } from './writer-turns.ts';

/** Most ids of streams that are kept, so that an append to one of them needs no look-up. */
const streamIdsCachedMax = 200_000;

/** An append on its way to the writer. `events` is the text of the events, as it is stored (see `writeEvents`). */
export interface AppendAsked {
  readonly stream: string;
  readonly expected: number;
  readonly count: number;
  readonly events: Uint8Array;
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
  readonly #heads: StreamHeads;
  readonly #row = new RowWriter();
  readonly #insertGroup: StatementSync;
  readonly #insertMark: StatementSync;
  readonly #insertStream: StatementSync;
  readonly #probe: StatementSync;
  readonly #beginAlone: StatementSync;
  readonly #commit: StatementSync;
  #nextPosition = 0;
  /** What is in memory is as it is in the file, apart from what others write. */
  #isRead = false;
  #recordedAt = 0;
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
    this.#beginAlone = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
    this.#heads = new StreamHeads(database);
    this.#insertGroup = database.prepare('INSERT INTO groups VALUES (?, ?, ?, ?, ?, ?)');
    this.#insertMark = database.prepare('INSERT INTO marks VALUES (?, ?, ?)');
    this.#insertStream = database.prepare('INSERT INTO streams (name) VALUES (?)');
    // So that what is not as it should be keeps the store from being opened.
    this.#readForward();
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
    try {
      this.#begin();
      this.#readForward();
      this.#recordedAt = this.#clock();
      const answers = group.map((append) => this.#append(append));
      this.#endRow();
      this.#heads.save(this.#nextPosition);
      this.#commit.run();
      const lost = this.#lost();
      if (lost !== undefined) return group.map(() => ({ code: 'store-broken', message: lost }));
      this.#committed();
      this.#wroteSinceLook = true;
      this.#tell(undefined);
      return answers;
    } catch (error) {
      this.#forget();
      const code = this.#failed(error);
      if (code === 'store-broken') this.#broken = String(error);
      this.#tell(describeTrouble(error));
      return group.map(() => ({ code, message: String(error) }));
    }
  }

  /**
   * To be called now and then, so that what is wrong shows also when nobody writes: whether the files are still there, and
   * whether they can be written.
   *
   * @returns why the store must not be written to any more.
   */
  checkFiles(): string | undefined {
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
      this.#tell(describeTrouble(error));
    }
  }

  #lost(): string | undefined {
    const error = this.#files?.error();
    if (this.#files === undefined || error === undefined) return undefined;
    this.#tell(error);
    this.#broken = `${error}; ${this.#files.rescue()}`;
    return this.#broken;
  }

  #tell(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#told(trouble);
  }

  #begin(): void {
    if (this.#turns === undefined) this.#beginAlone.run();
    else this.#turns.begin();
  }

  /** Within the transaction: what others have written by now is all that stands before it. */
  #readForward(): void {
    if (this.#isRead && this.#turns === undefined) return;
    this.#nextPosition = this.#heads.readForward();
    this.#isRead = true;
  }

  /** After a rollback: also ids of streams that were made in the transaction are gone with it. */
  #forget(): void {
    this.#isRead = false;
    this.#streams.clear();
    this.#heads.forget();
    this.#reader.forget();
    this.#row.clear();
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
    const head = this.#heads.of(streamId);
    const actual = head?.revision ?? NO_STREAM;
    if (actual !== expected) return this.#sentAgain(append, actual);
    const position = this.#nextPosition;
    const revision = expected + count;
    const previous = head?.position ?? null;
    if (!this.#row.hasRoomFor(events.length)) this.#endRow();
    this.#row.add({ stream: streamId, revision: expected + 1, count, previous }, events);
    this.#heads.move(streamId, revision, position);
    if (isMarked(expected, revision)) this.#insertMark.run(streamId, revision, position);
    this.#nextPosition += count;
    return position + count - 1;
  }

  #endRow(): void {
    if (this.#row.count === 0) return;
    const row: GroupRow = this.#row.row(this.#nextPosition - this.#row.count, this.#recordedAt);
    this.#insertGroup.run(row.position, row.count, row.recorded_at, row.crc, row.appends, row.events);
    this.#row.clear();
  }

  /** The very same append sent again answers as the first did; any other is a conflict. */
  #sentAgain(append: AppendAsked, actual: number): AppendAnswered {
    const { stream, expected, count } = append;
    // It may be of the same group.
    this.#endRow();
    if (actual >= expected + count) {
      const asked = eventsOfText(Buffer.from(append.events).toString()).map((event) => event.id);
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

function describeTrouble(error: unknown): string {
  const why = isBusy(error) ? 'another process has it locked' : isFull(error) ? 'the disk is full' : String(error);
  return `the event store cannot be written: ${why}`;
}
