import type { ProblemCode } from './problems.ts';

/*
 * What doors may say, by kind of door.
 */

/** Every door that needs a key may say these. */
export const everyDoorSays: readonly ProblemCode[] = [
  'unauthenticated',
  'forbidden',
  'invalid_request',
  'not_acceptable',
  'clock_unsure',
  'overloaded',
  'internal_error',
];

export const written: readonly ProblemCode[] = [
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
  'account_quarantined',
  'account_busy',
  'store_unavailable',
];

export const onAccount: readonly ProblemCode[] = [...written, 'account_not_found', 'idempotency_conflict'];
export const looked: readonly ProblemCode[] = ['account_quarantined', 'store_unavailable'];

export const frozen: readonly ProblemCode[] = [
  ...onAccount,
  'invalid_amount',
  'account_closed',
  'account_suspended',
  'unknown_product',
  'price_not_agreed',
  'unknown_budget',
  'too_many_open_holds',
  'frozen_limit_exceeded',
  'spend_limit_exceeded',
  'budget_exceeded',
  'insufficient_available_balance',
  'balance_out_of_range',
];

export const settled: readonly ProblemCode[] = [
  ...onAccount,
  'invalid_amount',
  'hold_not_found',
  'hold_already_settled',
  'hold_already_released',
  'hold_expired',
  'settle_amount_exceeds_hold',
  'completed_at_invalid',
  'account_closed',
  'insufficient_available_balance',
  'balance_out_of_range',
];

export const failed: readonly ProblemCode[] = [
  ...onAccount,
  'hold_not_found',
  'hold_already_settled',
  'hold_already_released',
  'hold_expired',
  'too_many_attempts',
  'account_closed',
];

export const released: readonly ProblemCode[] = [
  ...onAccount,
  'hold_not_found',
  'hold_already_settled',
  'hold_already_released',
  'hold_expired',
  'credential_outstanding',
  'account_closed',
];

export const moneyIn: readonly ProblemCode[] = [
  ...onAccount,
  'invalid_amount',
  'account_closed',
  'balance_out_of_range',
];
