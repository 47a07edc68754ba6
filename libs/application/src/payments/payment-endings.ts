import type { CommandBus } from '@nestjs/cqrs';
import type { RefusalCode, UnmatchedPayment } from '#domain';
import { Deposit } from '../cqrs/commands.ts';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import type { Cause } from '../pipeline/chained-events.ts';
import type { IdIndex } from '../ports/id-index.ts';
import type { Refused } from '../request.ts';
import { hasPaidOrder, isDepositOfOldBuild, mayStillPayOrder, toDeposit } from './order-payments.ts';
import type { Claimant, PaymentClaims } from './payment-claims.ts';
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
  readonly #commands: CommandBus;
  readonly #lanes: AccountLanes;
  readonly #idIndex: IdIndex;
  readonly #unmatched: UnmatchedPayments;
  readonly #claims: PaymentClaims;

  constructor(
    commands: CommandBus,
    lanes: AccountLanes,
    idIndex: IdIndex,
    unmatched: UnmatchedPayments,
    claims: PaymentClaims,
  ) {
    this.#commands = commands;
    this.#lanes = lanes;
    this.#idIndex = idIndex;
    this.#unmatched = unmatched;
    this.#claims = claims;
  }

  /** @throws EventStoreError, Unavailable: it may have taken effect; the same again finishes it. */
  async end(paymentId: string, wanted: EndingWanted, cause: Cause): Promise<EndingOutcome> {
    const before = await this.#unmatched.find(paymentId);
    if (before === undefined) return { kind: 'refused', code: 'unmatched_payment_not_found' };
    const said = saidBefore(before, wanted);
    if (said !== undefined) return said;
    const holder = before.status === 'open' ? await this.#claims.holder(before.payment) : undefined;
    if (holder !== undefined && (await this.#hasPaid(holder, before))) {
      const credited = await this.creditedByOrder(before, holder, cause);
      return credited.kind === 'ended' ? (saidBefore(credited.payment, wanted) ?? ended(credited.payment)) : credited;
    }
    if (wanted.kind === 'pay-back') return this.#payBack(before, wanted, cause);
    if (holder !== undefined && holder.accountId !== wanted.accountId) return claimedBy(holder);
    const no =
      before.status === 'open' ? await this.#rejectionReason(wanted.accountId, before.payment.currency) : undefined;
    if (no !== undefined) return no;
    const claimed = await this.#unmatched.change((register, at) => {
      if (register.find(paymentId)?.status !== 'open') return undefined;
      const { accountId, reason } = wanted;
      return { type: 'unmatched-payment-claimed.v1', data: { at, paymentId, accountId, reason } };
    }, cause);
    const claim = await this.#known(paymentId);
    const other = claimed && claim.status === 'claimed' ? undefined : saidBefore(claim, wanted);
    if (other !== undefined) return other;
    // Somebody was about to have it, and could not: everything is asked again.
    return claim.status === 'claimed' ? this.#finish(claim, cause, !claimed) : this.end(paymentId, wanted, cause);
  }

  /**
   * Two processes may take the same notice at the very moment in which its order is opened, and one of them find the
   * order while the other does not. The account has the money then, so that is what the register comes to say.
   *
   * @throws EventStoreError, Unavailable.
   */
  async creditedByOrder(
    { payment: { paymentId } }: UnmatchedPayment,
    { accountId }: Pick<Claimant, 'accountId'>,
    cause: Cause,
  ): Promise<EndingOutcome> {
    if (accountId === null) throw new RangeError('an order that was paid is of an account');
    await this.#unmatched.change((register, at) => {
      if (register.find(paymentId)?.status !== 'open') return undefined;
      const reason = 'its order was opened at the same moment, and has taken it';
      return { type: 'unmatched-payment-claimed.v1', data: { at, paymentId, accountId, reason } };
    }, cause);
    const claim = await this.#known(paymentId);
    return claim.status === 'claimed' ? this.#finish(claim, cause, false) : ended(claim);
  }

  /**
   * Brings to an end what was claimed and not finished. What passes (an account that is busy, a store that is away) is
   * left for the next time.
   *
   * @throws EventStoreError, Unavailable.
   */
  async finishClaims(): Promise<void> {
    for (const claim of await this.#unmatched.claimed()) await this.#finish(claim, finishingCause, true);
  }

  /** Nobody can be credited any more before it is said that the money went back. */
  async #payBack(
    before: UnmatchedPayment,
    wanted: Extract<EndingWanted, { readonly kind: 'pay-back' }>,
    cause: Cause,
  ): Promise<EndingOutcome> {
    const { paymentId } = before.payment;
    const { reason, reference } = wanted;
    const holder = await this.#claims.claim(before.payment, { accountId: null, orderId: null }, cause);
    if (holder.accountId !== null && (await mayStillPayOrder(this.#lanes, this.#idIndex, holder, before.payment)))
      return claimedBy(holder);
    let paid = false;
    for (let claimed = true; claimed; claimed = !paid && (await this.#loseClaim(paymentId, holder, cause))) {
      paid = await this.#unmatched.change((register, at) => {
        if (register.find(paymentId)?.status !== 'open') return undefined;
        return { type: 'unmatched-payment-paid-back.v1', data: { at, paymentId, reason, reference } };
      }, cause);
    }
    const payment = await this.#known(paymentId);
    return paid ? { kind: 'ended', payment, replayed: false } : (saidBefore(payment, wanted) ?? ended(payment));
  }

  /** Why an account cannot have the payment, asked before it is claimed. */
  #rejectionReason(accountId: string, currency: string): Promise<Refused | undefined> {
    return this.#lanes.read(accountId, ({ state }) => {
      const { terms, closed } = state.summary;
      if (terms === null) return refused('account_not_found');
      if (closed) return refused('account_closed');
      return terms.currency === currency ? undefined : { ...refused('payment_differs'), field: 'currency' };
    });
  }

  /**
   * Puts a claimed payment into its account, and says so in the register.
   *
   * @param leftOver whoever claimed it may have died, perhaps after the deposit.
   */
  async #finish(claim: UnmatchedPayment, cause: Cause, leftOver: boolean): Promise<EndingOutcome> {
    const { payment, accountId } = claim;
    if (accountId === null) throw new RangeError('a payment is claimed for an account');
    const { paymentId, transactionId } = payment;
    const request = { command: toDeposit(payment), operator: true } as const;
    let holder = await this.#claims.holder(payment);
    if (holder === undefined) {
      // An account that would not take it claims nothing, so that the payment can still go anywhere.
      const tried = await this.#lanes.tryOut(accountId, request);
      if (tried.kind === 'refused' && !(leftOver && isDepositOfOldBuild(tried.refusal))) {
        return this.#refused(claim, { kind: 'refused', ...tried.refusal }, cause);
      }
      holder = await this.#claims.claim(payment, { accountId, orderId: null }, cause);
    }
    if (holder.accountId !== accountId) {
      await this.#unclaim(paymentId, accountId, 'payment_claimed', cause);
      return claimedBy(holder);
    }
    if (!(await this.#hasPaid(holder, claim))) {
      const answer = await this.#commands.execute(new Deposit(accountId, { ...request, ...cause }));
      const done = answer.kind === 'done' || (leftOver && isDepositOfOldBuild(answer));
      if (!done && !(await this.#hasPaid(holder, claim))) return this.#refused(claim, answer, cause);
    }
    await this.#unmatched.change((register, at) => {
      if (register.find(paymentId)?.status !== 'claimed') return undefined;
      return { type: 'unmatched-payment-assigned.v1', data: { at, paymentId, accountId, depositId: transactionId } };
    }, cause);
    return { kind: 'ended', payment: await this.#known(paymentId), replayed: false };
  }

  async #refused({ payment, accountId }: UnmatchedPayment, no: Refused, cause: Cause): Promise<Refused> {
    if (forEver.has(no.code)) await this.#unclaim(payment.paymentId, accountId ?? '', no.code, cause);
    return no;
  }

  async #unclaim(paymentId: string, accountId: string, code: string, cause: Cause): Promise<void> {
    await this.#unmatched.change((register, at) => {
      const { status, accountId: claimedFor } = register.find(paymentId) ?? {};
      if (status !== 'claimed' || claimedFor !== accountId) return undefined;
      return { type: 'unmatched-payment-unclaimed.v1', data: { at, paymentId, accountId, code } };
    }, cause);
  }

  async #hasPaid({ accountId, orderId }: Claimant, { payment }: UnmatchedPayment): Promise<boolean> {
    if (accountId === null || orderId === null) return false;
    return hasPaidOrder(this.#lanes, this.#idIndex, { accountId, orderId }, payment);
  }

  /** Whoever has claimed for an account what goes back comes too late. Returns whether anybody had. */
  async #loseClaim(paymentId: string, holder: Claimant, cause: Cause): Promise<boolean> {
    if (holder.accountId !== null) return false;
    const { status, accountId } = await this.#known(paymentId);
    if (status !== 'claimed') return status === 'open';
    await this.#unclaim(paymentId, accountId ?? '', 'payment_claimed', cause);
    return true;
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

/** Who has the payment instead: another account, or nobody because it goes back. */
function claimedBy({ accountId }: Pick<Claimant, 'accountId'>): EndingRefused {
  return accountId === null
    ? { kind: 'refused', code: 'unmatched_payment_ended', facts: { paymentStatus: 'paid-back' } }
    : { kind: 'refused', code: 'payment_claimed', facts: { accountId } };
}

function refused(code: RefusalCode): Refused {
  return { kind: 'refused', code };
}
