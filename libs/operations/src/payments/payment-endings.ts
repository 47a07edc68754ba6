import { namedByReference, parseMoney, type RefusalCode, type UnmatchedPayment } from '#ledger';
import type { AccountLanes } from '../lanes/account-lanes.ts';
import type { Cause } from '../lanes/chained-events.ts';
import type { IdIndex } from '../ports/id-index.ts';
import type { Refused } from '../request.ts';
import { hasPaidOrder } from './order-payments.ts';
import type { UnmatchedPayments } from './unmatched-payments.ts';

/** What an operator wants with an unmatched payment. */
export type EndingWanted =
  | { readonly kind: 'assign'; readonly accountId: string; readonly reason: string }
  | { readonly kind: 'pay-back'; readonly reason: string; readonly reference: string | null };

export type EndingOutcome =
  { readonly kind: 'ended'; readonly payment: UnmatchedPayment; readonly replayed: boolean } | EndingRefused;

/** An account's no, or that of the register. */
export type EndingRefused =
  Refused | (Omit<Refused, 'code'> & { readonly code: 'unmatched_payment_not_found' | 'unmatched_payment_ended' });

/** Refusals of a deposit that no later try can turn into a yes. */
const forEver: ReadonlySet<string> = new Set<RefusalCode>(['account_closed', 'idempotency_conflict']);

/** The deposits that follow claims whose process has died. */
const finishingCause: Cause = { actor: 'holdfast', correlationId: 'unmatched-payments' };

/**
 * Ends unmatched payments, each once. A payment is claimed for its account before the money goes there, so that it can
 * never go to two places; whoever dies between the two is made up for by {@link PaymentEndings.finishClaims}.
 */
export class PaymentEndings {
  readonly #lanes: AccountLanes;
  readonly #idIndex: IdIndex;
  readonly #unmatched: UnmatchedPayments;

  constructor(lanes: AccountLanes, idIndex: IdIndex, unmatched: UnmatchedPayments) {
    this.#lanes = lanes;
    this.#idIndex = idIndex;
    this.#unmatched = unmatched;
  }

