import { assertWaitedFor, type Client, Unavailable } from '../request.ts';

/** How many long reads a process takes on. */
export interface LongReadLimits {
  /** Under way at once: each has the state of an account of its own in memory. */
  readonly atOnceMax: number;
  readonly waitingMax: number;
  readonly waitingOfAccountMax: number;
}

export const longReadLimits: LongReadLimits = { atOnceMax: 2, waitingMax: 1_000, waitingOfAccountMax: 250 };

interface Waiting {
  readonly accountId: string;
  readonly begin: () => void;
}

/**
 * Reads that fold a part of an account's history, such as a balance of long ago or the statement of a month. One of them may
 * take seconds of processor time, in slices between which others have their turns, so there are few at once.
 */
export class LongReads {
  readonly #limits: LongReadLimits;
  #running = 0;
  #waiting: Waiting[] = [];

  constructor(limits: LongReadLimits = longReadLimits) {
    this.#limits = limits;
  }

  /**
   * @param client who does not wait any more when its turn comes is not read for; whoever reads asks between slices.
   * @throws Unavailable `overloaded` if too many wait; what `read` throws.
   */
  async run<Read>(accountId: string, client: Client | undefined, read: () => Promise<Read>): Promise<Read> {
    const { atOnceMax, waitingMax, waitingOfAccountMax } = this.#limits;
    if (this.#running >= atOnceMax) {
      const ofAccount = this.#waiting.filter((waiting) => waiting.accountId === accountId).length;
      if (this.#waiting.length >= waitingMax || ofAccount >= waitingOfAccountMax) {
        throw new Unavailable('overloaded');
      }
      await new Promise<void>((begin) => {
        this.#waiting.push({ accountId, begin });
      });
      // The place is that of one who is done.
      this.#running -= 1;
    }
    this.#running += 1;
    try {
      assertWaitedFor(client);
      return await read();
    } finally {
      // Whoever waits takes the place over: until it does, it counts as taken.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      next?.begin();
    }
  }
}
