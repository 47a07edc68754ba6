import { BillDoors } from './bill-doors.ts';
import {
  pageRowsMax,
  type Account,
  type AccountList,
  type AccountProof,
  type AdjustmentBody,
  type AdjustmentReceipt,
  type BalanceAsOf,
  type Budget,
  type BudgetList,
  type ChangeStatusBody,
  type ChangeTermsBody,
  type Checkpoint,
  type CheckpointList,
  type CreatedKey,
  type CreateKeyBody,
  type DepositBody,
  type DepositReceipt,
  type EventList,
  type FailBody,
  type FreezeBody,
  type Hold,
  type HoldList,
  type HoldStatus,
  type Key,
  type KeyList,
  type LogExportBody,
  type LoggedExport,
  type AssignPaymentBody,
  type OpenAccountBody,
  type OpenOrderBody,
  type Order,
  type OrderList,
  type PayBackBody,
  type UnmatchedPayment,
  type UnmatchedPaymentList,
  type UnmatchedStatus,
  type OpenedAccount,
  type Operation,
  type PriceBook,
  type PriceBookList,
  type PublishBookBody,
  type PublishedBook,
  type Quote,
  type QuoteBody,
  type RefundBody,
  type RefundReceipt,
  type ReleaseBody,
  type ReversalBody,
  type ReversalReceipt,
  type RouteAnswer,
  type SetBudgetBody,
  type TakePackBody,
  type Pack,
  type PackList,
  type PackRefund,
  type RefundPackBody,
  type CloseBody,
  type SettleBody,
  type StatusReceipt,
  type TermsReceipt,
  type SetWarningsBody,
  type WarningList,
  type WithdrawalBody,
  type WithdrawalReceipt,
} from '#contract';
import { outcomeOf, type BatchOutcomes } from './batch.ts';
import { Doors, wasReplayed, type CallOptions, type Done, type HoldfastClientOptions } from './doors.ts';
import { HoldNotOpen, UnexpectedAnswer } from './errors.ts';
import { WebhookDoors } from './webhook-doors.ts';

/** One page: rows after the named one, `limit` from 1 to 500, 100 if omitted. */
export interface PageQuery {
  readonly after?: string;
  readonly limit?: number;
}

