import type { UnavailableCode } from '../request.ts';
import { type LaneEntry, reject } from './entry.ts';

/** Those who wait at a lane, first come first. */
export class LaneQueue {
  #entries: LaneEntry[] = [];
  #seenToHead = 0;

  get entries(): readonly LaneEntry[] {
    return this.#entries;
  }

  get length(): number {
    return this.#entries.length;
  }

  /**
   * Entries at the front for which the account was read to the head of its stream after they had come: it may be behind
   * by now, but it has everything that was answered before they were asked, so it may be shown to them.
   */
  get seenToHead(): number {
    return this.#seenToHead;
  }

  enter(entry: LaneEntry): void {
    this.#entries.push(entry);
  }

  /** The account was read to the head; the first `count` entries had come before that began. */
  readFor(count: number): void {
    this.#seenToHead = count;
  }

  /** The first `count` entries have their answers. */
  leave(count: number): void {
    this.#entries = this.#entries.slice(count);
    this.#seenToHead = Math.max(0, this.#seenToHead - count);
  }

  /** The first `count` entries could not be decided. */
  reject(count: number, code: UnavailableCode): void {
    const away = this.#entries.slice(0, count);
    this.leave(count);
    for (const entry of away) reject(entry, code);
  }
}
