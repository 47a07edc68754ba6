import { strict as assert } from 'node:assert';
import { formatMoney, minus, type Money, parseMoney, plus, sum, zero } from '../kernel/money.ts';

/** `available + frozen + settled + packs + withdrawn = deposited + credited`, always. */
export interface Balance {
  readonly available: Money;
  /** In open holds. */
  readonly frozen: Money;
  /** Charged to holds. */
  readonly settled: Money;
  /** Paid for resource packs. */
  readonly packs: Money;
  readonly deposited: Money;
  /** Sum of adjustments; may be negative. */
  readonly credited: Money;
  readonly withdrawn: Money;
}

/**
 * What must be true of a balance after every event. A history that breaks it is damaged or foreign: the fold stops
 * there, and the account is taken out of service rather than shown wrong.
 */
export function assertSound(balance: Balance): void {
  const { available, frozen, settled, packs, deposited, credited, withdrawn } = balance;
  assert(frozen >= zero && settled >= zero && packs >= zero, 'frozen, settled and packs are never below zero');
  const difference = minus(sum([available, frozen, settled, packs, withdrawn]), plus(deposited, credited));
  assert(difference === 0n, 'available + frozen + settled + packs + withdrawn = deposited + credited');
}

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

/** The balance of such texts. */
export function readBalance(texts: BalanceTexts): Balance {
  const amount = (text: string): Money => parseMoney(text, 'signed');
  return {
    available: amount(texts.available),
    frozen: amount(texts.frozen),
    settled: amount(texts.settled),
    packs: amount(texts.packs),
    deposited: amount(texts.deposited),
    credited: amount(texts.credited),
    withdrawn: amount(texts.withdrawn),
  };
}
