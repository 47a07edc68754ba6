import type { AppendOutcome, StreamAppend } from '#application/ports';
import { OutgoingGroup } from './group-message.ts';

/** Buffers kept for later groups, and the largest of them, in bytes. */
const sparesMax = 2;
const spareBytesMax = 1024 * 1024;

/** Appends on their way to the writer, in groups. */
export class AppendQueue {
  readonly #groups: OutgoingGroup[] = [];
  readonly #spares: ArrayBuffer[] = [];

  get isEmpty(): boolean {
    return this.#groups.length === 0;
  }

  /** @throws TypeError if the events cannot be written. */
  add(append: StreamAppend, answer: (outcome: AppendOutcome) => void): void {
    const last = this.#groups.at(-1);
    if (last?.isFull === false) {
      last.add(append, answer);
      return;
    }
    const group = new OutgoingGroup(this.#spares.pop());
    group.add(append, answer);
    this.#groups.push(group);
  }

  /** The next group, in the order of arrival. */
  takeGroup(): OutgoingGroup | undefined {
    return this.#groups.shift();
  }

  /** Takes a buffer back whose group was written. */
  reuse(memory: ArrayBuffer): void {
    if (memory.byteLength <= spareBytesMax && this.#spares.length < sparesMax) this.#spares.push(memory);
  }

  takeAll(): readonly OutgoingGroup[] {
    return this.#groups.splice(0);
  }
}
