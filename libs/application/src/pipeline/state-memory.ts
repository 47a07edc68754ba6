import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AccountState, stateBytes } from '#domain';
import type { LaneLimits } from '../limits.ts';

/** What the state of one account takes. */
export interface StateSize {
  /** Of memory, about. */
  readonly bytes: number;
  readonly openHolds: number;
}

export const noState: StateSize = { bytes: 0, openHolds: 0 };

function measure(state: AccountState): StateSize {
  return { bytes: stateBytes(state), openHolds: state.openHolds.size };
}

type Limits = Pick<
  LaneLimits,
  'stateBytesMax' | 'openHoldBytesMax' | 'openHoldsInMemoryMax' | 'loadsAtOnceMax' | 'accountsInMemoryMax'
>;

const nearlyFullShare = 7 / 8;

/** The memory that the states of all accounts of this process take, each as it was measured after its last batch. */
export class StateMemory {
  readonly #limits: Limits;
  #bytes = 0;
  #openHolds = 0;
  #loading = 0;
  readonly #waiting: (() => void)[] = [];

  readonly #forgetSome: (latest: string) => void;

  /** @param forgetSome forgets idle accounts, but for the latest, while there are too many. */
  constructor(limits: Limits, forgetSome: (latest: string) => void) {
    this.#limits = limits;
    this.#forgetSome = forgetSome;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** @returns the size of the state as it is now; undefined: it is not in memory. */
  measured(before: StateSize, state: AccountState | undefined): StateSize {
    const after = state === undefined ? noState : measure(state);
    this.#bytes += after.bytes - before.bytes;
    this.#openHolds += after.openHolds - before.openHolds;
    return after;
  }

  /** Whether an account that is not in memory may be read; not while those at work alone take all that there is. */
  fits(accountId: string): boolean {
    if (this.#isFull) this.evict(accountId);
    return !this.#isFull;
  }

  evict(latest: string): void {
    this.#forgetSome(latest);
  }

  /** Idle accounts should be forgotten. @param accounts in memory. */
  isOver(accounts: number): boolean {
    const { accountsInMemoryMax, openHoldsInMemoryMax } = this.#limits;
    return accounts > accountsInMemoryMax || this.#openHolds > openHoldsInMemoryMax || this.#isNearlyFull;
  }

  /** Idle accounts are forgotten a little before all memory is taken, so that those at work find some. */
  get #isNearlyFull(): boolean {
    return this.#bytes > this.#limits.stateBytesMax * nearlyFullShare;
  }

  get #isFull(): boolean {
    return this.#bytes > this.#limits.stateBytesMax;
  }

  /** Most bytes that the open holds of an account may come to by its next batch: what it has at least. */
  openHoldBytesMax(accountId: string, { openHoldBytes }: AccountState): number {
    const { stateBytesMax, openHoldBytesMax } = this.#limits;
    if (this.#isNearlyFull) this.evict(accountId);
    return Math.min(openHoldBytesMax, openHoldBytes + Math.max(0, stateBytesMax - this.#bytes));
  }

  /** Waits until few enough accounts are being read, so that many large ones do not come at once. */
  async load<Loaded>(read: () => Promise<Loaded>): Promise<Loaded> {
    if (this.#loading >= this.#limits.loadsAtOnceMax) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#loading += 1;
    try {
      return await read();
    } finally {
      this.#loading -= 1;
      void this.#letIn();
    }
  }

  /** In a later turn: reading an account may take this turn's time. */
  async #letIn(): Promise<void> {
    if (this.#waiting.length === 0) return;
    await nextTurn();
    this.#waiting.shift()?.();
  }
}
