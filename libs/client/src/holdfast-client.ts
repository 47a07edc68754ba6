import { BillDoors } from './bill-doors.ts';
import {
  pageRowsMax,
  type Account,
  type AccountList,
  type AdjustmentBody,
  type AdjustmentReceipt,
  type BalanceAsOf,
  type ChangeStatusBody,
  type ChangeTermsBody,
  type CloseBody,
  type DepositBody,
  type DepositReceipt,
  type EventList,
  type FailBody,
  type FreezeBody,
  type Hold,
  type HoldList,
  type HoldStatus,
  type OpenAccountBody,
  type OpenedAccount,
  type Operation,
  type Quote,
  type QuoteBody,
  type ReleaseBody,
  type RouteAnswer,
  type SettleBody,
  type StatusReceipt,
  type TermsReceipt,
  type WithdrawalBody,
  type WithdrawalReceipt,
} from '#contract';
import { outcomeOf, type BatchOutcomes } from './batch.ts';
import { CorrectionDoors } from './correction-doors.ts';
import { Doors, wasReplayed, type CallOptions, type Done, type HoldfastClientOptions } from './doors.ts';
import { HoldNotOpen, UnexpectedAnswer } from './errors.ts';
import { BudgetDoors, WarningDoors } from './guard-doors.ts';
import { OrderDoors, UnmatchedPaymentDoors } from './order-doors.ts';
import { PackDoors } from './pack-doors.ts';
import type { PageQuery } from './page-query.ts';
import { ProofDoors } from './proof-doors.ts';
import { KeyDoors, PriceBookDoors } from './register-doors.ts';
import { WebhookDoors } from './webhook-doors.ts';

/**
 * The doors of Holdfast, one method each: those to accounts and holds here, all others by their subject.
 *
 * **Retries.** A call has one deadline (`timeoutMs`, 10 s by default), within which it is tried again after a lost
 * connection, a try without an answer (`tryTimeoutMs`, 4 s), and every problem that may pass: 503, 500, and 429 where
 * the catalogue says so. It pauses longer each time, with jitter, and at least as long as `Retry-After` asks.
 * Repeating is safe because the caller chooses the ids: whatever is sent twice with the same id and the same content
 * happens once and is answered alike, for ever. So every try sends the same bytes, and a program that was killed sends
 * its request again instead of asking what became of it. Never make a new id for a repetition. The one exception is
 * {@link KeyDoors.create}, whose id the service makes; it is tried once.
 *
 * **Answers.** Reads give the value, commands {@link Done}. Amounts are decimal strings, times RFC 3339.
 *
 * Every method throws HoldfastProblem when the service says no, HoldfastUnreachable when no answer came in time,
 * UnexpectedAnswer when what came is not the service's, and the signal's reason when it is aborted; after the last
 * three the request may have taken effect.
 */
export class HoldfastClient {
  /** Endpoints that events are delivered to. */
  readonly webhooks: WebhookDoors;
  /** Bills and statements. */
  readonly bills: BillDoors;
  /** Refunds of charges, reversals of deposits. */
  readonly corrections: CorrectionDoors;
  /** Top-up orders. */
  readonly orders: OrderDoors;
  /** Payments that no order takes. */
  readonly unmatchedPayments: UnmatchedPaymentDoors;
  /** Resource packs. */
  readonly packs: PackDoors;
  readonly budgets: BudgetDoors;
  readonly warnings: WarningDoors;
  /** What verifications cost. */
  readonly priceBooks: PriceBookDoors;
  /** Checkpoints, proofs from them, and the log of exports. */
  readonly proofs: ProofDoors;
  /** API keys. */
  readonly keys: KeyDoors;
  readonly #doors: Doors;

