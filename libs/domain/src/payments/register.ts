import { strict as assert } from 'node:assert';
import type { PaymentUnmatched, UnmatchedEvent, UnmatchedPaymentPaidBack } from './events.ts';

export type UnmatchedStatus = 'open' | 'claimed' | 'assigned' | 'paid-back';

/** One unmatched payment's lifecycle so far. */
export interface UnmatchedPayment {
  readonly payment: PaymentUnmatched;
  readonly status: UnmatchedStatus;
  /** Whose it is, or is about to be. */
  readonly accountId: string | null;
  /** Why it was given to that account. */
  readonly claimReason: string | null;
  readonly paidBack: UnmatchedPaymentPaidBack | null;
  /** ms since 1970. */
  readonly endedAt: number | null;
}

/** What became of every payment that no order took: a fold of the events of their stream. */
export class UnmatchedRegister {
  /** In the order in which they were recorded. */
  readonly #payments = new Map<string, UnmatchedPayment>();
  readonly #claimed = new Set<string>();
  /** Time of the last event, ms since 1970. */
  lastAt = 0;

  get size(): number {
    return this.#payments.size;
  }

  find(paymentId: string): UnmatchedPayment | undefined {
    return this.#payments.get(paymentId);
  }

  /** In the order in which they were recorded. */
  all(): Iterable<UnmatchedPayment> {
    return this.#payments.values();
  }

  /** Those that an account is about to get. */
  claimed(): readonly UnmatchedPayment[] {
    return [...this.#claimed].map((paymentId) => this.#known(paymentId));
  }

  /** @throws AssertionError if the event cannot have happened: each payment is recorded once and ends at most once. */
  fold(event: UnmatchedEvent): void {
    const { at, paymentId } = event.data;
    if (event.type === 'payment-unmatched.v1') {
      assert(!this.#payments.has(paymentId), `payment ${paymentId} is recorded once`);
      const { data: payment } = event;
      const nothing = { accountId: null, claimReason: null, paidBack: null, endedAt: null };
      this.#put({ payment, status: 'open', ...nothing });
      this.lastAt = at;
      return;
    }
    this.#put(after(this.#known(paymentId), event));
    this.lastAt = at;
  }

  #known(paymentId: string): UnmatchedPayment {
    const known = this.#payments.get(paymentId);
    assert(known !== undefined, `payment ${paymentId} was recorded`);
    return known;
  }

  #put(payment: UnmatchedPayment): void {
    const { paymentId } = payment.payment;
    this.#payments.set(paymentId, payment);
    if (payment.status === 'claimed') this.#claimed.add(paymentId);
    if (payment.status !== 'claimed') this.#claimed.delete(paymentId);
  }
}

type LaterEvent = Exclude<UnmatchedEvent, { readonly type: 'payment-unmatched.v1' }>;

function after(before: UnmatchedPayment, event: LaterEvent): UnmatchedPayment {
  const { status, payment } = before;
  const open = status === 'open';
  const own = 'accountId' in event.data && status === 'claimed' && before.accountId === event.data.accountId;
  switch (event.type) {
    case 'unmatched-payment-claimed.v1':
      assert(open, `payment ${payment.paymentId} is claimed while it is open`);
      return { ...before, status: 'claimed', accountId: event.data.accountId, claimReason: event.data.reason };
    case 'unmatched-payment-unclaimed.v1':
      assert(own, `payment ${payment.paymentId} was claimed for ${event.data.accountId}`);
      return { ...before, status: 'open', accountId: null, claimReason: null };
    case 'unmatched-payment-assigned.v1':
      assert(own, `payment ${payment.paymentId} was claimed for ${event.data.accountId}`);
      assert(event.data.depositId === payment.transactionId, 'a payment is deposited under its transaction');
      return { ...before, status: 'assigned', endedAt: event.data.at };
    case 'unmatched-payment-paid-back.v1':
      assert(open, `payment ${payment.paymentId} is paid back while it is open`);
      return { ...before, status: 'paid-back', paidBack: event.data, endedAt: event.data.at };
  }
}
