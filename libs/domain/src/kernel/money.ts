import { Decimal } from 'decimal.js';

/**
 * An exact amount of money: a whole number of 10^-8 of the currency's unit.
 *
 * Amounts compare with `<`, `===`, …; arithmetic goes through the functions here, so that a bare number or bigint never
 * turns into money by accident.
 */
export type Money = bigint & { readonly money: unique symbol };

/** Decimal places that the ledger keeps, in every currency. */
export const scale = 8;

/** Every balance and every sum stays within ±(10^18 - 1) units of the currency. */
export const balanceMax = ((10n ** 18n - 1n) * 10n ** 8n) as Money;

export const zero = 0n as Money;

const unitsPerOne = 10n ** 8n;
const unsigned = /^(?:0|[1-9]\d{0,17})(?:\.\d{1,8})?$/;
const signed = /^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,8})?$/;

/**
 * decimal.js with room for every exact result that the ledger can meet. Its default of 20 significant digits would
 * round 18 + 8 digits silently.
 */
const Exact = Decimal.clone({
  precision: 80,
  toExpNeg: -80,
  toExpPos: 80,
  rounding: Decimal.ROUND_HALF_UP,
});

/** What is wrong with an amount's text; undefined if nothing is. */
export function validateAmount(text: unknown, sign: 'unsigned' | 'signed' = 'unsigned'): string | undefined {
  if (typeof text !== 'string') return 'an amount is a decimal string, never a JSON number';
  if ((sign === 'signed' ? signed : unsigned).test(text)) return undefined;
  return 'an amount is "0" or starts with 1-9, has at most 18 digits before the point and 1 to 8 after it';
}

/**
 * Reads an amount: `0` or a first digit 1-9, at most 18 digits before the point, then optionally a point and 1 to 8
 * digits; a leading `-` only where `sign` is `signed`.
 *
 * @throws RangeError for any other text: whoever lets text in asks {@link validateAmount} first.
 */
export function parseMoney(text: string, sign: 'unsigned' | 'signed' = 'unsigned'): Money {
  const error = validateAmount(text, sign);
  if (error !== undefined) throw new RangeError(`${JSON.stringify(text)}: ${error}`);
  const point = text.indexOf('.');
  if (point < 0) return (BigInt(text) * unitsPerOne) as Money;
  const decimals = text.slice(point + 1).padEnd(scale, '0');
  return BigInt(text.slice(0, point) + decimals) as Money;
}

/** The canonical text of an amount: no exponent, no trailing zeros, no `+`, no `-0`. */
export function formatMoney(amount: Money): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? negated(amount) : amount).toString().padStart(scale + 1, '0');
  const decimals = digits.slice(-scale).replace(/0+$/, '');
  return sign + digits.slice(0, -scale) + (decimals === '' ? '' : `.${decimals}`);
}

/** Exact, and unbounded: what may be stored is asked of `balanceMax`. */
export function plus(left: Money, right: Money): Money {
  return (left + right) as Money;
}

export function minus(left: Money, right: Money): Money {
  return (left - right) as Money;
}

export function negated(amount: Money): Money {
  return (0n - amount) as Money;
}

/** `amount` taken `count` times; `count` is a whole number. */
export function times(amount: Money, count: number): Money {
  return (amount * BigInt(count)) as Money;
}

/**
 * The share of `amount` that `part` of `whole` equal parts come to, rounded down at the ledger's scale. The one division
 * that there is: by it the price of a pack becomes revenue unit by unit.
 */
export function takeShare(amount: Money, part: number, whole: number): Money {
  return ((amount * BigInt(part)) / BigInt(whole)) as Money;
}

/** Zero of nothing. */
export function sum(amounts: Iterable<Money>): Money {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total as Money;
}

export function smallest(first: Money, second: Money): Money {
  return first < second ? first : second;
}

export function largest(first: Money, second: Money): Money {
  return first > second ? first : second;
}

/** Whether a balance or sum stays within ±{@link balanceMax}. */
export function withinRange(amount: Money): boolean {
  return amount <= balanceMax && amount >= negated(balanceMax);
}

/**
 * The amount for display, rounded half up (away from zero at the half) to `decimals` places, 2 for a cent. What was
 * charged is always the exact amount.
 */
export function roundForDisplay(amount: Money, decimals = 2): string {
  const exact = new Exact(amount.toString()).div(unitsPerOne.toString());
  // Rounded first: a negative amount that rounds to zero is written without a sign.
  return exact.toDecimalPlaces(decimals, Decimal.ROUND_HALF_UP).toFixed(decimals);
}
