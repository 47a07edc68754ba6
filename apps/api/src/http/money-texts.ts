import { formatMoney, type Money, parseMoney, type PriceStep } from '#domain';

export function moneyOrNull(text: string | undefined): Money | null {
  return text === undefined ? null : parseMoney(text);
}

/** The one text of an amount that may be below zero: equal amounts are one text. */
export function canonical(text: string): string {
  return formatMoney(parseMoney(text, 'signed'));
}

export function canonicalOrNull(text: string | null): string | null {
  return text === null ? null : canonical(text);
}

/** The steps of a price with their amounts as one text each. */
export function canonicalSteps(steps: readonly PriceStep[]): readonly PriceStep[] {
  return steps.map(({ upTo, price }) => ({ upTo, price: canonical(price) }));
}
