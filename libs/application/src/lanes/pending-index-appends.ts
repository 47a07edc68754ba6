import type { AccountState } from '#domain';
import type { Appended } from '../ports/event-store.ts';
import type { IdIndex } from '../ports/id-index.ts';
import { IndexLag } from './index-lag.ts';

/** The appends to an account, by whichever process, that the id index had not passed yet when it was last asked. */
export class PendingIndexAppends {
  /** Oldest first. */
  #appends: Appended[] = [];
  readonly #idIndex: IdIndex;
  #lag: IndexLag;

  constructor(idIndex: IdIndex) {
    this.#idIndex = idIndex;
    this.#lag = new IndexLag(idIndex);
  }

  /** @param characters of the data and metadata of its events. */
  add({ revision, position }: Appended, characters: number): void {
    this.#appends.push({ revision, position });
    this.#lag.appended(position, 1, characters);
  }

  /** Characters of their events. */
  lagCharacters(): number {
    return this.#lag.characters();
  }

  /** Lets the state forget what the index has by now. */
  forget(state: AccountState): void {
    const passed = this.#idIndex.position;
    let count = 0;
    for (const { revision, position } of this.#appends) {
      if (position > passed) break;
      state.recentIds.forget(revision);
      count += 1;
    }
    if (count > 0) this.#appends.splice(0, count);
  }

  /** The state is read again. */
  clear(): void {
    this.#appends = [];
    this.#lag = new IndexLag(this.#idIndex);
  }
}