  /** @throws TypeError if the address is no http or https URL, or the key has characters that no header may have */
  constructor(options: HoldfastClientOptions) {
    this.#doors = new Doors(options);
    this.webhooks = new WebhookDoors(this.#doors);
    this.bills = new BillDoors(this.#doors);
    this.corrections = new CorrectionDoors(this.#doors);
    this.orders = new OrderDoors(this.#doors);
    this.unmatchedPayments = new UnmatchedPaymentDoors(this.#doors);
    this.packs = new PackDoors(this.#doors);
    this.budgets = new BudgetDoors(this.#doors);
    this.warnings = new WarningDoors(this.#doors);
    this.priceBooks = new PriceBookDoors(this.#doors);
    this.proofs = new ProofDoors(this.#doors);
    this.keys = new KeyDoors(this.#doors);
  }

  /** Opens an account. Scope `operator`. */
  openAccount(body: OpenAccountBody, options?: CallOptions): Promise<Done<OpenedAccount>> {
    return this.#doors.command('openAccount', {}, body, options);
  }

  /** Lists accounts by id. */
  listAccounts(query: PageQuery = {}, options?: CallOptions): Promise<AccountList> {
    return this.#doors.read('listAccounts', {}, { ...query }, options);
  }

  /** An account with its balance, as of now. */
  getAccount(accountId: string, options?: CallOptions): Promise<Account> {
    return this.#doors.read('getAccount', { accountId }, {}, options);
  }

  /** The balance and the open holds as of a time or after a revision; as of now without either. */
  getBalance(
    accountId: string,
    moment: { readonly at?: string; readonly revision?: number } = {},
    options?: CallOptions,
  ): Promise<BalanceAsOf> {
    return this.#doors.read('getBalance', { accountId }, { ...moment }, options);
  }

  /** Adds money that was paid in. Scope `operator`. */
  deposit(accountId: string, body: DepositBody, options?: CallOptions): Promise<Done<DepositReceipt>> {
    return this.#doors.command('deposit', { accountId }, body, options);
  }

  /** Takes money out that is paid back. Scope `operator`. */
  withdraw(accountId: string, body: WithdrawalBody, options?: CallOptions): Promise<Done<WithdrawalReceipt>> {
    return this.#doors.command('withdraw', { accountId }, body, options);
  }

  /** Corrects the balance by an amount, with a reason. Scope `operator`. */
  adjust(accountId: string, body: AdjustmentBody, options?: CallOptions): Promise<Done<AdjustmentReceipt>> {
    return this.#doors.command('adjust', { accountId }, body, options);
  }

  /** No new holds until the account is resumed. Scope `operator`. */
  suspend(accountId: string, body: ChangeStatusBody, options?: CallOptions): Promise<Done<StatusReceipt>> {
    return this.#doors.command('suspend', { accountId }, body, options);
  }

  /** Lifts a suspension by an operator. Scope `operator`. */
  resume(accountId: string, body: ChangeStatusBody, options?: CallOptions): Promise<Done<StatusReceipt>> {
    return this.#doors.command('resume', { accountId }, body, options);
  }

  /** Changes terms, from now on; what is not given stays as it is, null takes something away. Scope `operator`. */
  changeTerms(accountId: string, body: ChangeTermsBody, options?: CallOptions): Promise<Done<TermsReceipt>> {
    return this.#doors.command('changeTerms', { accountId }, body, options);
  }

  /** Closes an empty account for ever. Scope `operator`. */
  close(accountId: string, body: CloseBody, options?: CallOptions): Promise<Done<StatusReceipt>> {
    return this.#doors.command('close', { accountId }, body, options);
  }

  /**
   * Freezes the fee of a verification before it is asked for. Scope `gateway`.
   *
   * @throws HoldNotOpen if it was carried out before and the hold has ended since: nobody verifies on a dead hold
   */
  async freeze(accountId: string, body: FreezeBody, options?: CallOptions): Promise<Done<Hold>> {
    const { headers, json } = await this.#doors.send('freeze', { accountId }, { body }, options);
    const hold = json as Hold;
    const now = (headers.get('holdfast-hold-status') ?? 'open') as HoldStatus;
    if (now !== 'open') throw new HoldNotOpen(hold, now);
    return { value: hold, replayed: wasReplayed(headers) };
  }

  /**
   * Ends a hold because the verification completed, and charges it. Scope `gateway`. With `completedAt` a hold whose
   * deadline has passed meanwhile can still be charged, up to 24 hours after it.
   */
  settle(accountId: string, holdId: string, body: SettleBody, options?: CallOptions): Promise<Done<Hold>> {
    return this.#doors.command('settle', { accountId, holdId }, body, options);
  }

  /** Records that a call failed; the hold stays open until its deadline. Scope `gateway`. */
  fail(accountId: string, holdId: string, body: FailBody, options?: CallOptions): Promise<Done<Hold>> {
    return this.#doors.command('fail', { accountId, holdId }, body, options);
  }

  /** Ends a hold because its credential was never issued. Scope `gateway` or `operator`. */
  release(accountId: string, holdId: string, body: ReleaseBody, options?: CallOptions): Promise<Done<Hold>> {
    return this.#doors.command('release', { accountId, holdId }, body, options);
  }

  /** A hold, as of now. */
  getHold(accountId: string, holdId: string, options?: CallOptions): Promise<Hold> {
    return this.#doors.read('getHold', { accountId, holdId }, {}, options);
  }

  /** Lists the holds of an account in the order of their opening. Lists may be a moment behind; `asOfPosition` says how far. */
  listHolds(
    accountId: string,
    query: PageQuery & { readonly status?: HoldStatus } = {},
    options?: CallOptions,
  ): Promise<HoldList> {
    return this.#doors.read('listHolds', { accountId }, { ...query }, options);
  }

  /** All holds of an account, in the order of their opening, asked for page by page as they are used. */
  async *everyHold(accountId: string, status?: HoldStatus, options?: CallOptions): AsyncGenerator<Hold, void> {
    let after: string | null = null;
    do {
      const query = { limit: pageRowsMax, ...(status && { status }), ...(after !== null && { after }) };
      const page: HoldList = await this.listHolds(accountId, query, options);
      yield* page.holds;
      ({ after } = page);
    } while (after !== null);
  }

  /** What a freeze would take now. Writes nothing, promises nothing. */
  async quote(accountId: string, body: QuoteBody, options?: CallOptions): Promise<Quote> {
    return (await this.#doors.send('quote', { accountId }, { body }, options)).json as Quote;
  }

  /**
   * Many operations in one request, at most 8192, each with an outcome of its own, in the order of the operations. One
   * that a passing problem met (`account_busy`, …) is not retried by itself: send the whole batch again as it is.
   */
  async batch<const Operations extends readonly Operation[]>(
    operations: Operations,
    options?: CallOptions,
  ): Promise<BatchOutcomes<Operations>> {
    const { json } = await this.#doors.send('batch', {}, { body: { operations: [...operations] } }, options);
    return (json as RouteAnswer<'batch'>).results.map(outcomeOf) as unknown as BatchOutcomes<Operations>;
  }

  /** The stored events of an account with their hashes, from a revision on. */
  listEvents(
    accountId: string,
    query: { readonly from?: number; readonly limit?: number } = {},
    options?: CallOptions,
  ): Promise<EventList> {
    return this.#doors.read('listEvents', { accountId }, { ...query }, options);
  }

  /** Whether the service takes work now; asked once, so that whoever waits for it chooses the pauses. */
  async ready(options: CallOptions = {}): Promise<boolean> {
    try {
      await this.#doors.ask('GET', '/health/ready', undefined, { ...options, retriesMax: 0 });
      return true;
    } catch (error) {
      if (error instanceof UnexpectedAnswer && error.status === 503) return false;
      throw error;
    }
  }
}
