import type { AppendOutcome } from '#application/ports';
import type { AppendAsked } from './log-writer.ts';

/** Most appends and characters of one group, so that a big batch does not hold up a small freeze for long. */
const groupAppendsMax = 1_024;
const groupCharactersMax = 4 * 1024 * 1024;

/** An append whose caller waits for the answer. */
export interface Waiting {
  readonly asked: AppendAsked;
  readonly answer: (outcome: AppendOutcome) => void;
}

/** Appends on their way to the writer. */
export class AppendQueue {
  #waiting: Waiting[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  /** The next group, in the order of arrival. */
  takeGroup(): readonly Waiting[] {
    let characters = 0;
    let count = 0;
    for (const append of this.#waiting) {
      characters += append.asked.events.length;
      if (count > 0 && (count >= groupAppendsMax || characters > groupCharactersMax)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  takeAll(): readonly Waiting[] {
    return this.#waiting.splice(0);
  }
}
