import { formatMoney } from '../kernel/money.ts';
import type { Balance } from '../aggregate/state.ts';

/** A balance with its amounts as canonical decimal strings. */
export type BalanceTexts = { readonly [Part in keyof Balance]: string };

export function balanceTexts(balance: Balance): BalanceTexts {
  return {
    available: formatMoney(balance.available),
    frozen: formatMoney(balance.frozen),
    settled: formatMoney(balance.settled),
    packs: formatMoney(balance.packs),
    deposited: formatMoney(balance.deposited),
    credited: formatMoney(balance.credited),
    withdrawn: formatMoney(balance.withdrawn),
  };
}
