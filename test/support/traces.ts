import { type AccountEvent, type Command, formatMoney } from '#domain';

/*
 * What a command leaves in its account if it takes effect, as a text: the same for the command and for its event. An
 * account has each trace at most once, however often it was asked for.
 */

/** Undefined: nobody asked for the event. */
export function readTrace(event: AccountEvent): string | undefined {
  switch (event.type) {
    case 'account-opened.v1':
      return 'open';
    case 'funds-deposited.v1':
      return `deposit ${event.data.depositId}`;
    case 'funds-withdrawn.v1':
      return `withdraw ${event.data.withdrawalId}`;
    case 'balance-adjusted.v1':
      return `adjust ${event.data.adjustmentId}`;
    case 'funds-frozen.v1':
      return `freeze ${event.data.holdId}`;
    case 'call-failed.v1':
      return `fail ${event.data.holdId}/${event.data.attemptId}`;
    case 'hold-settled.v1':
    case 'hold-settled-late.v1':
      return `settle ${event.data.holdId}`;
    case 'hold-released.v1':
      return `${event.data.completion === null ? 'release' : 'settle'} ${event.data.holdId}`;
    case 'charge-uncollected.v1':
      return `uncollected ${event.data.holdId}`;
    case 'charge-refunded.v1':
      return `refund ${event.data.refundId}`;
    case 'deposit-reversed.v1':
      return `reverse-deposit ${event.data.reversalId}`;
    case 'terms-changed.v1':
    case 'account-suspended.v1':
    case 'account-resumed.v1':
    case 'account-closed.v1':
      return `change ${event.data.changeId}`;
    case 'pack-bought.v1':
    case 'pack-granted.v1':
    case 'trial-started.v1':
      return `pack ${event.data.packId}`;
    case 'pack-refunded.v1':
      return `pack-refund ${event.data.refundId}`;
    case 'hold-expired.v1':
    case 'pack-expired.v1':
    case 'arrears-cleared.v1':
    case 'arrears-suspended.v1':
      return undefined;
    case 'bill-issued.v1':
      return `bill ${event.data.date}`;
    case 'order-opened.v1':
      return `order ${event.data.orderId}`;
    case 'order-paid.v1':
      return `pay ${event.data.orderId}`;
    case 'order-closed.v1':
    case 'zone-noted.v1':
    case 'warning-raised.v1':
      return undefined;
    case 'budget-set.v1':
      return `budget ${event.data.name} ${event.data.limit} ${event.data.period} ${event.data.reason}`;
  }
}

/** Undefined: it leaves nothing of its own. */
export function traceOfCommand(command: Command): string | undefined {
  switch (command.kind) {
    case 'open-account':
      return 'open';
    case 'deposit':
      return `deposit ${command.depositId}`;
    case 'withdraw':
      return `withdraw ${command.withdrawalId}`;
    case 'adjust':
      return `adjust ${command.adjustmentId}`;
    case 'fail':
      return `fail ${command.holdId}/${command.attemptId}`;
    case 'freeze':
    case 'settle':
    case 'release':
      return `${command.kind} ${command.holdId}`;
    case 'issue-bill':
      return `bill ${command.date}`;
    case 'open-order':
      return `order ${command.orderId}`;
    case 'pay-order':
      return `pay ${command.orderId}`;
    case 'change-terms':
    case 'suspend':
    case 'resume':
    case 'close':
      return `change ${command.changeId}`;
    case 'refund':
      return `refund ${command.refundId}`;
    case 'reverse-deposit':
      return `reverse-deposit ${command.reversalId}`;
    case 'acquire-pack':
      return `pack ${command.packId}`;
    case 'refund-pack':
      return `pack-refund ${command.refundId}`;
    case 'expire-due':
      return undefined;
    case 'set-budget':
      return `budget ${command.name} ${formatMoney(command.limit)} ${command.period} ${command.reason}`;
  }
}
