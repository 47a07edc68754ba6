import type { Appended } from '../ports/event-store.ts';
import type { IdIndex } from '../ports/id-index.ts';

interface Lagging extends Appended {
  readonly events: number;
  readonly characters: number;
}

/** The appends, to one account or to all, that the id index has not passed yet: their events are remembered till then. */
export class IndexLag {
  readonly #idIndex: IdIndex;
  /** Oldest first; everything before `#next` is passed. */
  #appends: Lagging[] = [];
  #next = 0;
  #events = 0;
  #characters = 0;
  #passed = -1;

  constructor(idIndex: IdIndex) {
    this.#idIndex = idIndex;
  }

  /** @param characters of the data and metadata of its events. */
  add({ revision, position }: Appended, events: number, characters: number): void {
    this.#appends.push({ revision, position, events, characters });
    this.#events += events;
    this.#characters += characters;
  }

  events(): number {
    this.passed();
    return this.#events;
  }

  /** Of their data and metadata. */
  characters(): number {
    this.passed();
    return this.#characters;
  }

  /**
   * The revision up to which the index has an account's events, as far as they were added here.
   *
   * Positions arrive nearly in order; one that is a little early is only counted a little longer.
   */
  passed(): number {
    const { position } = this.#idIndex;
    let oldest = this.#appends[this.#next];
    while (oldest !== undefined && oldest.position <= position) {
      this.#events -= oldest.events;
      this.#characters -= oldest.characters;
      this.#passed = oldest.revision;
      this.#next += 1;
      oldest = this.#appends[this.#next];
    }
    if (this.#next * 2 > this.#appends.length) {
      this.#appends = this.#appends.slice(this.#next);
      this.#next = 0;
    }
    return this.#passed;
  }
}
