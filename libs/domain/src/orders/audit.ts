import type { AccountEvent, AccountEventData } from '../core/events.ts';
import type { Violation, ViolationKind } from '../core/violation.ts';
import { bounds } from '../kernel/bounds.ts';
import { parseMoney } from '../kernel/money.ts';
import type { OrderOpened } from './events.ts';
import { noticeWindowMs, orderLifeMs } from './order.ts';

/** Follows the orders of one account: each is paid once, with its deposit, or closes when it said. */
export class OrdersAudit {
  /** Those that can be paid. */
  readonly #openOrders = new Map<string, OrderOpened>();
  /** Closed ones of which word of a payment may still come. */
  readonly #closed = new Map<string, OrderOpened>();
  readonly #violations: Violation[];
  /** Its deposit must be the next event. */
  #paid: AccountEventData['order-paid.v1'] | undefined;

  /** @param violations takes what is wrong. */
  constructor(violations: Violation[]) {
    this.#violations = violations;
  }

  /** An account that is closed has no open order. */
  closeAll(): void {
    this.#openOrders.clear();
  }

  /** What can only be said at the end. */
  finish(): void {
    if (this.#paid !== undefined) this.#report('order-without-deposit', `order ${this.#paid.orderId} has no deposit`);
  }

  open(opening: OrderOpened): void {
    const { at, orderId, amount, closesAt } = opening;
    if (parseMoney(amount) === 0n) this.#report('amount-invalid', 'an order of nothing');
    if (closesAt !== at + orderLifeMs) {
      this.#report('order-terms-wrong', `order ${orderId} closes ${String(closesAt - at)} ms after its opening`);
    }
    this.#openOrders.set(orderId, opening);
    if (this.#openOrders.size > bounds.openOrdersMax) {
      this.#report('too-many-open-orders', `${String(this.#openOrders.size)} are open with order ${orderId}`);
    }
    this.#forgetBefore(at);
  }

  pay(paid: AccountEventData['order-paid.v1']): void {
    const { at, orderId, amount, paidAt } = paid;
    this.#paid = paid;
    const opening = this.#openOrders.get(orderId) ?? this.#closed.get(orderId);
    this.#openOrders.delete(orderId);
    this.#closed.delete(orderId);
    if (opening === undefined) {
      this.#report('order-not-payable', `order ${orderId} is not open, nor closed only lately`);
      return;
    }
    if (amount !== opening.amount)
      this.#report('order-paid-wrong', `${amount} for order ${orderId} of ${opening.amount}`);
    if (paidAt >= opening.closesAt || at >= opening.closesAt + noticeWindowMs) {
      this.#report('order-paid-late', `order ${orderId} was paid after its closing, or heard of too late`);
    }
  }

  close({ at, orderId }: AccountEventData['order-closed.v1']): void {
    const opening = this.#openOrders.get(orderId);
    if (opening?.closesAt !== at) {
      this.#report('order-closed-wrong', `order ${orderId} is not open, or closes at another time`);
    }
    this.#openOrders.delete(orderId);
    if (opening !== undefined) this.#closed.set(orderId, opening);
  }

  /** Before an event is followed: what comes behind a payment is its deposit. */
  reach(event: AccountEvent): void {
    const paid = this.#paid;
    if (paid === undefined) return;
    this.#paid = undefined;
    const { at, orderId, transactionId, amount } = paid;
    if (event.type === 'funds-deposited.v1') {
      const { data } = event;
      const same = data.at === at && data.depositId === transactionId && data.amount === amount;
      if (same && data.reference === orderId) return;
    }
    this.#report('order-without-deposit', `what follows is not the deposit of order ${orderId}`);
  }

  /** Orders live equally long, so the oldest closed first. */
  #forgetBefore(at: number): void {
    for (const [orderId, { closesAt }] of this.#closed) {
      if (closesAt + noticeWindowMs > at) return;
      this.#closed.delete(orderId);
    }
  }

  #report(kind: ViolationKind, detail: string): void {
    this.#violations.push({ kind, detail });
  }
}
