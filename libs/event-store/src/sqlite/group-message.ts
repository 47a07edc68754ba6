import type { AppendOutcome, StreamAppend } from '#application/ports';
import { ByteWriter } from './byte-writer.ts';
import { writeEvents } from './event-text.ts';
import type { AppendAsked } from './log-writer.ts';

/*
 * A group of appends on its way to the writer's thread: a list for each field, and the texts of all events in one buffer,
 * which changes hands without a copy, there and back.
 */

export interface GroupMessage {
  readonly streams: readonly string[];
  readonly expected: readonly number[];
  readonly counts: readonly number[];
  /** Where the text of each append ends, in bytes. */
  readonly ends: readonly number[];
  readonly memory: ArrayBuffer;
}

/** Most appends and bytes of one group, so that a big batch does not hold up a small freeze for long. */
const groupAppendsMax = 1_024;
const groupBytesMax = 4 * 1024 * 1024;

/** Appends that are written together, in the order in which they came, and who waits for their answers. */
export class OutgoingGroup {
  readonly #streams: string[] = [];
  readonly #expected: number[] = [];
  readonly #counts: number[] = [];
  readonly #ends: number[] = [];
  readonly #texts: ByteWriter;
  readonly #answers: ((outcome: AppendOutcome) => void)[] = [];

  /** @param memory to be written over. */
  constructor(memory: ArrayBuffer | undefined) {
    this.#texts = new ByteWriter(memory);
  }

  get isFull(): boolean {
    return this.#streams.length >= groupAppendsMax || this.#texts.length >= groupBytesMax;
  }

  /** @throws TypeError if the events cannot be written; then the append is not part of the group. */
  add({ stream, expected, events }: StreamAppend, answer: (outcome: AppendOutcome) => void): void {
    const { length } = this.#texts;
    try {
      writeEvents(this.#texts, events);
    } catch (error) {
      this.#texts.cutTo(length);
      throw error;
    }
    this.#streams.push(stream);
    this.#expected.push(expected);
    this.#counts.push(events.length);
    this.#ends.push(this.#texts.length);
    this.#answers.push(answer);
  }

  /** What is sent; its memory is to change hands. */
  message(): GroupMessage {
    const memory = this.#texts.memory;
    return { streams: this.#streams, expected: this.#expected, counts: this.#counts, ends: this.#ends, memory };
  }

  /** Revision of the last event of an append, if it is written. */
  revisionAt(index: number): number {
    return (this.#expected[index] ?? 0) + (this.#counts[index] ?? 0);
  }

  answer(index: number, outcome: AppendOutcome): void {
    this.#answers[index]?.(outcome);
  }

  answerAll(outcome: AppendOutcome): void {
    for (const answer of this.#answers) answer(outcome);
  }
}

export function toGroup({ streams, expected, counts, ends, memory }: GroupMessage): AppendAsked[] {
  const texts = new Uint8Array(memory);
  return streams.map((stream, index) => ({
    stream,
    expected: expected[index] ?? 0,
    count: counts[index] ?? 0,
    events: texts.subarray(ends[index - 1] ?? 0, ends[index]),
  }));
}
