/** What leases may take and wait; each can be set, these are the defaults. All times in ms. */
export interface LeaseLimits {
  /** How long a lease lasts that nobody renews: so long a process that died stands in the way of others. */
  readonly leaseMs: number;
  /** How often leases in use are renewed. */
  readonly renewEveryMs: number;
  /** How often a holder looks for wishes; about as long is a lease held while others want it. */
  readonly wishesEveryMs: number;
  /** A batch that was decided in vain this often says that its account is contended: worth waiting for its lease. */
  readonly contendedTries: number;
  /** How long an account counts as contended after that, and after its lease was waited for or handed over. */
  readonly contendedMs: number;
  /** How long a batch of such an account waits for a lease that another process holds. */
  readonly waitMaxMs: number;
  /** Pause between two tries while it waits. */
  readonly waitPauseMs: number;
  /** How long a wish stands that is not repeated: a free lease is kept for it. */
  readonly wishMs: number;
  /** How long an answer may take before it counts as none. */
  readonly commandTimeoutMs: number;
  /** How long a connection may be silent after a question before it is given up and reopened. */
  readonly silentMaxMs: number;
  /** How often it is asked for when it does not answer. */
  readonly probeEveryMs: number;
  /** Most leases that a process holds; accounts beyond it are worked on without. */
  readonly heldMax: number;
  /** Most accounts that wait for a lease, or for the answer to their asking; those beyond it go on without. */
  readonly askingMax: number;
  /** Most leases renewed in one script: Redis does nothing else meanwhile. */
  readonly renewedAtOnceMax: number;
}

/**
 * Once in vain says nothing: where requests go to the processes in turn, each finds what the others wrote, and decides
 * again at once.
 *
 * Measured with three processes that freeze on one account as fast as they can, appends of 1 ms: without leases two of
 * three commands fail with `account_busy`, and as many with leases whose holder learns of wishes at its renewals only;
 * with these figures none fails, and of 5 000 conflicts 200 are left. A wait is long enough for two others' turns.
 */
export const leaseLimits: LeaseLimits = {
  leaseMs: 2_000,
  renewEveryMs: 500,
  wishesEveryMs: 25,
  contendedTries: 2,
  contendedMs: 500,
  waitMaxMs: 100,
  waitPauseMs: 5,
  wishMs: 100,
  commandTimeoutMs: 100,
  silentMaxMs: 2_000,
  probeEveryMs: 200,
  heldMax: 50_000,
  askingMax: 500,
  renewedAtOnceMax: 500,
};
