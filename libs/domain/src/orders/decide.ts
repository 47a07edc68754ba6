import { accepted, type Decision, type DecisionContext, type IdempotencyIndex, refused } from '../core/decision.ts';
import type { TypedEvent } from '../core/events.ts';
import { rangeRefusal } from '../core/guards.ts';
import { answerAgain, firstDifference, usedBefore } from '../core/idempotency.ts';
import { type Refusal, refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { bounds } from '../kernel/bounds.ts';
import { formatMoney, plus } from '../kernel/money.ts';
import { readTerms } from '../terms/terms.ts';
import type { OpenOrder, PayOrder } from './commands.ts';
import { noticeWindowMs, type OrderFacts, orderLifeMs } from './order.ts';

/** Opens an order to top the account up. A suspended account takes one too: it may be how it gets out of that. */
export function decideOpenOrder(state: AccountState, command: OpenOrder, context: DecisionContext): Decision {
  const { orderId, amount, channel, payer } = command;
  const before = orderFacts(state, context.known, orderId);
  if (before !== undefined) {
    const { opening } = before;
    const difference = firstDifference([
      ['amount', formatMoney(amount) === opening.amount],
      ['channel', channel === opening.channel],
      ['payer', payer === opening.payer],
    ]);
    return answerAgain({ type: 'order-opened.v1', data: opening }, difference);
  }
  if (state.summary.closed) return refused(refusal('account_closed'));
  if (!command.channelKnown) return refused(refuse('unknown_channel', 'channel', { channel }));
  if (state.openOrders.size >= bounds.openOrdersMax) {
    return refused(refusal('too_many_open_orders', { limit: bounds.openOrdersMax }));
  }
  const { now } = context;
  const data = { at: now, orderId, amount: formatMoney(amount), channel, payer, closesAt: now + orderLifeMs };
  return accepted({ type: 'order-opened.v1', data });
}

/**
 * Takes a channel's word that an order was paid. What is refused here is not lost: whoever asked records it as an
 * unmatched payment, with the code of the refusal as the reason.
 */
export function decidePayOrder(state: AccountState, command: PayOrder, context: DecisionContext): Decision {
  const { orderId, transactionId, paidAt } = command;
  const amount = formatMoney(command.amount);
  const facts = orderFacts(state, context.known, orderId);
  const deposit = usedBefore(state, context.known, 'deposit', transactionId);
  const again = wordAgain(state, command, context, facts, deposit?.type === 'funds-deposited.v1' ? deposit : undefined);
  if (again !== undefined) return again;
  if (facts === undefined) return refused(refusal('order_not_found'));
  const no = unpayable(state, command, context, facts);
  if (no !== undefined) return refused(no);
  // Somebody has put this very transaction into the account by hand.
  if (deposit !== undefined) return refused(refusal('deposit_already_recorded', { depositId: transactionId }));
  const { available, frozen, deposited } = state.summary.balance;
  const outOfRange = rangeRefusal({
    available: plus(plus(available, command.amount), frozen),
    deposited: plus(deposited, command.amount),
  });
  if (outOfRange !== undefined) return refused(outOfRange);
  const at = context.now;
  return {
    kind: 'accepted',
    events: [
      { type: 'order-paid.v1', data: { at, orderId, transactionId, amount, paidAt } },
      {
        type: 'funds-deposited.v1',
        data: { at, depositId: transactionId, amount, reference: orderId, paymentId: null },
      },
    ],
  };
}

/** The first answer again, if this transaction has paid an order of the account; a conflict if it was another word then. */
function wordAgain(
  state: AccountState,
  command: PayOrder,
  { known }: DecisionContext,
  named: OrderFacts | undefined,
  deposit: TypedEvent<'funds-deposited.v1'> | undefined,
): Decision | undefined {
  const { orderId, channel, transactionId, paidAt } = command;
  if (deposit === undefined) return undefined;
  const paidOrderId = deposit.data.reference ?? '';
  const paid = paidOrderId === orderId ? named : orderFacts(state, known, paidOrderId);
  if (paid?.payment?.data.transactionId !== transactionId || paid.opening.channel !== channel) return undefined;
  const difference = firstDifference([
    ['order', paidOrderId === orderId],
    ['amount', formatMoney(command.amount) === paid.payment.data.amount],
    ['currency', command.currency === readTerms(state).currency],
    ['paidAt', paidAt === paid.payment.data.paidAt],
  ]);
  return answerAgain(paid.payment, difference);
}

/** Why the order does not take the payment; undefined if it does. */
function unpayable(
  state: AccountState,
  command: PayOrder,
  { now }: DecisionContext,
  { opening, payment }: OrderFacts,
): Refusal | undefined {
  if (state.summary.closed) return refusal('account_closed');
  if (payment !== undefined) return refusal('order_already_paid');
  // Whether it was paid in time is the channel's to say; how long we listen is ours.
  if (command.paidAt >= opening.closesAt || now >= opening.closesAt + noticeWindowMs) return refusal('order_closed');
  const field = firstDifference([
    ['channel', command.channel === opening.channel],
    ['currency', command.currency === readTerms(state).currency],
    ['amount', formatMoney(command.amount) === opening.amount],
  ]);
  return field === undefined ? undefined : refuse('payment_differs', field);
}

/** One order's lifecycle: from the account's state while it is open, else from its recent past or the id index. */
export function orderFacts(state: AccountState, known: IdempotencyIndex, orderId: string): OrderFacts | undefined {
  const open = state.openOrders.get(orderId);
  if (open !== undefined) return { opening: open };
  const opened = usedBefore(state, known, 'order', orderId);
  if (opened?.type !== 'order-opened.v1') return undefined;
  const closing = usedBefore(state, known, 'order-closing', orderId);
  const payment = usedBefore(state, known, 'order-payment', orderId);
  return {
    opening: opened.data,
    ...(closing?.type === 'order-closed.v1' && { closing }),
    ...(payment?.type === 'order-paid.v1' && { payment }),
  };
}
