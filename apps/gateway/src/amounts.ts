/*
 * Exact amounts, counted in the smallest unit that the ledger knows. The gateway has arithmetic of its own, so that what
 * it says about a charge does not rest on what made the charge.
 */

/** Decimal places of an amount of the ledger. */
const places = 8;

const one = 10n ** BigInt(places);

/** @throws RangeError for a text that is no amount */
export function amountOf(text: string): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(text);
  if (parts === null) throw new RangeError(`no amount: ${text.slice(0, 40)}`);
  const [, sign, whole = '', fraction = ''] = parts;
  const size = BigInt(whole) * one + BigInt(fraction.padEnd(places, '0'));
  return sign === '-' ? -size : size;
}

/** As the ledger takes it: no trailing zeros but for `decimals`. */
export function amountText(amount: bigint, decimals = 0): string {
  const size = amount < 0n ? -amount : amount;
  const fraction = String(size % one)
    .padStart(places, '0')
    .replace(/0+$/, '')
    .padEnd(decimals, '0');
  return `${amount < 0n ? '-' : ''}${String(size / one)}${fraction === '' ? '' : `.${fraction}`}`;
}
