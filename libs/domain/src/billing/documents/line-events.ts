import { revisionRanges } from './revision-ranges.ts';

/** Where the events of a line are. The list of all of them is not on the bill: a day can have 100 000. */
export interface EventSpan {
  readonly firstRevision: number;
  readonly lastRevision: number;
}

/** As bills of format 1 have it: all of them, such as `3-5 9`. */
export interface EventList {
  readonly revisions: string;
}

export type LineEvents = EventSpan | EventList;

/** Of a line of format 1. */
export function formatRevisions(line: LineEvents): string {
  return 'revisions' in line ? line.revisions : '';
}

/** The events that a line of a bill is made of, as they come by; those of older holds come after the others. */
export class SeenEvents {
  #count = 0;
  #first = Number.MAX_SAFE_INTEGER;
  #last = -1;
  #latest = -1;
  readonly #all: number[] | undefined;

  /** @param format of the bill. */
  constructor(format: number) {
    this.#all = format === 1 ? [] : undefined;
  }

  /** One event may bring several parts of a line; they come one after the other. */
  add(revision: number): void {
    if (revision !== this.#latest) this.#count += 1;
    this.#latest = revision;
    this.#first = Math.min(this.#first, revision);
    this.#last = Math.max(this.#last, revision);
    this.#all?.push(revision);
  }

  get count(): number {
    return this.#count;
  }

  get shown(): LineEvents {
    if (this.#all !== undefined) return { revisions: revisionRanges(this.#all) };
    return { firstRevision: this.#first, lastRevision: this.#last };
  }
}
