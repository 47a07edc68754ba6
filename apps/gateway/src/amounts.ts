import { Decimal } from 'decimal.js';

/*
 * Exact amounts. What the gateway says of a charge is worked out by decimal.js, not by what made the charge. The 20 digits
 * that it has by default would round an amount of 18 digits and 8 decimals.
 */

const Exact = Decimal.clone({ precision: 80 });

export type Amount = Decimal;

export const nothing: Amount = new Exact(0);

/** @throws RangeError for a text that is no amount */
export function parseAmount(text: string): Amount {
  if (!/^-?\d+(?:\.\d{1,8})?$/.test(text)) throw new RangeError(`no amount: ${text.slice(0, 40)}`);
  return new Exact(text);
}

/** As the ledger takes it: no trailing zeros but for `decimals`. */
export function amountText(amount: Amount, decimals = 0): string {
  return amount.toFixed(Math.max(decimals, amount.decimalPlaces()));
}
