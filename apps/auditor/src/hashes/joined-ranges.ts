import type { RangeRead, StreamEnd, StreamPart } from './range-messages.ts';

/** A head as the log's own table has it. */
export interface StoredHead {
  readonly stream: number;
  readonly revision: number;
  readonly position: number;
}

/** Puts the ranges together in the log's order: what each begins with must be what those before it end with. */
export class JoinedRanges {
  readonly ends = new Map<number, StreamEnd>();
  /** Numbers and names of the streams. */
  readonly names = new Map<number, string>();
  /** Streams whose chains have to be followed one event after the other. */
  readonly suspects = new Set<string>();
  /** Nothing is wrong with the rows and their places. */
  sound = true;
  events = 0;
  #marks = 0;
  #next = 0;
  /** Ranges that came before those in front of them. */
  readonly #early = new Map<number, RangeRead>();
  #joined = 0;

  take(read: RangeRead): void {
    this.#early.set(read.number, read);
    for (let next = this.#early.get(this.#joined); next !== undefined; next = this.#early.get(this.#joined)) {
      this.#early.delete(this.#joined);
      this.#joined += 1;
      this.#join(next);
    }
  }

  /**
   * Compares what was derived from the log with it, once all of it was joined.
   *
   * @param end position of the first event behind the log.
   */
  finish(end: number, heads: readonly StoredHead[], marks: number): void {
    const fit = heads.every(({ stream, revision, position }) => {
      const found = this.ends.get(stream);
      return found?.revision === revision && found.position === position;
    });
    if (!fit || heads.length !== this.ends.size || marks !== this.#marks || this.#next !== end) this.sound = false;
    // Two numbers with one name would be two sound chains, where there can be only one.
    const [seen, names] = [new Set<string>(), [...this.names.values()]];
    for (const name of names) {
      if (seen.has(name)) this.suspects.add(name);
      seen.add(name);
    }
  }

  #join({ streams, places, events, marks, sound }: RangeRead): void {
    if (!sound || (places !== undefined && places.first !== this.#next)) this.sound = false;
    if (places !== undefined) this.#next = places.next;
    this.events += events;
    this.#marks += marks;
    for (const part of streams) {
      const name = part.name ?? `stream #${String(part.id)}`;
      this.names.set(part.id, name);
      if (!part.sound || !follows(part, this.ends.get(part.id))) this.suspects.add(name);
      this.ends.set(part.id, part.last);
    }
  }
}

/** A stream begins with revision 0 after nothing; what its first hash was computed with is checked by its range. */
function follows(part: StreamPart, end: StreamEnd | undefined): boolean {
  if (end === undefined) return part.previous === null && part.revision === 0;
  return part.previous === end.position && part.revision === end.revision + 1 && part.previousHash === end.hash;
}
