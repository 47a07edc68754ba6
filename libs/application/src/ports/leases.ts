/** How leases are doing, for health and metrics. */
export interface LeasesState {
  /** `off`: there are none; `away`: nobody can be asked at present, so every process works as if alone. */
  readonly mode: 'off' | 'working' | 'away';
  /** The last trouble with whoever keeps them; undefined if there was none yet. */
  readonly trouble: string | undefined;
  /** Why whoever keeps them, and is there, does not serve this process: the settings have to be changed. */
  readonly refusal: string | undefined;
  /** Leases that this process holds. */
  readonly held: number;
  /** How often a batch went on without the lease that it had waited for, since the start. */
  readonly wentWithout: number;
}

/**
 * The lease by which one process at a time works on an account. It shapes traffic, so that processes do not spend their
 * time on conflicts, and decides nothing: without one, with a lost one, or with two holders the money is right, because
 * of the revision that every append expects.
 */
export abstract class Leases {
  /**
   * Called before a batch. Undefined: go on at once, as is nearly always so. Else wait for it: it resolves when the lease
   * is held, or when it is time to go on without it; never rejects, and never waits for long.
   *
   * @param tries how often this batch was decided in vain already, because another process wrote first.
   */
  abstract take(accountId: string, tries: number): Promise<void> | undefined;
  /** The batch is over. The lease stays for the next one, unless another process has asked for it. */
  abstract done(accountId: string): void;
  /** Whether this process holds the account's lease, as far as it knows: others that ask for it wait for their turn. */
  abstract holds(accountId: string): boolean;
  abstract state(): LeasesState;
  /** Gives everything back. `take` may still be called, and asks nobody. */
  abstract close(): Promise<void>;
}
