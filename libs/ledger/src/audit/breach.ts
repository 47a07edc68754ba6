/** What the history of an account can do against the rules. */
export const breachKinds = [
  'account-not-opened',
  'account-opened-twice',
  'event-after-close',
  'time-backwards',
  'id-used-twice',
  'amount-invalid',
  'terms-invalid',
  'freeze-while-suspended',
  'withdrawal-while-suspended',
  'overdraft',
  'withdrawn-above-deposited',
  'balance-equation',
  'balance-negative',
  'balance-out-of-range',
  'postings-unbalanced',
  'postings-differ',
  'deadline-wrong',
  'freeze-bound-wrong',
  'price-table-wrong',
  'hold-never-opened',
  'hold-ended-twice',
  'hold-not-open',
  'ended-after-deadline',
  'expired-off-deadline',
  'expiry-out-of-order',
  'expiry-missed',
  'due-missed',
  'charged-above-hold',
  'returned-wrong',
  'charged-not-billable',
  'quantity-wrong',
  'tier-position-wrong',
  'tier-price-wrong',
  'too-many-attempts',
  'late-settle-without-hold',
  'late-settle-twice',
  'late-settle-outside-window',
  'late-settle-facts-wrong',
  'uncollected-wrong',
  'correction-wrong',
  'closed-not-empty',
  'guard-exceeded',
  'budget-unknown',
  'budget-exceeded',
  'too-many-budgets',
  'bill-wrong',
  'bill-out-of-order',
  'arrears-wrong',
] as const;

export type BreachKind = (typeof breachKinds)[number];

/** One rule that an event breaks. */
export interface Breach {
  readonly kind: BreachKind;
  /** In words, with the figures. */
  readonly detail: string;
}
