import { type Quote, timeText } from '#application';
import type { QuoteBody } from '#contract';
import { defaults } from '#domain';
import { problemOfRefusal } from '../http/answers.ts';

/** What a freeze would cost, and why it would be refused, if it would. */
export function quoteAnswer(
  accountId: string,
  asked: QuoteBody,
  quote: Exclude<Quote, { readonly kind: 'refused' }>,
): object {
  const { packs, amount, available, enough, pricing, budget, asOf } = quote;
  const refusal = quote.refusal === null ? null : problemOfRefusal({ kind: 'refused', ...quote.refusal }, asked);
  const quantity = asked.quantity ?? defaults.quantity;
  const quoted = { packs, amount, available, enough, refusal, pricing, budget, asOf: timeText(asOf) };
  return { accountId, product: asked.product, quantity, ...quoted };
}
