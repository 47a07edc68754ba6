import { type AccountEvent, type HoldFacts, type IdempotencyIndex, requestKey } from '#domain';

/**
 * What the id index would say of a history: every hold and every used id in it, and nothing later. A hold comes like a
 * row of a table, with every column.
 */
export function knownFromEvents(events: readonly AccountEvent[]): IdempotencyIndex {
  const holds = new Map<string, HoldFacts>();
  const requests = new Map<string, AccountEvent>();
  for (const event of events) {
    const key = readRequestKey(event);
    if (key !== undefined) requests.set(key, event);
    if (event.type === 'deposit-reversed.v1') requests.set(requestKey('reversed', event.data.depositId), event);
    if (!('holdId' in event.data)) continue;
    const { holdId } = event.data;
    const facts = holdAfter(holds.get(holdId), event);
    if (facts !== undefined) holds.set(holdId, facts);
  }
  return {
    hold: (holdId) => holds.get(holdId),
    request: (key) => requests.get(key),
    metadata: (holdId) => holds.get(holdId)?.opening.metadata,
  };
}

function holdAfter(before: HoldFacts | undefined, event: AccountEvent): HoldFacts | undefined {
  if (event.type === 'funds-frozen.v1')
    return { opening: event.data, ending: undefined, late: undefined, uncollected: undefined, refunded: undefined };
  if (before === undefined) return undefined;
  switch (event.type) {
    case 'hold-settled.v1':
    case 'hold-released.v1':
    case 'hold-expired.v1':
      return { ...before, ending: event };
    case 'hold-settled-late.v1':
      return { ...before, late: event };
    case 'charge-uncollected.v1':
      return { ...before, uncollected: event };
    case 'charge-refunded.v1':
      return { ...before, refunded: event.data.refunded };
    default:
      return before;
  }
}

/** The key of the id that an event used up, if it is of a kind that uses one up. */
export function readRequestKey(event: AccountEvent): string | undefined {
  switch (event.type) {
    case 'funds-deposited.v1':
      return requestKey('deposit', event.data.depositId);
    case 'funds-withdrawn.v1':
      return requestKey('withdrawal', event.data.withdrawalId);
    case 'balance-adjusted.v1':
      return requestKey('adjustment', event.data.adjustmentId);
    case 'pack-bought.v1':
    case 'pack-granted.v1':
    case 'trial-started.v1':
      return requestKey('pack', event.data.packId);
    case 'pack-refunded.v1':
      return requestKey('pack-refund', event.data.refundId);
    case 'call-failed.v1':
      return requestKey('attempt', `${event.data.holdId}/${event.data.attemptId}`);
    case 'charge-refunded.v1':
      return requestKey('refund', event.data.refundId);
    case 'deposit-reversed.v1':
      return requestKey('reversal', event.data.reversalId);
    case 'terms-changed.v1':
    case 'account-suspended.v1':
    case 'account-resumed.v1':
    case 'account-closed.v1':
      return requestKey('change', event.data.changeId);
    case 'bill-issued.v1':
      return requestKey('bill', event.data.date);
    case 'order-opened.v1':
      return requestKey('order', event.data.orderId);
    case 'order-paid.v1':
      return requestKey('order-payment', event.data.orderId);
    case 'order-closed.v1':
      return requestKey('order-closing', event.data.orderId);
    default:
      return undefined;
  }
}
