/** Every way in which a rule can say no. A refusal is a value: it is never thrown. */
export const refusalCodes = [
  'invalid_request',
  'invalid_amount',
  'forbidden',
  'account_not_found',
  'hold_not_found',
  'bill_not_found',
  'deposit_not_found',
  'order_not_found',
  'pack_not_found',
  'account_already_exists',
  'idempotency_conflict',
  'hold_already_settled',
  'hold_already_released',
  'hold_expired',
  'account_closed',
  'account_not_empty',
  'credential_outstanding',
  'order_closed',
  'order_already_paid',
  'payment_differs',
  'payment_claimed',
  'deposit_already_recorded',
  'pack_in_use',
  'pack_not_refundable',
  'trial_already_taken',
  'account_suspended',
  'insufficient_available_balance',
  'spend_limit_exceeded',
  'frozen_limit_exceeded',
  'budget_exceeded',
  'settle_amount_exceeds_hold',
  'refund_exceeds_charge',
  'reversal_exceeds_deposit',
  'completed_at_invalid',
  'unknown_product',
  'price_not_agreed',
  'unknown_budget',
  'unknown_channel',
  'balance_out_of_range',
  'too_many_open_holds',
  'too_many_attempts',
  'too_many_budgets',
  'too_many_open_orders',
  'too_many_packs',
  'clock_untrusted',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

/** A rule's no, with the facts that its code names. Amounts are canonical decimal strings. */
export interface Refusal {
  readonly code: RefusalCode;
  /** The field of the request that the refusal is about. */
  readonly field?: string;
  readonly facts?: Readonly<Record<string, string | number | boolean>>;
}

export function refusal(code: RefusalCode, facts?: Refusal['facts']): Refusal {
  return facts === undefined ? { code } : { code, facts };
}

export function refuse(code: RefusalCode, field: string, facts?: Refusal['facts']): Refusal {
  return facts === undefined ? { code, field } : { code, field, facts };
}
