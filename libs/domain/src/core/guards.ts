import { formatMoney, type Money, plus, withinRange } from '../kernel/money.ts';
import type { Balance } from './balance.ts';
import { type Refusal, refusal } from './refusal.ts';
import type { AccountState } from './state.ts';

/** The refusal of what only an active account may do; undefined if it is active. */
export function inactiveRefusal(state: AccountState): Refusal | undefined {
  const { closed, suspendedFor } = state.summary;
  if (closed) return refusal('account_closed');
  if (suspendedFor.length > 0) return refusal('account_suspended', { suspendedFor: suspendedFor.join(' ') });
  return undefined;
}

/** `enoughIfUnfrozen` is said only when it is true: the customer has the money, but it is set aside. */
export function insufficient(balance: Balance, required: Money, creditLimit: Money): Refusal {
  const { available, frozen } = balance;
  const enoughIfUnfrozen = plus(plus(available, frozen), creditLimit) >= required;
  return refusal('insufficient_available_balance', {
    available: formatMoney(available),
    frozen: formatMoney(frozen),
    required: formatMoney(required),
    ...(enoughIfUnfrozen ? { enoughIfUnfrozen } : {}),
  });
}

/** The refusal if any part of the balance would leave ±(10^18 - 1). */
export function rangeRefusal(parts: Partial<Balance>): Refusal | undefined {
  const part = Object.entries(parts).find(([, amount]) => !withinRange(amount));
  return part === undefined ? undefined : refusal('balance_out_of_range', { balance: part[0] });
}
