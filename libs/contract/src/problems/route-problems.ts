import type { ProblemCode } from './problems.ts';

/*
 * What routes may say, by kind of route.
 */

/** Every route that needs a key may say these. */
export const everyRouteProblems: readonly ProblemCode[] = [
  'unauthenticated',
  'forbidden',
  'invalid_request',
  'not_acceptable',
  'clock_untrusted',
  'overloaded',
  'internal_error',
];

export const writeProblems: readonly ProblemCode[] = [
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
  'account_quarantined',
  'account_busy',
  'store_unavailable',
];

export const accountProblems: readonly ProblemCode[] = [...writeProblems, 'account_not_found', 'idempotency_conflict'];

export const readProblems: readonly ProblemCode[] = ['account_quarantined', 'store_unavailable'];

export const fundsProblems: readonly ProblemCode[] = [
  ...accountProblems,
  'invalid_amount',
  'account_closed',
  'balance_out_of_range',
];
