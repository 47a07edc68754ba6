import type { BudgetPeriod } from '../budgets/events.ts';
import type { Metadata } from '../kernel/metadata.ts';
import type { Outcome } from '../holds/events.ts';
import type { Money } from '../kernel/money.ts';
import type { TermsAsked } from '../terms/events.ts';

/**
 * What callers ask of an account. A field that was not given is `null`; amounts are parsed, so equal amounts are equal
 * whatever their text was. Who asks, and when, is in the {@link DecisionContext}, not here: it is not part of what is
 * compared when the same id comes again.
 */
export interface OpenAccount {
  readonly kind: 'open-account';
  readonly accountId: string;
  readonly currency: string | null;
  readonly timeZone: string | null;
  readonly agreementStart: string | null;
  readonly priceBook: string | null;
  readonly creditLimit: Money | null;
  readonly limits: {
    readonly openHolds: number | null;
    readonly frozen: Money | null;
    readonly dailySpend: Money | null;
  };
  readonly metadata: Metadata | null;
}

export interface Deposit {
  readonly kind: 'deposit';
  readonly depositId: string;
  readonly amount: Money;
  readonly reference: string | null;
  /** The unmatched payment that is assigned by this deposit. No caller can say so, whatever its `reference` reads. */
  readonly paymentId?: string;
}

export interface Withdraw {
  readonly kind: 'withdraw';
  readonly withdrawalId: string;
  readonly amount: Money;
  readonly reference: string | null;
}

export interface Adjust {
  readonly kind: 'adjust';
  readonly adjustmentId: string;
  /** Signed, not zero. */
  readonly amount: Money;
  readonly reason: string;
}

/** Either `product` (with `quantity`) or a plain `amount`. */
export interface Freeze {
  readonly kind: 'freeze';
  readonly holdId: string;
  readonly product: string | null;
  readonly quantity: number | null;
  readonly amount: Money | null;
  readonly ttlSeconds: number | null;
  readonly budget: string | null;
  readonly metadata: Metadata | null;
}

export interface Settle {
  readonly kind: 'settle';
  readonly holdId: string;
  readonly outcome: Outcome;
  readonly amount: Money | null;
  readonly quantity: number | null;
  readonly completedAt: number | null;
  readonly evidence: Metadata | null;
}

export interface Fail {
  readonly kind: 'fail';
  readonly holdId: string;
  readonly attemptId: string;
  readonly reason: string;
}

export interface Release {
  readonly kind: 'release';
  readonly holdId: string;
  readonly reason: string;
}

export interface Refund {
  readonly kind: 'refund';
  readonly refundId: string;
  readonly holdId: string;
  readonly amount: Money;
  readonly reason: string;
}

export interface ReverseDeposit {
  readonly kind: 'reverse-deposit';
  readonly reversalId: string;
  readonly depositId: string;
  /** Null: all that is left of the deposit. */
  readonly amount: Money | null;
  readonly reason: string;
}

/** Only the sweep that comes before every decision. */
export interface ExpireDue {
  readonly kind: 'expire-due';
}

export interface ChangeStatus {
  readonly kind: 'suspend' | 'resume' | 'close';
  readonly changeId: string;
  readonly reason: string;
  /** Of a close: what is left in packs is lost. Not given: a close is refused while there is any. */
  readonly forfeitPacks?: boolean | null;
}

/** A resource pack: bought from the balance, given by an operator with a reason, or taken to try. */
export interface TakePack {
  readonly kind: 'take-pack';
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly how: 'purchase' | 'grant' | 'trial';
  /** Of a grant, and of nothing else. */
  readonly reason: string | null;
}

export interface RefundPack {
  readonly kind: 'refund-pack';
  readonly packId: string;
  readonly refundId: string;
  /** Not given: what the pack's age and use come to. */
  readonly amount: Money | null;
  readonly reason: string | null;
}

/** The budget of this name, as it is to be from now on. */
export interface SetBudget {
  readonly kind: 'set-budget';
  readonly name: string;
  readonly limit: Money;
  readonly period: BudgetPeriod;
  readonly reason: string;
}

/**
 * Issues the bill of a day. Rests on what the stored history says of the day's last event: a lane knows no hashes, and
 * another process may have written to the day since they were read.
 */
export interface IssueBill {
  readonly kind: 'issue-bill';
  /** Local date, `YYYY-MM-DD`. */
  readonly date: string;
  readonly lastRevision: number;
  /** Of the event at `lastRevision`, 64 lower-case hex digits. */
  readonly chainHash: string;
}

/** A customer is about to pay in by a channel. */
export interface OpenOrder {
  readonly kind: 'open-order';
  readonly orderId: string;
  readonly amount: Money;
  readonly channel: string;
  readonly payer: string | null;
  /** The service takes word from that channel at present. Not part of what is compared when the id comes again. */
  readonly channelKnown: boolean;
}

/** What a channel says of a payment that names an order. */
export interface PayOrder {
  readonly kind: 'pay-order';
  readonly orderId: string;
  readonly channel: string;
  readonly transactionId: string;
  readonly amount: Money;
  readonly currency: string;
  /** ms since 1970, by the channel's clock. */
  readonly paidAt: number;
}

export interface ChangeTerms {
  readonly kind: 'change-terms';
  readonly changeId: string;
  readonly reason: string;
  /** Amounts in it are canonical texts, as they are stored. */
  readonly asked: TermsAsked;
}

export type HoldCommand = Freeze | Settle | Fail | Release;

export type Correction = Refund | ReverseDeposit;

export type Command =
  | OpenAccount
  | Deposit
  | Withdraw
  | Adjust
  | HoldCommand
  | Correction
  | ExpireDue
  | ChangeStatus
  | TakePack
  | RefundPack
  | SetBudget
  | IssueBill
  | OpenOrder
  | PayOrder
  | ChangeTerms;
