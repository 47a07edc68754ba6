import type {
  AssignPaymentBody,
  OpenOrderBody,
  Order,
  OrderList,
  PayBackBody,
  UnmatchedPayment,
  UnmatchedPaymentList,
  UnmatchedStatus,
} from '#contract';
import type { CallOptions, Done, Doors } from './doors.ts';
import type { PageQuery } from './page-query.ts';

/** The doors to top-up orders, one method each. */
export class OrderDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /** Opens an order to top the account up; it can be paid for 24 hours. Scope `operator`. */
  open(accountId: string, body: OpenOrderBody, options?: CallOptions): Promise<Done<Order>> {
    return this.#doors.command('openOrder', { accountId }, body, options);
  }

  /** An order, as of now. */
  get(accountId: string, orderId: string, options?: CallOptions): Promise<Order> {
    return this.#doors.read('getOrder', { accountId, orderId }, {}, options);
  }

  /** Lists the orders of an account in the order of their opening. */
  list(accountId: string, query: PageQuery = {}, options?: CallOptions): Promise<OrderList> {
    return this.#doors.read('listOrders', { accountId }, { ...query }, options);
  }
}

/** The doors to payments that no order takes, one method each. */
export class UnmatchedPaymentDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /** Lists them in the order in which they were recorded. Scope `operator` or `auditor`. */
  list(
    query: PageQuery & { readonly status?: UnmatchedStatus } = {},
    options?: CallOptions,
  ): Promise<UnmatchedPaymentList> {
    return this.#doors.read('listUnmatchedPayments', {}, { ...query }, options);
  }

  /** Deposits a payment into an account. Scope `operator`. */
  assign(paymentId: string, body: AssignPaymentBody, options?: CallOptions): Promise<Done<UnmatchedPayment>> {
    return this.#doors.command('assignPayment', { paymentId }, body, options);
  }

  /** Records that a payment was paid back to where it came from. Scope `operator`. */
  payBack(paymentId: string, body: PayBackBody, options?: CallOptions): Promise<Done<UnmatchedPayment>> {
    return this.#doors.command('payBackPayment', { paymentId }, body, options);
  }
}
