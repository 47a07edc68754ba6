import type { PublishBookBody } from '#contract';
import type { PriceBook } from '#domain';
import { canonical, canonicalSteps } from '../http/money-texts.ts';

export function priceBook({
  name,
  version,
  currency,
  products,
  packs = {},
  public: forAll,
}: PublishBookBody): PriceBook {
  return {
    name,
    version,
    currency: currency ?? 'CNY',
    products: Object.fromEntries(
      Object.entries(products).map(([product, { counter, basis, credentialSeconds, steps, packFamily }]) => [
        product,
        {
          counter: counter ?? product,
          basis,
          credentialSeconds: credentialSeconds ?? null,
          steps: steps === null ? null : canonicalSteps(steps),
          packFamily: packFamily ?? null,
        },
      ]),
    ),
    packs: Object.fromEntries(
      Object.entries(packs).map(([family, sizes]) => [
        family,
        sizes.map(({ units, price, trial }) => ({ units, price: canonical(price), trial: trial ?? false })),
      ]),
    ),
    ...(forAll === true && { public: true }),
  };
}
