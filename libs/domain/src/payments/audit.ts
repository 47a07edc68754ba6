import type { FundsDeposited } from '../balance/events.ts';
import type { AccountEvent } from '../core/events.ts';
import type { Violation, ViolationKind } from '../core/violation.ts';
import { orderReference } from '../orders/order.ts';
import { type PaymentUnmatched, toPaymentId, type UnmatchedEvent } from './events.ts';

/** One payment that no order took: what its stream says became of it, and where its money is. */
interface Followed {
  readonly payment: PaymentUnmatched;
  status: 'open' | 'claimed' | 'assigned' | 'paid-back';
  /** Whose it is, or is about to be. */
  accountId: string | null;
  /** Of the last event of the payment. */
  revision: number;
  /** Its money was found in the ledger. */
  found: boolean;
}

/**
 * The stream of unmatched payments beside the accounts that got them: each payment ends once, and its money is in the
 * ledger once, in the account that it was given to, or nowhere.
 *
 * Money may be in an account before the payment is heard of as unmatched, so an audit reads the log twice: first
 * {@link follow} is told of the stream of payments, then {@link arrive} of the accounts from their beginning. Uses
 * neither the register of payments nor `evolve`.
 */
export class PaymentsAudit {
  readonly #payments = new Map<string, Followed>();
  /** By the order that the channel named: an order may have taken its payment at the very moment it was recorded. */
  readonly #byOrder = new Map<string, Followed[]>();
  /** By account and transaction, of those that were assigned: an order of that account may be what took the payment. */
  readonly #assignedTo = new Map<string, Followed>();
  /** Channels of the orders that payments name, and currencies of the accounts that payments were given to. */
  readonly #channels = new Map<string, string>();
  readonly #currencies = new Map<string, string>();
  /** The transaction by which an account's last event paid an order: its deposit comes next. */
  readonly #byOrderPaid = new Map<string, string>();
  #lastAt = 0;

  /** Whether there is anything to look for in accounts. */
  get needed(): boolean {
    return this.#payments.size > 0;
  }

  /** What the next event of the payments' own stream does against the rules. */
  follow(event: UnmatchedEvent, revision: number): readonly Violation[] {
    const { at, paymentId } = event.data;
    const violations: Violation[] = [];
    if (at < this.#lastAt)
      violations.push(violation('time-backwards', `${String(this.#lastAt - at)} ms before the last`));
    this.#lastAt = Math.max(at, this.#lastAt);
    const known = this.#payments.get(paymentId);
    const error = known === undefined ? this.#record(event, revision) : this.#move(known, event);
    if (error !== undefined) violations.push(violation('payment-wrong', `payment ${paymentId} ${error}`));
    if (known !== undefined) known.revision = revision;
    return violations;
  }

  /** What the next event of an account does against what became of the payments. */
  arrive(accountId: string, event: AccountEvent): Violation | undefined {
    if (event.type === 'account-opened.v1') this.#currencies.set(accountId, event.data.currency);
    if (event.type === 'order-opened.v1') {
      const reference = orderReference(accountId, event.data.orderId);
      if (this.#byOrder.has(reference)) this.#channels.set(reference, event.data.channel);
    }
    if (event.type === 'order-paid.v1') {
      this.#byOrderPaid.set(accountId, event.data.transactionId);
      return this.#arriveByOrder(accountId, event.data);
    }
    if (event.type !== 'funds-deposited.v1') return undefined;
    const ofOrder = this.#byOrderPaid.get(accountId) === event.data.depositId;
    this.#byOrderPaid.delete(accountId);
    // What an order brought has arrived with the order.
    return ofOrder ? undefined : this.#arriveByHand(accountId, event.data);
  }

  /** What can only be said at the end: payments that were given to an account which never got them. */
  *finish(): Generator<Violation & { readonly revision: number }> {
    for (const { payment, status, accountId, revision, found } of this.#payments.values()) {
      if (status !== 'assigned' || found) continue;
      const detail = `payment ${payment.paymentId} was assigned to ${accountId ?? ''}, which has no deposit of it`;
      yield { ...violation('payment-not-deposited', detail), revision };
    }
  }

  /** What somebody wrote as the reference links a deposit to nothing. */
  #arriveByHand(accountId: string, deposit: FundsDeposited): Violation | undefined {
    const { depositId, amount } = deposit;
    const known = deposit.paymentId === null ? undefined : this.#payments.get(deposit.paymentId);
    if (known === undefined) return undefined;
    const { paymentId, transactionId, amount: paid, currency } = known.payment;
    const given = known.status === 'claimed' || known.status === 'assigned';
    const place = this.#place(known, accountId, given);
    if (place !== undefined) return place;
    const same = depositId === transactionId && amount === paid && this.#currencies.get(accountId) === currency;
    return same ? undefined : violation('payment-differs', `deposit ${depositId} of ${amount} is not ${paymentId}`);
  }

  #arriveByOrder(
    accountId: string,
    { orderId, transactionId, amount }: { readonly orderId: string; transactionId: string; amount: string },
  ): Violation | undefined {
    const reference = orderReference(accountId, orderId);
    const channel = this.#channels.get(reference);
    const known =
      this.#byOrder
        .get(reference)
        ?.find(({ payment }) => payment.channel === channel && payment.transactionId === transactionId) ??
      this.#assignedTo.get(`${accountId} ${transactionId}`);
    if (known === undefined) return undefined;
    // Its process may have died before it could say so in the payments' stream.
    const place = this.#place(known, accountId, known.status !== 'paid-back');
    if (place !== undefined || amount === known.payment.amount) return place;
    return violation('payment-differs', `order ${orderId} was paid with ${amount}, not ${known.payment.amount}`);
  }