  /** @throws EventStoreError, Unavailable: it may have taken effect; the same again finishes it. */
  async end(paymentId: string, wanted: EndingWanted, cause: Cause): Promise<EndingOutcome> {
    const before = await this.#unmatched.find(paymentId);
    if (before === undefined) return { kind: 'refused', code: 'unmatched_payment_not_found' };
    const said = saidBefore(before, wanted);
    if (said !== undefined) return said;
    if (before.status === 'open' && (await this.#paidItsOrder(before))) {
      const credited = await this.creditedByOrder(before, cause);
      return credited.kind === 'ended' ? (saidBefore(credited.payment, wanted) ?? ended(credited.payment)) : credited;
    }
    if (wanted.kind === 'pay-back') return this.#payBack(paymentId, wanted, cause);
    const no = before.status === 'open' ? await this.#whyNot(wanted.accountId, before.payment.currency) : undefined;
    if (no !== undefined) return no;
    const claimed = await this.#unmatched.change((register, at) => {
      if (register.find(paymentId)?.status !== 'open') return undefined;
      const { accountId, reason } = wanted;
      return { type: 'unmatched-payment-claimed.v1', data: { at, paymentId, accountId, reason } };
    }, cause);
    const claim = await this.#known(paymentId);
    const other = claimed ? undefined : saidBefore(claim, wanted);
    if (other !== undefined) return other;
    return this.#finish(claim, cause);
  }

  /**
   * Two processes may take the same notice at the very moment in which its order is opened, and one of them find the
   * order while the other does not. The account has the money then, so that is what the register comes to say.
   *
   * @throws EventStoreError, Unavailable.
   */
  async creditedByOrder({ payment }: UnmatchedPayment, cause: Cause): Promise<EndingOutcome> {
    const { paymentId, order } = payment;
    const accountId = namedByReference(order)?.accountId;
    if (accountId === undefined) throw new RangeError('an order that was paid has a name');
    await this.#unmatched.change((register, at) => {
      if (register.find(paymentId)?.status !== 'open') return undefined;
      const reason = 'its order was opened at the same moment, and has taken it';
      return { type: 'unmatched-payment-claimed.v1', data: { at, paymentId, accountId, reason } };
    }, cause);
    const claim = await this.#known(paymentId);
    return claim.status === 'claimed' ? this.#finish(claim, cause) : ended(claim);
  }

  /**
   * Brings to an end what was claimed and not finished. What passes (an account that is busy, a store that is away) is
   * left for the next time.
   *
   * @throws EventStoreError, Unavailable.
   */
  async finishClaims(): Promise<void> {
    for (const claim of await this.#unmatched.claimed()) await this.#finish(claim, finishingCause);
  }

  async #payBack(
    paymentId: string,
    wanted: Extract<EndingWanted, { readonly kind: 'pay-back' }>,
    cause: Cause,
  ): Promise<EndingOutcome> {
    const { reason, reference } = wanted;
    const paid = await this.#unmatched.change((register, at) => {
      if (register.find(paymentId)?.status !== 'open') return undefined;
      return { type: 'unmatched-payment-paid-back.v1', data: { at, paymentId, reason, reference } };
    }, cause);
    const payment = await this.#known(paymentId);
    return paid ? { kind: 'ended', payment, replayed: false } : (saidBefore(payment, wanted) ?? ended(payment));
  }

  /** Why an account cannot have the payment, asked before it is claimed. */
  #whyNot(accountId: string, currency: string): Promise<Refused | undefined> {
    return this.#lanes.look(accountId, ({ state }) => {
      const { terms, closed } = state.standing;
      if (terms === null) return refused('account_not_found');
      if (closed) return refused('account_closed');
      return terms.currency === currency ? undefined : { ...refused('payment_differs'), field: 'currency' };
    });
  }

  /** Puts a claimed payment into its account, and says so in the register. */
  async #finish(claim: UnmatchedPayment, cause: Cause): Promise<EndingOutcome> {
    const { payment, accountId } = claim;
    if (accountId === null) throw new RangeError('a payment is claimed for an account');
    const { paymentId, transactionId, amount } = payment;
    if (!(await this.#paidItsOrder(claim))) {
      const command = {
        kind: 'deposit',
        depositId: transactionId,
        amount: parseMoney(amount),
        reference: paymentId,
      } as const;
      const answer = await this.#lanes.run(accountId, { command, ...cause, operator: true });
      if (answer.kind === 'refused') {
        if (forEver.has(answer.code)) await this.#unclaim(paymentId, accountId, answer.code, cause);
        return answer;
      }
    }
    await this.#unmatched.change((register, at) => {
      if (register.find(paymentId)?.status !== 'claimed') return undefined;
      return { type: 'unmatched-payment-assigned.v1', data: { at, paymentId, accountId, depositId: transactionId } };
    }, cause);
    return { kind: 'ended', payment: await this.#known(paymentId), replayed: false };
  }

  async #unclaim(paymentId: string, accountId: string, code: string, cause: Cause): Promise<void> {
    await this.#unmatched.change((register, at) => {
      if (register.find(paymentId)?.status !== 'claimed') return undefined;
      return { type: 'unmatched-payment-unclaimed.v1', data: { at, paymentId, accountId, code } };
    }, cause);
  }

  async #paidItsOrder({ payment, status, accountId }: UnmatchedPayment): Promise<boolean> {
    const named = namedByReference(payment.order);
    if (named === undefined || (status === 'claimed' && named.accountId !== accountId)) return false;
    return hasPaidOrder(this.#lanes, this.#idIndex, named, payment);
  }

  async #known(paymentId: string): Promise<UnmatchedPayment> {
    const payment = await this.#unmatched.find(paymentId);
    if (payment === undefined) throw new RangeError(`payment ${paymentId} was there a moment ago`);
    return payment;
  }
}

/** The same again, or that it has ended otherwise; undefined if there is still something to do. */
function saidBefore(payment: UnmatchedPayment, wanted: EndingWanted): EndingOutcome | undefined {
  const { status, accountId, claimReason, paidBack } = payment;
  if (status === 'open') return undefined;
  if (wanted.kind === 'assign' && accountId === wanted.accountId && claimReason === wanted.reason) {
    return status === 'assigned' ? { kind: 'ended', payment, replayed: true } : undefined;
  }
  if (wanted.kind === 'pay-back' && paidBack?.reason === wanted.reason && paidBack.reference === wanted.reference) {
    return { kind: 'ended', payment, replayed: true };
  }
  return ended(payment);
}

function ended({ status, accountId }: UnmatchedPayment): EndingRefused {
  const facts = { paymentStatus: status, ...(accountId !== null && { accountId }) };
  return { kind: 'refused', code: 'unmatched_payment_ended', facts };
}

function refused(code: RefusalCode): Refused {
  return { kind: 'refused', code };
}
