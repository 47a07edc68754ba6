import { callForValue, command } from './methods.ts';

/** Top-up orders. */
export const orders = {
  /** Opens an order to top the account up; it can be paid for 24 hours. Scope `operator`. */
  open: command('openOrder'),
  /** An order, as of now. */
  get: callForValue('getOrder'),
  /** Lists the orders of an account in the order of their opening. */
  list: callForValue('listOrders'),
};

/** Payments that no order takes. */
export const unmatchedPayments = {
  /** Lists them in the order in which they were recorded. Scope `operator` or `auditor`. */
  list: callForValue('listUnmatchedPayments'),
  /** Deposits a payment into an account. Scope `operator`. */
  assign: command('assignPayment'),
  /** Records that a payment was paid back to where it came from. Scope `operator`. */
  payBack: command('payBackPayment'),
};
