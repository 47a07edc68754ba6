import { hash } from 'node:crypto';

/** Most ids that one pass over the log remembers: 12 bytes each, in at most twice as many places. */
const idsPerPassMax = 8 * 1024 * 1024;

const placesMin = 1_024;

/**
 * All ids that were ever used, as 96 bits of their SHA-256 in one flat table: 5 million ids take about 100 MB, and the
 * chance that two of them look the same is below 10^-15. A log with more events than fit is looked through in several
 * passes, each for one part of the ids.
 */
export class UsedIdTable {
  readonly part: number;
  readonly parts: number;
  #words = new Uint32Array(3 * placesMin);
  #places = placesMin;
  #size = 0;

  constructor(part = 0, parts = 1) {
    this.part = part;
    this.parts = parts;
  }

  /** In how many passes the ids of so many events are looked through. */
  static passesFor(events: number): number {
    return Math.max(1, Math.ceil(events / idsPerPassMax));
  }

  /** False if the id was noted before. True for ids of another part. */
  use(stream: string, key: string): boolean {
    const [first, second, third] = this.#toWords(stream, key);
    if (first % this.parts !== this.part) return true;
    const place = this.#find(first, second, third);
    if (this.#isTaken(place)) return false;
    this.#put(place, first, second, third);
    return true;
  }

  /** Undefined for ids of another part. */
  has(stream: string, key: string): boolean | undefined {
    const [first, second, third] = this.#toWords(stream, key);
    if (first % this.parts !== this.part) return undefined;
    return this.#isTaken(this.#find(first, second, third));
  }

  #toWords(stream: string, key: string): readonly [number, number, number] {
    // No stream and no key has a line break in it.
    const digest = hash('sha256', `${stream}\n${key}`, 'buffer');
    // The last word is never zero: that marks a free place.
    return [digest.readUInt32LE(0), digest.readUInt32LE(4), (digest.readUInt32LE(8) | 1) >>> 0];
  }

  #isTaken(place: number): boolean {
    return this.#words[3 * place + 2] !== 0;
  }

  /** Where these words are, or the free place for them. */
  #find(first: number, second: number, third: number): number {
    const words = this.#words;
    const mask = this.#places - 1;
    let place = second & mask;
    while (words[3 * place + 2] !== 0) {
      const same = words[3 * place] === first && words[3 * place + 1] === second && words[3 * place + 2] === third;
      if (same) return place;
      place = (place + 1) & mask;
    }
    return place;
  }

  #put(place: number, first: number, second: number, third: number): void {
    this.#words.set([first, second, third], 3 * place);
    this.#size += 1;
    if (this.#size * 3 > this.#places * 2) this.#grow();
  }

  #grow(): void {
    const old = this.#words;
    this.#places *= 2;
    this.#words = new Uint32Array(3 * this.#places);
    for (let at = 0; at < old.length; at += 3) {
      const third = old[at + 2] ?? 0;
      if (third === 0) continue;
      const [first = 0, second = 0] = [old[at], old[at + 1]];
      this.#words.set([first, second, third], 3 * this.#find(first, second, third));
    }
  }
}
