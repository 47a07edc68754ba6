import type { OpenOrderBody } from '#contract';
import { type OpenOrder, parseMoney } from '#domain';

/** @param channelKnown whether this process has a payment channel of that name. */
export function openOrder({ orderId, amount, channel, payer }: OpenOrderBody, channelKnown: boolean): OpenOrder {
  return { kind: 'open-order', orderId, amount: parseMoney(amount), channel, payer: payer ?? null, channelKnown };
}
