import type { CommandBus } from '@nestjs/cqrs';
import {
  formatMoney,
  namedByReference,
  type PaymentUnmatched,
  type RefusalCode,
  toPaymentId,
  type UnmatchedPayment,
} from '#domain';
import { PayOrder, type RequestTo } from '../cqrs/commands.ts';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import type { Cause } from '../pipeline/chained-events.ts';
import { eventStoreErrorCode } from '../ports/event-store.ts';
import type { IdIndex } from '../ports/id-index.ts';
import type { PaymentNotice } from '../ports/payment-channel.ts';
import { type Refused, Unavailable, unavailable } from '../request.ts';
import { hasPaidOrder } from './order-payments.ts';
import { isSameClaimant, type PaymentClaims } from './payment-claims.ts';
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

/** What became of a payment that an order was to take. */
type Paid = Exclude<NoticeOutcome, { readonly kind: 'unmatched' }>;

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
  readonly #commands: CommandBus;
  readonly #lanes: AccountLanes;
  readonly #idIndex: IdIndex;
  readonly #unmatched: UnmatchedPayments;
  readonly #endings: PaymentEndings;
  readonly #claims: PaymentClaims;

  constructor(
    commands: CommandBus,
    lanes: AccountLanes,
    idIndex: IdIndex,
    unmatched: UnmatchedPayments,
    endings: PaymentEndings,
    claims: PaymentClaims,
  ) {
    this.#commands = commands;
    this.#lanes = lanes;
    this.#idIndex = idIndex;
    this.#unmatched = unmatched;
    this.#endings = endings;
    this.#claims = claims;
  }

  /**
   * Takes one notice of a channel, for the first time or again. A payment that was once recorded as unmatched stays so,
   * even if there is an order for it by now: an operator may have paid it back.
   *
   * @throws EventStoreError, Unavailable: nothing is known to be recorded, and the channel has to send it again.
   */
  async take(channel: string, notice: PaymentNotice, cause: Cause): Promise<NoticeOutcome> {
    const said = { channel, transactionId: notice.transactionId };
    const paymentId = toPaymentId(channel, notice.transactionId);
    const before = await this.#unmatched.find(paymentId);
    if (before !== undefined) return recordedBefore(before, notice);
    const named = namedByReference(notice.order);
    const paid = await this.#payClaimed(named, channel, notice, cause);
    if (paid.kind === 'paid') {
      await this.#settleDoubt(paymentId, paid, cause);
      return paid;
    }
    if (paid.kind === 'claimed') return this.#otherWord(paymentId, notice);
    if (!unmatchedFor.has(paid.code)) return paid;
    if (this.#unmatched.full) return unavailable('overloaded');
    const why = { reason: paid.code, field: paid.field ?? null };
    const recorded = await this.#record(paymentId, channel, notice, why, cause);
    if (named === undefined || !(await hasPaidOrder(this.#lanes, this.#idIndex, named, said))) return recorded;
    await this.#settleDoubt(paymentId, named, cause);
    return { kind: 'paid', ...named, replayed: true };
  }

  /**
   * Pays the order that a notice names, after the payment was claimed for it: an order that would not take it claims
   * nothing, so that the payment can still go anywhere.
   */
  async #payClaimed(
    named: Named | undefined,
    channel: string,
    notice: PaymentNotice,
    cause: Cause,
  ): Promise<Paid | { readonly kind: 'claimed' }> {
    try {
      const said = { channel, transactionId: notice.transactionId };
      const holder = await this.#claims.holder(said);
      if (named === undefined) return holder === undefined ? refusedAs('order_not_found') : { kind: 'claimed' };
      if (holder === undefined) {
        const decision = await this.#lanes.tryOut(named.accountId, payOrder(named, channel, notice));
        if (decision.kind === 'refused') return { kind: 'refused', ...decision.refusal };
      }
      const claimed = await this.#claims.claim(said, named, cause);
      if (!isSameClaimant(claimed, named)) return { kind: 'claimed' };
    } catch (error) {
      return passing(error);
    }
    return this.#pay(named, channel, notice, cause);
  }

  /** The payment is claimed, and not for what this notice names: the channel says something else now, or it is unmatched. */
  async #otherWord(paymentId: string, notice: PaymentNotice): Promise<NoticeOutcome> {
    const recorded = await this.#unmatched.find(paymentId);
    return recorded === undefined
      ? { kind: 'refused', code: 'idempotency_conflict', field: 'order' }
      : recordedBefore(recorded, notice);
  }

  async #pay(named: Named, channel: string, notice: PaymentNotice, { actor, correlationId }: Cause): Promise<Paid> {
    const request = { ...payOrder(named, channel, notice), actor, correlationId };
    const answer = await this.#commands.execute(new PayOrder(named.accountId, request));
    return answer.kind === 'refused' ? answer : { kind: 'paid', ...named, replayed: answer.replayed };
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
  async #settleDoubt(paymentId: string, paid: Pick<Named, 'accountId'>, cause: Cause): Promise<void> {
    const recorded = await this.#unmatched.find(paymentId);
    if (recorded?.status === 'open') await this.#endings.creditedByOrder(recorded, paid, cause);
  }
}

function payOrder(
  { orderId }: Named,
  channel: string,
  { transactionId, amount, currency, paidAt }: PaymentNotice,
): Pick<RequestTo<'pay-order'>, 'command' | 'operator'> {
  const command = { kind: 'pay-order', orderId, channel, transactionId, amount, currency, paidAt } as const;
  return { command, operator: false };
}

function refusedAs(code: RefusalCode): Refused {
  return { kind: 'refused', code };
}

/** What passes: the account's lane, or the store of the claims, does not answer just now. */
function passing(error: unknown): Refused {
  if (error instanceof Unavailable) return unavailable(error.code);
  const code = eventStoreErrorCode(error);
  if (code === 'store-unavailable' || code === 'outcome-unknown') return unavailable('store_unavailable');
  throw error;
}

/** The channel says it again; if it says something else now, neither word is believed more than the other. */
function recordedBefore({ payment }: UnmatchedPayment, notice: PaymentNotice): NoticeOutcome {
  const { order, currency, paidAt } = notice;
  const said = { order, amount: formatMoney(notice.amount), currency, paidAt };
  const field = (['order', 'amount', 'currency', 'paidAt'] as const).find((name) => said[name] !== payment[name]);
  if (field !== undefined) return { kind: 'refused', code: 'idempotency_conflict', field };
  return { kind: 'unmatched', payment, replayed: true };
}
