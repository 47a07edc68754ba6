import { crc32 } from 'node:zlib';
import type { NewEvent } from '#application/ports';
import { ByteWriter } from './byte-writer.ts';
import { eventsOfText } from './event-text.ts';

/*
 * A row of the log: some appends of one transaction, one after the other. `appends` has a line for each of them, of five
 * whole numbers:
 *
 *   stream    number of its stream in `streams`
 *   revision  of its first event
 *   count     of its events
 *   previous  position of the first event of the append before it in the same stream; `-` if there is none
 *   bytes     of its events' text in `events`, where the texts stand one after the other (see event-text.ts)
 *
 * Both are UTF-8, so that people can read them: `SELECT * FROM log`. The first event of a row has the row's position, each
 * further one the next. Where its streams end can be read from a row without its texts.
 */

/**
 * Most bytes of the texts of a row with more than one append. Four such rows fill a page: so the appends of a cold account
 * are read from one page each, and little of a page stays empty.
 */
const rowBytesMax = 3_800;

export interface GroupRow {
  readonly position: number;
  readonly count: number;
  /** Wall clock of the writer, in ms since 1970. */
  readonly recorded_at: number;
  readonly crc: number;
  readonly appends: Uint8Array;
  readonly events: Uint8Array;
}

/** Without the texts. */
export type GroupPlaces = Pick<GroupRow, 'position' | 'appends'>;

/** An append as the line for it says, and where in its row its text is, in bytes. */
export interface StoredAppend {
  /** Of its first event. */
  readonly position: number;
  readonly stream: number;
  /** Of its first event. */
  readonly revision: number;
  readonly count: number;
  readonly previous: number | null;
  readonly from: number;
  readonly until: number;
}

/**
 * The appends of a row, in order.
 *
 * @param until a position behind which nothing is looked at.
 * @throws Error if the row is damaged.
 */
export function appendsIn({ position, appends }: GroupPlaces, until = Number.POSITIVE_INFINITY): StoredAppend[] {
  const found: StoredAppend[] = [];
  const numbers = new Numbers(appends);
  let [next, from] = [position, 0];
  while (!numbers.atEnd && next <= until) {
    const [stream, revision, count] = [numbers.next(), numbers.next(), numbers.next()];
    const previous = numbers.nextOrNull();
    const textEnd = from + numbers.next();
    found.push({ position: next, stream, revision, count, previous, from, until: textEnd });
    next += count;
    from = textEnd;
  }
  return found;
}

/** The events of an append. @throws Error if they cannot be read. */
export function listEvents({ events }: Pick<GroupRow, 'events'>, { from, until }: StoredAppend): NewEvent[] {
  if (until > events.length) throw damaged();
  return eventsOfText(Buffer.from(events.buffer, events.byteOffset, events.byteLength).toString('utf8', from, until));
}

/** CRC-32 of all that a row says. It tells a row that was torn or damaged, and proves nothing against who can write. */
export function computeCrc({ position, count, recorded_at, appends, events }: Omit<GroupRow, 'crc'>): number {
  return crc32(events, crc32(appends, crc32(`${String(position)} ${String(count)} ${String(recorded_at)}\n`)));
}

/** A row in the making. */
export class RowWriter {
  readonly #appends = new ByteWriter();
  readonly #events = new ByteWriter();
  #count = 0;

  /** Events so far. */
  get count(): number {
    return this.#count;
  }

  /** Whether an append of so many bytes is to be in this row. */
  hasRoomFor(bytes: number): boolean {
    return this.#count === 0 || this.#events.length + bytes <= rowBytesMax;
  }

  add(append: Pick<StoredAppend, 'stream' | 'revision' | 'count' | 'previous'>, events: Uint8Array): void {
    const { stream, revision, count, previous } = append;
    for (const number of [stream, revision, count]) {
      this.#appends.number(number);
      this.#appends.space();
    }
    if (previous === null) this.#appends.text('-');
    else this.#appends.number(previous);
    this.#appends.space();
    this.#appends.number(events.length);
    this.#appends.endLine();
    this.#events.copy(events);
    this.#count += count;
  }

  /** The row, right until more is added. */
  row(position: number, recordedAt: number): GroupRow {
    const row = {
      position,
      count: this.#count,
      recorded_at: recordedAt,
      appends: this.#appends.bytes,
      events: this.#events.bytes,
    };
    return { ...row, crc: computeCrc(row) };
  }

  clear(): void {
    this.#appends.cutTo(0);
    this.#events.cutTo(0);
    this.#count = 0;
  }
}

const [zero, nine, minus, space, lineFeed] = [48, 57, 45, 32, 10];

/** The numbers of the lines one after the other; by their bytes, since whoever looks for one stream reads many lines. */
class Numbers {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(): number {
    const number = this.nextOrNull();
    if (number === null) throw damaged();
    return number;
  }

  /** Null for a `-` alone. */
  nextOrNull(): number | null {
    const isNegative = this.#bytes[this.#at] === minus;
    if (isNegative) this.#at += 1;
    const start = this.#at;
    let number = 0;
    for (; ; this.#at += 1) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte < zero || byte > nine) break;
      number = 10 * number + (byte - zero);
    }
    const isNone = this.#at === start;
    if (isNone && !isNegative) throw damaged();
    const end = this.#bytes[this.#at];
    if (end !== space && end !== lineFeed) throw damaged();
    this.#at += 1;
    if (isNone) return null;
    return isNegative ? -number : number;
  }
}

function damaged(): Error {
  return new Error('the appends of a row cannot be read: it is damaged');
}
