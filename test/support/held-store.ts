import type { AppendOutcome, StreamAppend } from '#application/ports';
import { MemoryEventStore } from '#event-store';

/** The store in memory, whose appends can be kept waiting. */
export class HeldStore extends MemoryEventStore {
  #gate: Promise<void> = Promise.resolve();
  /** Appends that have arrived, whether or not they were let through. */
  arrived = 0;

  /** Keeps appends waiting from now on; call what is returned to let them through. */
  hold(): () => void {
    let open: () => void = () => undefined;
    this.#gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }

  override async appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    this.arrived += batches.length;
    await this.#gate;
    return super.appendAll(batches);
  }
}
