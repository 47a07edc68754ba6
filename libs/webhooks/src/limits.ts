const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** How long is waited before each repetition of a delivery that failed; after the last the event is given up. */
export const retrySchedule: readonly number[] = [
  5 * secondMs,
  30 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  30 * minuteMs,
  hourMs,
  2 * hourMs,
  4 * hourMs,
  8 * hourMs,
  12 * hourMs,
  12 * hourMs,
  24 * hourMs,
];

/** How far a pause may be from the schedule, so that what failed together does not come back together: 20 %. */
const jitter = 0.2;

/** Longest pause that a receiver can ask for with `Retry-After`, in ms. */
export const retryAfterMaxMs = hourMs;

/** What the delivery to one endpoint may hold and do. Times in ms. */
export interface WebhookLimits {
  /** Requests under way at once to one endpoint; one alone while it takes nothing. */
  readonly requestsMax: number;
  /** Events read from the log and not delivered yet. */
  readonly windowEventsMax: number;
  /** Bytes of their data, but for the last page read. */
  readonly windowBytesMax: number;
  /** Accounts that can be set aside because their events are not taken. When there are more, nothing more is read. */
  readonly stuckAccountsMax: number;
  /** From the beginning of a request to the end of its answer. */
  readonly attemptTimeoutMs: number;
  /** What is read of an answer before its connection is closed. */
  readonly responseBytesMax: number;
  /** How often is looked at what can be sent. */
  readonly tickMs: number;
  /** How often endpoints that other processes changed are read. */
  readonly refreshEveryMs: number;
  /** At most one event in so long says how far the delivery is. */
  readonly progressEveryMs: number;
  /** The same while events pass by that the endpoint does not want. */
  readonly passingByEveryMs: number;
  /** Where several processes deliver: so often the one at work says that it is there, */
  readonly heartbeatMs: number;
  /** and when it has not said so for this long another takes over. */
  readonly takeoverMs: number;
  /** How often one that stands by looks whether it must. */
  readonly standbyMs: number;
}

/** The limits that services run with. */
export const webhookLimits: WebhookLimits = {
  requestsMax: 16,
  windowEventsMax: 1_000,
  windowBytesMax: 4 * 1024 * 1024,
  stuckAccountsMax: 100,
  attemptTimeoutMs: 15 * secondMs,
  responseBytesMax: 64 * 1024,
  tickMs: 100,
  refreshEveryMs: secondMs,
  progressEveryMs: secondMs,
  passingByEveryMs: minuteMs,
  heartbeatMs: minuteMs,
  takeoverMs: 150 * secondMs,
  standbyMs: 5 * secondMs,
};

/** Most endpoints that are not deleted: each follows the whole log. */
export const endpointsMax = 200;

/** Most of these made by keys that are bound to accounts: no customers leave the operator without any. */
export const boundEndpointsMax = 160;

/** Most made by one key that is bound to accounts: no customer leaves the others without any. */
export const endpointsPerBoundKeyMax = 10;

/** Failures in a row after which an endpoint is asked by one request at a time. */
export const failuresInRowMax = 5;

/** Events of a stuck account that are read from its stream at once. */
export const stuckPageMax = 50;

/** Most characters of why a delivery failed, as it is kept. */
export const whyCharactersMax = 200;

/**
 * The pause before the next try, in ms; undefined: there is none, the event is given up.
 *
 * @param tries that failed, at least 1.
 * @param random from 0 to below 1.
 */
export function pauseAfter(tries: number, random: number): number | undefined {
  const step = retrySchedule[tries - 1];
  return step === undefined ? undefined : Math.round(step * (1 - jitter + 2 * jitter * random));
}

/** How many tries must have failed when the first did so long ago, in ms: for one who was not there. */
export function triesIn(elapsedMs: number): number {
  let sum = 0;
  let tries = 1;
  for (const step of retrySchedule) {
    sum += step;
    if (sum > elapsedMs) return tries;
    tries += 1;
  }
  return tries - 1;
}