/**
 * The doors of Holdfast, one method each, named as in the route catalogue.
 *
 * **Retries.** A call has one deadline (`timeoutMs`, 10 s by default), within which it is tried again after a lost
 * connection, a try without an answer (`tryTimeoutMs`, 4 s), and every problem that may pass: 503, 500, and 429 where
 * the catalogue says so. It pauses longer each time, with jitter, and at least as long as `Retry-After` asks.
 * Repeating is safe because the caller chooses the ids: whatever is sent twice with the same id and the same content
 * happens once and is answered alike, for ever. So every try sends the same bytes, and a program that was killed sends
 * its request again instead of asking what became of it. Never make a new id for a repetition. The one exception is
 * {@link HoldfastClient.createKey}, whose id the service makes; it is tried once.
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
  readonly #doors: Doors;

  /** @throws TypeError if the address is no http or https URL, or the key has characters that no header may have */
  constructor(options: HoldfastClientOptions) {
    this.#doors = new Doors(options);
    this.webhooks = new WebhookDoors(this.#doors);
    this.bills = new BillDoors(this.#doors);
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

  /** Takes a deposit back, all that is left of it without an amount. Scope `operator`. */
  reverseDeposit(
    accountId: string,
    depositId: string,
    body: ReversalBody,
    options?: CallOptions,
  ): Promise<Done<ReversalReceipt>> {
    return this.#doors.command('reverseDeposit', { accountId, depositId }, body, options);
  }

  /** Gives back money of a charge, in total at most what was charged. Scope `operator`. */
  refund(accountId: string, holdId: string, body: RefundBody, options?: CallOptions): Promise<Done<RefundReceipt>> {
    return this.#doors.command('refund', { accountId, holdId }, body, options);
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

  /** Opens an order to top the account up; it can be paid for 24 hours. Scope `operator`. */
  openOrder(accountId: string, body: OpenOrderBody, options?: CallOptions): Promise<Done<Order>> {
    return this.#doors.command('openOrder', { accountId }, body, options);
  }

  /** An order, as of now. */
  getOrder(accountId: string, orderId: string, options?: CallOptions): Promise<Order> {
    return this.#doors.read('getOrder', { accountId, orderId }, {}, options);
  }

  /** Lists the orders of an account in the order of their opening. */
  listOrders(accountId: string, query: PageQuery = {}, options?: CallOptions): Promise<OrderList> {
    return this.#doors.read('listOrders', { accountId }, { ...query }, options);
  }

  /** Lists payments that no order takes, in the order in which they were recorded. Scope `operator` or `auditor`. */
  listUnmatchedPayments(
    query: PageQuery & { readonly status?: UnmatchedStatus } = {},
    options?: CallOptions,
  ): Promise<UnmatchedPaymentList> {
    return this.#doors.read('listUnmatchedPayments', {}, { ...query }, options);
  }

  /** Deposits an unmatched payment into an account. Scope `operator`. */
  assignPayment(paymentId: string, body: AssignPaymentBody, options?: CallOptions): Promise<Done<UnmatchedPayment>> {
    return this.#doors.command('assignPayment', { paymentId }, body, options);
  }

  /** Records that an unmatched payment was paid back to where it came from. Scope `operator`. */
  payBackPayment(paymentId: string, body: PayBackBody, options?: CallOptions): Promise<Done<UnmatchedPayment>> {
    return this.#doors.command('payBackPayment', { paymentId }, body, options);
  }

  /** Buys a resource pack, grants one with a reason, or takes one to try. Scope `operator`. */
  takePack(accountId: string, body: TakePackBody, options?: CallOptions): Promise<Done<Pack>> {
    return this.#doors.command('takePack', { accountId }, body, options);
  }

  /** Lists the packs of an account in the order in which they came, as of now. */
  listPacks(accountId: string, query: PageQuery = {}, options?: CallOptions): Promise<PackList> {
    return this.#doors.read('listPacks', { accountId }, { ...query }, options);
  }

  /** Gives the money of a pack back to available, and ends the pack. Scope `operator`. */
  refundPack(
    accountId: string,
    packId: string,
    body: RefundPackBody,
    options?: CallOptions,
  ): Promise<Done<PackRefund>> {
    return this.#doors.command('refundPack', { accountId, packId }, body, options);
  }

  /**
   * Sets what a budget allows in each of its periods. Scope `operator`. It has no id: of two programs that set the same
   * budget the last one counts, also when its call was a repetition.
   */
  setBudget(accountId: string, name: string, body: SetBudgetBody, options?: CallOptions): Promise<Done<Budget>> {
    return this.#doors.command('setBudget', { accountId, name }, body, options);
  }

  /** Sets when the account is to be warned of: a change of its terms; null takes a threshold away. Scope `operator`. */
  setWarnings(accountId: string, body: SetWarningsBody, options?: CallOptions): Promise<Done<TermsReceipt>> {
    return this.#doors.command('setWarnings', { accountId }, body, options);
  }

  /** The warnings of an account from a revision on. Lists may be a moment behind. */
  listWarnings(
    accountId: string,
    query: { readonly from?: number; readonly limit?: number } = {},
    options?: CallOptions,
  ): Promise<WarningList> {
    return this.#doors.read('listWarnings', { accountId }, { ...query }, options);
  }

  /** Lists the budgets of an account by name, with what is used of them now. */
  listBudgets(accountId: string, query: PageQuery = {}, options?: CallOptions): Promise<BudgetList> {
    return this.#doors.read('listBudgets', { accountId }, { ...query }, options);
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

  /** Publishes the next version of a price book; it moves no account. Scope `operator`. */
  publishPriceBook(body: PublishBookBody, options?: CallOptions): Promise<Done<PublishedBook>> {
    return this.#doors.command('publishPriceBook', {}, body, options);
  }

  /** All versions of all price books. */
  listPriceBooks(options?: CallOptions): Promise<PriceBookList> {
    return this.#doors.read('listPriceBooks', {}, {}, options);
  }

  /** A price book: `name` for its newest version, or `name@version`. */
  getPriceBook(priceBook: string, options?: CallOptions): Promise<PriceBook> {
    return this.#doors.read('getPriceBook', { priceBook }, {}, options);
  }

  /** A checkpoint that covers everything so far: the newest, or one that is signed now. Scope `operator`. */
  async makeCheckpoint(options?: CallOptions): Promise<Checkpoint> {
    return (await this.#doors.send('makeCheckpoint', {}, {}, options)).json as Checkpoint;
  }

  /** The checkpoints, newest first, with every key that ever signed. */
  listCheckpoints(
    query: { readonly before?: number; readonly limit?: number } = {},
    options?: CallOptions,
  ): Promise<CheckpointList> {
    return this.#doors.read('listCheckpoints', {}, { ...query }, options);
  }

  /** Proves that the history of an account is part of the newest checkpoint. */
  getProof(accountId: string, options?: CallOptions): Promise<AccountProof> {
    return this.#doors.read('getProof', { accountId }, {}, options);
  }

  /** Writes down who exported what. Scope `auditor`. */
  logExport(body: LogExportBody, options?: CallOptions): Promise<Done<LoggedExport>> {
    return this.#doors.command('logExport', {}, body, options);
  }

  /**
   * Makes an API key; the answer shows it this once. Scope `admin`. Tried once, whatever happens, because a second try
   * could make a second key: after an error look at {@link HoldfastClient.listKeys} and revoke what nobody holds.
   */
  async createKey(body: CreateKeyBody, options?: CallOptions): Promise<CreatedKey> {
    return (await this.#doors.send('createKey', {}, { body }, { ...options, retriesMax: 0 })).json as CreatedKey;
  }

  /** All API keys, revoked ones included, without their secrets. Scope `admin`. */
  listKeys(options?: CallOptions): Promise<KeyList> {
    return this.#doors.read('listKeys', {}, {}, options);
  }

  /** Revokes an API key at once. Scope `admin`. */
  revokeKey(keyId: string, options?: CallOptions): Promise<Key> {
    return this.#doors.read('revokeKey', { keyId }, {}, options);
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
