import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { NewEvent } from '#application/ports';
import { chainHash, chainStart, eventIdFromHash } from '#domain';
import { type GroupRow, listEvents, type StoredAppend } from '#event-store';
import type { Partition } from '../../source/audit-scope.ts';
import { isDamage } from '../../source/log-damage.ts';
import { appendsOfRow, isAsWritten, isMarked, rowErrors, SavedHeads } from '../../source/log-tables.ts';

/** What of a log one thread reads: the streams whose numbers belong to its partition. */
export interface StreamsStart {
  readonly file: string;
  /** Position of the first event behind the log. */
  readonly end: number;
  readonly partition: Partition;
  /** That all threads share: how many events were read, and 1 if all are to end. */
  readonly counters: SharedArrayBuffer;
}

/** Places of the shared counters. */
export const eventsRead = 0;
export const stopped = 1;
export const countersCount = 2;

/** What one partition has found. */
export interface StreamsRead {
  /** Numbers of its streams. */
  readonly ids: Float64Array;
  /** Numbers of streams whose chains have to be followed one event after the other. */
  readonly suspects: readonly number[];
  readonly appends: number;
  readonly events: number;
  /** Marks that its appends must have, and have if it is sound. */
  readonly marks: number;
  /** Of the first partition, which looks at every row: how many appends there are, and the position behind the last. */
  readonly all: { readonly appends: number; readonly next: number } | undefined;
  /** Nothing is wrong with the rows as such. */
  readonly sound: boolean;
}

interface StreamSoFar {
  readonly name: string;
  revision: number;
  /** Of its last append; null before the first. */
  position: number | null;
  hash: string;
  sound: boolean;
}

/** How long a read waits for a lock of the service, in ms. */
const lockWaitMs = 2_000;

/** Positions that are read at once: a list of some hundred rows is made in two thirds of the time of single ones. */
const windowPositionsDefault = 256;

/**
 * Follows the hash chains of one partition of a log's streams, by a connection of its own. Says whether they are sound, not what
 * is wrong.
 */
export class StreamsReader {
  readonly #start: StreamsStart;
  readonly #database: DatabaseSync;
  readonly #selectRows: StatementSync;
  readonly #mark: StatementSync;
  readonly #counters: BigInt64Array;
  #heads: SavedHeads | undefined;
  readonly #names = new Map<number, string>();
  readonly #streams = new Map<number, StreamSoFar>();
  #sound = true;
  #appends = 0;
  #events = 0;
  #marks = 0;
  #allAppends = 0;
  #next = 0;

  constructor(start: StreamsStart) {
    this.#start = start;
    this.#counters = new BigInt64Array(start.counters);
    this.#database = new DatabaseSync(start.file, { readOnly: true, timeout: lockWaitMs });
    this.#selectRows = this.#database.prepare(
      `SELECT position, count, recorded_at, crc, appends, events FROM groups
       WHERE position >= ? AND position < ? ORDER BY position`,
    );
    this.#mark = this.#database.prepare('SELECT position FROM marks WHERE stream = ? AND revision = ?');
  }

  close(): void {
    this.#database.close();
  }

  /**
   * Reads some positions more, each time that it is asked.
   *
   * @throws Error if all are to end.
   */
  *read(windowPositions = windowPositionsDefault): Generator<void, StreamsRead> {
    const { end } = this.#start;
    try {
      this.#heads = new SavedHeads(this.#database, (stream) => this.#isOwn(stream));
      this.#readNames();
      for (let from = 0; from < end; from += windowPositions) {
        if (Atomics.load(this.#counters, stopped) !== 0n) throw new Error('another partition could not be read');
        this.#readWindow(from, Math.min(end, from + windowPositions));
        yield;
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#sound = false;
    }
    return this.#found();
  }

  get #isFirst(): boolean {
    return this.#start.partition.number === 0;
  }

  #readNames(): void {
    // As text: a number of a log that was changed may be too large to be read.
    for (const { id, name } of this.#database.prepare('SELECT CAST(id AS TEXT) AS id, name FROM streams').iterate()) {
      if (typeof name === 'string' && this.#isOwn(Number(id))) this.#names.set(Number(id), name);
    }
  }

  /** Numbers of a log that was changed may be below zero. */
  #isOwn(stream: number): boolean {
    const { number, of } = this.#start.partition;
    return ((stream % of) + of) % of === number;
  }

  #readWindow(from: number, until: number): void {
    let events = 0;
    for (const found of this.#selectRows.all(from, until)) {
      const row = found as unknown as GroupRow;
      const appends = appendsOfRow(row) ?? [];
      if (this.#isFirst) this.#checkRow(row, appends);
      for (const append of appends) if (this.#isOwn(append.stream)) events += this.#take(row, append);
    }
    this.#events += events;
    Atomics.add(this.#counters, eventsRead, BigInt(events));
  }

  #checkRow(row: GroupRow, appends: readonly StoredAppend[]): void {
    const isSound = row.position === this.#next && isAsWritten(row) && rowErrors(row, appends).length === 0;
    if (!isSound || appends.length === 0) this.#sound = false;
    this.#next = row.position + row.count;
    this.#allAppends += appends.length;
  }

  /** Returns how many events the append has. */
  #take(row: GroupRow, append: StoredAppend): number {
    const { position, stream: id, revision, count, previous } = append;
    this.#appends += 1;
    const events = readable(row, append);
    const stream = this.#streams.get(id) ?? this.#begin(id);
    if (stream.revision + 1 !== revision || stream.position !== previous) stream.sound = false;
    if (events?.length !== count || count === 0) this.#sound = false;
    let next = revision;
    for (const event of events ?? []) {
      const hash = chainHash(stream.hash, stream.name, next, event.type, event.data, event.metadata);
      if (hash !== event.hash || eventIdFromHash(hash) !== event.id) stream.sound = false;
      stream.hash = event.hash;
      next += 1;
    }
    stream.revision = revision + count - 1;
    stream.position = position;
    this.#heads?.see(id, stream as { readonly revision: number; readonly position: number });
    if (isMarked(revision, stream.revision)) this.#checkMark(id, stream.revision, position);
    return events?.length ?? 0;
  }

  #begin(id: number): StreamSoFar {
    const name = this.#names.get(id);
    const stream = { name: name ?? '', revision: -1, position: null, hash: chainStart, sound: name !== undefined };
    this.#streams.set(id, stream);
    return stream;
  }

  #checkMark(stream: number, revision: number, position: number): void {
    this.#marks += 1;
    if (this.#mark.get(stream, revision)?.['position'] !== position) this.#sound = false;
  }

  #found(): StreamsRead {
    const streams = [...this.#streams];
    return {
      ids: Float64Array.from(streams, ([id]) => id),
      suspects: streams.filter(([, { sound }]) => !sound).map(([id]) => id),
      appends: this.#appends,
      events: this.#events,
      marks: this.#marks,
      all: this.#isFirst ? { appends: this.#allAppends, next: this.#next } : undefined,
      sound: this.#sound && this.#headsFit(),
    };
  }

  /** Those that are newer than this audit are of no interest to it. */
  #headsFit(): boolean {
    if (this.#heads === undefined) return false;
    for (const { position } of this.#heads.wrong()) if (position < this.#start.end) return false;
    return this.#heads.missing().next().done === true;
  }
}

function readable(row: GroupRow, append: StoredAppend): readonly NewEvent[] | undefined {
  try {
    return listEvents(row, append);
  } catch {
    return undefined;
  }
}
