/** What the adapter waits for, and how often it tries. Times in ms. */
export interface KurrentDbLimits {
  /** For the answer to one append, and as long for its turn to be sent. */
  readonly appendTimeoutMs: number;
  /** For one try of one page. */
  readonly readTimeoutMs: number;
  readonly readTriesMax: number;
  /** For a connection to say what its server can do. */
  readonly connectTimeoutMs: number;
  /** Connections that fail one after the other before the appends that wait are given up. */
  readonly connectTriesMax: number;
  /** Before the second try of anything; doubled for each further one. */
  readonly retryPauseMs: number;
  readonly retryPauseMaxMs: number;
  /** A subscription that has heard nothing for so long is restarted. */
  readonly quietMaxMs: number;
  readonly appendConnectionsMax: number;
  /** A client that fails again and again is given up for another, but not before it is so old; doubled each time. */
  readonly clientLifeMinMs: number;
  readonly clientLifeMaxMs: number;
}

export const kurrentDbLimits: KurrentDbLimits = {
  appendTimeoutMs: 5_000,
  readTimeoutMs: 5_000,
  readTriesMax: 3,
  connectTimeoutMs: 5_000,
  connectTriesMax: 3,
  retryPauseMs: 50,
  retryPauseMaxMs: 5_000,
  quietMaxMs: 30_000,
  appendConnectionsMax: 4,
  clientLifeMinMs: 5_000,
  clientLifeMaxMs: 600_000,
};

/**
 * Most appends under way on one connection. The client queues a 16th until the first is out; when the connection breaks
 * meanwhile, it rejects what is queued where nobody can catch it, and that ends the process.
 */
export const appendsPerConnectionMax = 15;

/** How long the client may take to end its streams, in ms. It has no need to ask the server for that. */
export const disposeMaxMs = 200;

/** Events per page of a subscription. */
export const subscriptionPageMax = 500;

/** How long to wait before a try, in ms; `failures` is how many there were. Jittered, so that replicas spread out. */
export function pauseBefore(failures: number, { retryPauseMs, retryPauseMaxMs }: KurrentDbLimits): number {
  return Math.min(retryPauseMaxMs, retryPauseMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

/** Events that are asked for at most where the size of a page is bounded: a page is read whole before it can be measured. */
export const boundedPageMax = 256;

/** Characters of events' texts that a followed log keeps for its reader before it holds the subscription back. */
export const followedCharactersMax = 8 * 1_024 * 1_024;

/** Events that a followed log keeps for its reader before it holds the subscription back: one page of the reader's. */
export const followedEventsMax = 10_000;

/** How long the reader of a followed log waits for something to read before it is told that there is nothing, in ms. */
export const nothingNewMaxMs = 250;
