/** What leases may take and wait; each can be set, these are the defaults. All times in ms. */
export interface LeaseLimits {
  /** How long a lease lasts that nobody renews: so long a process that died keeps others waiting for theirs. */
  readonly leaseMs: number;
  /** How often leases in use are renewed, and their holder learns who else wants them. */
  readonly renewEveryMs: number;
  /** How long a batch waits for a lease that another process holds. */
  readonly waitMaxMs: number;
  /** Pause between two tries while it waits. */
  readonly waitPauseMs: number;
  /** After it waited in vain, how long an account is worked on without a lease before one is asked for again. */
  readonly withoutMs: number;
  /** How long a wanted lease is kept for whoever wanted it, once it is free. */
  readonly wantedMs: number;
  /** How long an answer may take before it counts as none. */
  readonly commandTimeoutMs: number;
  /** How long a connection may be silent after a question before it is given up and made anew. */
  readonly silentMaxMs: number;
  /** How often it is asked for when it does not answer. */
  readonly probeEveryMs: number;
  /** Most leases that a process holds; accounts beyond it are worked on without. */
  readonly heldMax: number;
  /** Most leases renewed in one script: Redis does nothing else meanwhile. */
  readonly renewedAtOnceMax: number;
}

/**
 * A wanted lease is handed over at its holder's next renewal, so whoever has waited in vain asks again after that, and
 * the wish must still stand then. The wait itself is short: it is paid by somebody's freeze.
 */
export const leaseLimits: LeaseLimits = {
  leaseMs: 2_000,
  renewEveryMs: 500,
  waitMaxMs: 40,
  waitPauseMs: 10,
  withoutMs: 600,
  wantedMs: 1_500,
  commandTimeoutMs: 100,
  silentMaxMs: 2_000,
  probeEveryMs: 200,
  heldMax: 50_000,
  renewedAtOnceMax: 500,
};
