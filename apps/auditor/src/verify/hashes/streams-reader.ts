import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { NewEvent } from '#application/ports';
import { chainHash, chainStart, eventIdOf } from '#domain';
import { eventsOfText } from '#event-store';
import type { Partition } from '../../source/audit-scope.ts';
import { isDamage } from '../../source/log-damage.ts';
import { isMarked } from '../../source/log-tables.ts';

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
  /** Numbers of its streams, and revision and position with which each ends. */
  readonly ids: Float64Array;
  readonly revisions: Float64Array;
  readonly positions: Float64Array;
  /** Numbers of streams whose chains have to be followed one event after the other. */
  readonly suspects: readonly number[];
  readonly rows: number;
  readonly events: number;
  /** Marks that its appends must have, and have if it is sound. */
  readonly marks: number;
  /** Of the first partition, which sees every row: how many there are, and the position behind the last. */
  readonly all: { readonly rows: number; readonly next: number } | undefined;
  /** Nothing is wrong with the rows as such. */
  readonly sound: boolean;
}

/** position, stream, revision, count, previous, events: as a list, which is made faster than an object. */
type Row = readonly [number, number, number, number, number | null, string | null];

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
  readonly #names = new Map<number, string>();
  readonly #streams = new Map<number, StreamSoFar>();
  #sound = true;
  #rows = 0;
  #events = 0;
  #marks = 0;
  #allRows = 0;
  #next = 0;

  constructor(start: StreamsStart) {
    this.#start = start;
    this.#counters = new BigInt64Array(start.counters);
    this.#database = new DatabaseSync(start.file, { readOnly: true, timeout: lockWaitMs });
    const own = isOfPartition('stream', start.partition);
    // The first partition sees all rows, for their places; the texts of others it need not see.
    const [events, where] = this.#isFirst ? [`CASE WHEN ${own} THEN events END`, ''] : ['events', `AND ${own}`];
    this.#selectRows = this.#database.prepare(
      `SELECT position, stream, revision, count, previous, ${events} FROM appends
       WHERE position >= ? AND position < ? ${where} ORDER BY position`,
    );
    this.#selectRows.setReturnArrays(true);
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
    const names = this.#database.prepare(
      `SELECT id, name FROM streams WHERE ${isOfPartition('id', this.#start.partition)}`,
    );
    for (const { id, name } of names.iterate()) {
      if (typeof name === 'string') this.#names.set(Number(id), name);
    }
  }

  #readWindow(from: number, until: number): void {
    let events = 0;
    for (const row of this.#selectRows.all(from, until)) {
      const [position, , , count, , text] = row as unknown as Row;
      if (this.#isFirst) {
        if (position !== this.#next) this.#sound = false;
        this.#next = position + count;
        this.#allRows += 1;
      }
      if (text !== null) events += this.#take(row as unknown as Row, text);
    }
    this.#events += events;
    Atomics.add(this.#counters, eventsRead, BigInt(events));
  }

  /** Returns how many events the row has. */
  #take([position, id, revision, count, previous]: Row, text: string): number {
    this.#rows += 1;
    const events = readable(text);
    const stream = this.#streams.get(id) ?? this.#begin(id);
    if (stream.revision + 1 !== revision || stream.position !== previous) stream.sound = false;
    if (events?.length !== count || count === 0) this.#sound = false;
    let next = revision;
    for (const event of events ?? []) {
      const hash = chainHash(stream.hash, stream.name, next, event.type, event.data, event.metadata);
      if (hash !== event.hash || eventIdOf(hash) !== event.id) stream.sound = false;
      stream.hash = event.hash;
      next += 1;
    }
    stream.revision = revision + count - 1;
    stream.position = position;
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
      revisions: Float64Array.from(streams, ([, { revision }]) => revision),
      positions: Float64Array.from(streams, ([, { position }]) => position ?? -1),
      suspects: streams.filter(([, { sound }]) => !sound).map(([id]) => id),
      rows: this.#rows,
      events: this.#events,
      marks: this.#marks,
      all: this.#isFirst ? { rows: this.#allRows, next: this.#next } : undefined,
      sound: this.#sound,
    };
  }
}

/** Numbers of a log that was changed may be below zero. */
function isOfPartition(column: string, { number, of }: Partition): string {
  return `(${column} % ${String(of)} + ${String(of)}) % ${String(of)} = ${String(number)}`;
}

function readable(text: string): readonly NewEvent[] | undefined {
  try {
    return eventsOfText(text);
  } catch {
    return undefined;
  }
}