  /** @param given whether the payment is one that an account may have. */
  #place(known: Followed, accountId: string, given: boolean): Violation | undefined {
    const { paymentId } = known.payment;
    if (known.found) return violation('payment-deposited-twice', `payment ${paymentId} is in the ledger already`);
    known.found = true;
    if (given && (known.accountId ?? accountId) === accountId) return undefined;
    const whose = known.accountId ?? 'nobody';
    return violation('payment-astray', `payment ${paymentId} is ${known.status} and ${whose}'s, not ${accountId}'s`);
  }

  #record(event: UnmatchedEvent, revision: number): string | undefined {
    if (event.type !== 'payment-unmatched.v1') return 'was never recorded';
    const { data: payment } = event;
    const followed: Followed = { payment, status: 'open', accountId: null, revision, found: false };
    this.#payments.set(payment.paymentId, followed);
    this.#byOrder.set(payment.order, [...(this.#byOrder.get(payment.order) ?? []), followed]);
    const right = payment.paymentId === toPaymentId(payment.channel, payment.transactionId);
    return right ? undefined : 'has another id than its channel and transaction make';
  }

  /** Follows what is said as far as that can be; what it contradicts, in words. */
  #move(known: Followed, event: UnmatchedEvent): string | undefined {
    const { status, accountId, payment } = known;
    switch (event.type) {
      case 'payment-unmatched.v1':
        return 'was recorded before';
      case 'unmatched-payment-claimed.v1':
        [known.status, known.accountId] = ['claimed', event.data.accountId];
        return status === 'open' ? undefined : `is claimed while it is ${status}`;
      case 'unmatched-payment-unclaimed.v1':
        [known.status, known.accountId] = ['open', null];
        return claimedBy(status, accountId, event.data.accountId);
      case 'unmatched-payment-assigned.v1':
        [known.status, known.accountId] = ['assigned', event.data.accountId];
        this.#assignedTo.set(`${event.data.accountId} ${payment.transactionId}`, known);
        if (event.data.depositId !== payment.transactionId) return 'is assigned under another id than its transaction';
        return claimedBy(status, accountId, event.data.accountId);
      case 'unmatched-payment-paid-back.v1':
        [known.status, known.accountId] = ['paid-back', null];
        return status === 'open' ? undefined : `is paid back while it is ${status}`;
    }
  }
}

function claimedBy(status: Followed['status'], accountId: string | null, said: string): string | undefined {
  return status === 'claimed' && accountId === said ? undefined : `was not claimed for ${said} just then`;
}

function violation(kind: ViolationKind, detail: string): Violation {
  return { kind, detail };
}
