import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppendOutcome, StreamAppend, StreamPage } from '#application/ports';
import { MemoryEventStore } from '#event-store';
import type { Dice } from './dice.ts';

/** The store in memory, of which every call takes as many turns as the dice say. */
export class SlowStore extends MemoryEventStore {
  dice: Dice | undefined;

  override async appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    await this.#wait();
    return super.appendAll(batches);
  }

  override async readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    await this.#wait();
    return super.readStream(stream, from, limit);
  }

  async #wait(): Promise<void> {
    for (let turns = this.dice?.between(0, 4) ?? 0; turns > 0; turns -= 1) await nextTurn();
  }
}
