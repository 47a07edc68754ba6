import type { Position } from '../ports/event-store.ts';
import type { IdIndex } from '../ports/id-index.ts';

interface Lagging {
  readonly position: Position;
  readonly events: number;
  readonly characters: number;
}

/** How many events were appended, to all accounts of this process or to one, that its id index has not passed yet. */
export class IndexLag {
  readonly #idIndex: IdIndex;
  /** Oldest first; everything before `#next` is passed. */
  #appends: Lagging[] = [];
  #next = 0;
  #events = 0;
  #characters = 0;

  constructor(idIndex: IdIndex) {
    this.#idIndex = idIndex;
  }

  appended(position: Position, events: number, characters: number): void {
    this.#appends.push({ position, events, characters });
    this.#events += events;
    this.#characters += characters;
  }

  /** Of their data and metadata. */
  characters(): number {
    this.events();
    return this.#characters;
  }

  /** Positions arrive nearly in order; one that is a little early is only counted a little longer. */
  events(): number {
    const passed = this.#idIndex.position;
    let oldest = this.#appends[this.#next];
    while (oldest !== undefined && oldest.position <= passed) {
      this.#events -= oldest.events;
      this.#characters -= oldest.characters;
      this.#next += 1;
      oldest = this.#appends[this.#next];
    }
    if (this.#next > 1_024 && this.#next * 2 > this.#appends.length) {
      this.#appends = this.#appends.slice(this.#next);
      this.#next = 0;
    }
    return this.#events;
  }
}
