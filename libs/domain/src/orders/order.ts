import type { TypedEvent } from '../core/events.ts';
import { isId } from '../kernel/validation.ts';
import type { OrderOpened } from './events.ts';

/** How long an order can be paid: 24 hours. */
export const orderLifeMs = 24 * 60 * 60 * 1_000;

/** How long after its closing an order still takes word of a payment that was made in time: 7 days. */
export const noticeWindowMs = 7 * 24 * 60 * 60 * 1_000;

/** One order's lifecycle so far. An order may be closed and paid: word of the payment came later. */
export interface OrderFacts {
  readonly opening: OrderOpened;
  readonly closing?: TypedEvent<'order-closed.v1'> | undefined;
  readonly payment?: TypedEvent<'order-paid.v1'> | undefined;
}

export type OrderStatus = 'open' | 'paid' | 'closed';

/** What an order reads at `now`. One that is open when its account is closed is closed with it. */
export function orderStatus(facts: OrderFacts, now: number, accountClosed: boolean): OrderStatus {
  if (facts.payment !== undefined) return 'paid';
  return facts.closing !== undefined || accountClosed || facts.opening.closesAt <= now ? 'closed' : 'open';
}

/**
 * How a payer names an order to its channel, and the channel to us. No id has a slash, so it is unambiguous, and whoever
 * knows account and order need not have kept it.
 */
export function orderReference(accountId: string, orderId: string): string {
  return `${accountId}/${orderId}`;
}

/** The account and the order that a reference names; undefined if it names none. */
export function namedByReference(
  reference: string,
): { readonly accountId: string; readonly orderId: string } | undefined {
  const [accountId = '', orderId = '', ...more] = reference.split('/');
  return isId(accountId) && isId(orderId) && more.length === 0 ? { accountId, orderId } : undefined;
}

declare module '../core/state.ts' {
  interface AccountState {
    /** Orders that can be paid, by id. */
    readonly openOrders: Map<string, OrderOpened>;
  }
}
