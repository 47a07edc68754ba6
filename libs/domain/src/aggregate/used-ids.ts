import { holdKey } from '../core/audit-ids.ts';
import type { AccountEvent } from '../core/events.ts';
import { requestKey } from '../core/recent-ids.ts';

/**
 * The key of the id that an event uses up in its account; undefined if it uses up none. Attempts are not among them:
 * their ids are told apart within their hold while it is open.
 */
export function usedKeyOf(event: AccountEvent): string | undefined {
  switch (event.type) {
    case 'funds-deposited.v1':
      return requestKey('deposit', event.data.depositId);
    case 'funds-withdrawn.v1':
      return requestKey('withdrawal', event.data.withdrawalId);
    case 'balance-adjusted.v1':
      return requestKey('adjustment', event.data.adjustmentId);
    case 'terms-changed.v1':
    case 'account-suspended.v1':
    case 'account-resumed.v1':
    case 'account-closed.v2':
      return requestKey('change', event.data.changeId);
    case 'charge-refunded.v2':
      return requestKey('refund', event.data.refundId);
    case 'deposit-reversed.v1':
      return requestKey('reversal', event.data.reversalId);
    case 'order-opened.v1':
      return requestKey('order', event.data.orderId);
    case 'order-paid.v1':
      return requestKey('order-payment', event.data.orderId);
    case 'order-closed.v1':
      return requestKey('order-closing', event.data.orderId);
    case 'pack-bought.v1':
    case 'pack-granted.v1':
    case 'trial-taken.v1':
      return requestKey('pack', event.data.packId);
    case 'pack-refunded.v1':
      return requestKey('pack-refund', event.data.refundId);
    case 'funds-frozen.v2':
      return holdKey(event.data.holdId);
    case 'bill-issued.v1':
      return requestKey('bill', event.data.date);
    default:
      return undefined;
  }
}
