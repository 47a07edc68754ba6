import {
  formatMoney,
  namedByReference,
  paymentIdOf,
  type PaymentUnmatched,
  type RefusalCode,
  type UnmatchedPayment,
} from '#ledger';
import type { AccountLanes } from '../lanes/account-lanes.ts';
import type { Cause } from '../lanes/chained-events.ts';
import type { IdIndex } from '../ports/id-index.ts';
import type { PaymentNotice } from '../ports/payment-channel.ts';
import { hasPaidOrder } from './order-payments.ts';
import { unavailable, type Refused } from '../request.ts';
import type { PaymentEndings } from './payment-endings.ts';
import type { UnmatchedPayments } from './unmatched-payments.ts';

/** What became of a notice. Given only when the event that it rests on is durable. */
export type NoticeOutcome =
  | { readonly kind: 'paid'; readonly accountId: string; readonly orderId: string; readonly replayed: boolean }
  | { readonly kind: 'unmatched'; readonly payment: PaymentUnmatched; readonly replayed: boolean }
  | Refused;

/** An order and the account that it is of. */
interface Named {
  readonly accountId: string;
  readonly orderId: string;
}

/**
 * What an account says of a payment that it will not have. Everything else that can be said is either passing, so the
 * channel has to send its notice again, or a contradiction in what the channel says.
 */
const unmatchedFor: ReadonlySet<string> = new Set<RefusalCode>([
  'account_not_found',
  'order_not_found',
  'account_closed',
  'order_already_paid',
  'order_closed',
  'payment_differs',
  'deposit_already_recorded',
  'balance_out_of_range',
]);

/** Takes what channels say of payments: each pays its order, or is recorded as unmatched; none is lost. */
export class PaymentNotices {
  readonly #lanes: AccountLanes;
  readonly #idIndex: IdIndex;
  readonly #unmatched: UnmatchedPayments;
  readonly #endings: PaymentEndings;

  constructor(lanes: AccountLanes, idIndex: IdIndex, unmatched: UnmatchedPayments, endings: PaymentEndings) {
    this.#lanes = lanes;
    this.#idIndex = idIndex;
    this.#unmatched = unmatched;
    this.#endings = endings;
  }

  /**
   * Takes one notice of a channel, for the first time or again. A payment that was once recorded as unmatched stays so,
   * even if there is an order for it by now: an operator may have paid it back.
   *
   * @throws EventStoreError, Unavailable: nothing is known to be recorded, and the channel has to send it again.
   */
  async take(channel: string, notice: PaymentNotice, cause: Cause): Promise<NoticeOutcome> {
    const paymentId = paymentIdOf(channel, notice.transactionId);
    const before = await this.#unmatched.find(paymentId);
    if (before !== undefined) return recordedBefore(before, notice);
    const named = namedByReference(notice.order);
    const paid = named === undefined ? undefined : await this.#pay(named, channel, notice, cause);
    if (paid !== undefined && paid.kind !== 'refused') {
      await this.#settleDoubt(paymentId, cause);
      return paid;
    }
    if (paid !== undefined && !unmatchedFor.has(paid.code)) return paid;
    if (this.#unmatched.full) return unavailable('overloaded');
    const reason = paid?.code ?? 'order_not_found';
    const recorded = await this.#record(paymentId, channel, notice, { reason, field: paid?.field ?? null }, cause);
    const said = { channel, transactionId: notice.transactionId };
    if (named === undefined || !(await hasPaidOrder(this.#lanes, this.#idIndex, named, said))) return recorded;
    await this.#settleDoubt(paymentId, cause);
    return { kind: 'paid', ...named, replayed: true };
  }

  async #pay(
    named: Named,
    channel: string,
    { transactionId, amount, currency, paidAt }: PaymentNotice,
    { actor, correlationId }: Cause,
  ): Promise<Exclude<NoticeOutcome, { readonly kind: 'unmatched' }>> {
    const { accountId, orderId } = named;
    const command = { kind: 'pay-order', orderId, channel, transactionId, amount, currency, paidAt } as const;
    const answer = await this.#lanes.run(accountId, { command, actor, correlationId, operator: false });
    return answer.kind === 'refused' ? answer : { kind: 'paid', accountId, orderId, replayed: answer.replayed };
  }

  async #record(
    paymentId: string,
    channel: string,
    notice: PaymentNotice,
    why: Pick<PaymentUnmatched, 'reason' | 'field'>,
    cause: Cause,
  ): Promise<NoticeOutcome> {
    const { transactionId, order, amount, currency, paidAt } = notice;
    const said = { channel, transactionId, order, amount: formatMoney(amount), currency, paidAt };
    const recorded = await this.#unmatched.change((register, at) => {
      if (register.find(paymentId) !== undefined) return undefined;
      return { type: 'payment-unmatched.v1', data: { at, paymentId, ...said, ...why } };
    }, cause);
    const payment = await this.#unmatched.find(paymentId);
    if (payment === undefined) throw new RangeError(`payment ${paymentId} was recorded a moment ago`);
    return recorded
      ? { kind: 'unmatched', payment: payment.payment, replayed: false }
      : recordedBefore(payment, notice);
  }

  /** What may have been recorded as unmatched while its order took it. */
  async #settleDoubt(paymentId: string, cause: Cause): Promise<void> {
    const recorded = await this.#unmatched.find(paymentId);
    if (recorded?.status === 'open') await this.#endings.creditedByOrder(recorded, cause);
  }
}

/** The channel says it again; if it says something else now, neither word is believed more than the other. */
function recordedBefore({ payment }: UnmatchedPayment, notice: PaymentNotice): NoticeOutcome {
  const { order, currency, paidAt } = notice;
  const said = { order, amount: formatMoney(notice.amount), currency, paidAt };
  const field = (['order', 'amount', 'currency', 'paidAt'] as const).find((name) => said[name] !== payment[name]);
  if (field !== undefined) return { kind: 'refused', code: 'idempotency_conflict', field };
  return { kind: 'unmatched', payment, replayed: true };
}
