import {
  pageRowsMax,
  routes,
  type Account,
  type AccountList,
  type AdjustmentBody,
  type AdjustmentReceipt,
  type BalanceAsOf,
  type ChangeStatusBody,
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
  type OpenAccountBody,
  type OpenedAccount,
  type Operation,
  type PriceBook,
  type PriceBookList,
  type Quote,
  type QuoteBody,
  type ReleaseBody,
  type Route,
  type RouteAnswer,
  type RouteBody,
  type RouteName,
  type SettleBody,
  type StatusReceipt,
  type WithdrawalBody,
  type WithdrawalReceipt,
} from '#contract';
import { addressOf, type PathParameters, type QueryValues } from './address.ts';
import { outcomeOf, type BatchOutcomes } from './batch.ts';
import { call, type CallLimits, type Yes } from './call.ts';
import { HoldNotOpen, UnexpectedAnswer } from './errors.ts';

export interface HoldfastClientOptions extends Partial<CallLimits> {
  /** Where the service is, e.g. `http://127.0.0.1:3000`; a path before `/v1` is kept. */
  readonly baseUrl: string;
  /** The text of an API key. */
  readonly key: string;
  /** Another `fetch`, e.g. one with a proxy. It must heed its signal. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Limits of this one call instead of the client's, and a signal by which it can be given up. */
export interface CallOptions extends Partial<CallLimits> {
  readonly signal?: AbortSignal | undefined;
}

/** What a command came to. */
export interface Done<Value> {
  /** The same for ever, however often the command is sent: what came of it when it was carried out. */
  readonly value: Value;
  /** It had been carried out before, by an earlier call or by an earlier try of this one; this time nothing happened. */
  readonly replayed: boolean;
}

/** One page: rows after the named one, `limit` from 1 to 500, 100 if omitted. */
export interface PageQuery {
  readonly after?: string;
  readonly limit?: number;
}

const defaultLimits: CallLimits = { timeoutMs: 10_000, tryTimeoutMs: 4_000, retriesMax: 10 };

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
  readonly #baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #limits: CallLimits;
  readonly #fetch: typeof globalThis.fetch;

  /** @throws TypeError if the address is no http or https URL, or the key has characters that no header may have */
  constructor({ baseUrl, key, fetch, ...limits }: HoldfastClientOptions) {
    const { protocol, origin, pathname } = new URL(baseUrl);
    if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('baseUrl is an http or https URL');
    if (!/^[\x21-\x7e]+$/.test(key)) throw new TypeError('key has visible ASCII characters only');
    this.#baseUrl = `${origin}${pathname.replace(/\/+$/, '')}`;
    this.#headers = { authorization: `Bearer ${key}`, accept: 'application/json, application/problem+json' };
    this.#limits = withLimits(defaultLimits, limits);
    this.#fetch = fetch ?? globalThis.fetch.bind(globalThis);
  }

  /** Opens an account. Scope `operator`. */
  openAccount(body: OpenAccountBody, options?: CallOptions): Promise<Done<OpenedAccount>> {
    return this.#command('openAccount', {}, body, options);
  }

  /** Lists accounts by id. */
  listAccounts(query: PageQuery = {}, options?: CallOptions): Promise<AccountList> {
    return this.#read('listAccounts', {}, { ...query }, options);
  }

  /** An account with its balance, as of now. */
  getAccount(accountId: string, options?: CallOptions): Promise<Account> {
    return this.#read('getAccount', { accountId }, {}, options);
  }

  /** The balance and the open holds as of a time or after a revision; as of now without either. */
  getBalance(
    accountId: string,
    moment: { readonly at?: string; readonly revision?: number } = {},
    options?: CallOptions,
  ): Promise<BalanceAsOf> {
    return this.#read('getBalance', { accountId }, { ...moment }, options);
  }

  /** Adds money that was paid in. Scope `operator`. */
  deposit(accountId: string, body: DepositBody, options?: CallOptions): Promise<Done<DepositReceipt>> {
    return this.#command('deposit', { accountId }, body, options);
  }

  /** Takes money out that is paid back. Scope `operator`. */
  withdraw(accountId: string, body: WithdrawalBody, options?: CallOptions): Promise<Done<WithdrawalReceipt>> {
    return this.#command('withdraw', { accountId }, body, options);
  }

  /** Corrects the balance by an amount, with a reason. Scope `operator`. */
  adjust(accountId: string, body: AdjustmentBody, options?: CallOptions): Promise<Done<AdjustmentReceipt>> {
    return this.#command('adjust', { accountId }, body, options);
  }

  /** No new holds until the account is resumed. Scope `operator`. */
  suspend(accountId: string, body: ChangeStatusBody, options?: CallOptions): Promise<Done<StatusReceipt>> {
    return this.#command('suspend', { accountId }, body, options);
  }

  /** Lifts a suspension by an operator. Scope `operator`. */
  resume(accountId: string, body: ChangeStatusBody, options?: CallOptions): Promise<Done<StatusReceipt>> {
    return this.#command('resume', { accountId }, body, options);
  }

  /** Closes an empty account for ever. Scope `operator`. */
  close(accountId: string, body: ChangeStatusBody, options?: CallOptions): Promise<Done<StatusReceipt>> {
    return this.#command('close', { accountId }, body, options);
  }

  /**
   * Freezes the fee of a verification before it is asked for. Scope `gateway`.
   *
   * @throws HoldNotOpen if it was carried out before and the hold has ended since: nobody verifies on a dead hold
   */
  async freeze(accountId: string, body: FreezeBody, options?: CallOptions): Promise<Done<Hold>> {
    const { headers, json } = await this.#send('freeze', { accountId }, { body }, options);
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
    return this.#command('settle', { accountId, holdId }, body, options);
  }

  /** Records that a call failed; the hold stays open until its deadline. Scope `gateway`. */
  fail(accountId: string, holdId: string, body: FailBody, options?: CallOptions): Promise<Done<Hold>> {
    return this.#command('fail', { accountId, holdId }, body, options);
  }

  /** Ends a hold because its credential was never issued. Scope `gateway` or `operator`. */
  release(accountId: string, holdId: string, body: ReleaseBody, options?: CallOptions): Promise<Done<Hold>> {
    return this.#command('release', { accountId, holdId }, body, options);
  }

  /** A hold, as of now. */
  getHold(accountId: string, holdId: string, options?: CallOptions): Promise<Hold> {
    return this.#read('getHold', { accountId, holdId }, {}, options);
  }

  /** Lists the holds of an account in the order of their opening. Lists may be a moment behind; `asOf` says how far. */
  listHolds(
    accountId: string,
    query: PageQuery & { readonly status?: HoldStatus } = {},
    options?: CallOptions,
  ): Promise<HoldList> {
    return this.#read('listHolds', { accountId }, { ...query }, options);
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
    return (await this.#send('quote', { accountId }, { body }, options)).json as Quote;
  }

  /**
   * Many operations in one request, at most 8192, each with an outcome of its own, in the order of the operations. One
   * that a passing problem met (`account_busy`, …) is not retried by itself: send the whole batch again as it is. See
   * {@link holdsNotOpen} for replayed freezes.
   */
  async batch<const Operations extends readonly Operation[]>(
    operations: Operations,
    options?: CallOptions,
  ): Promise<BatchOutcomes<Operations>> {
    const { json } = await this.#send('batch', {}, { body: { operations: [...operations] } }, options);
    return (json as RouteAnswer<'batch'>).results.map(outcomeOf) as unknown as BatchOutcomes<Operations>;
  }

  /** The stored events of an account with their hashes, from a revision on. */
  listEvents(
    accountId: string,
    query: { readonly from?: number; readonly limit?: number } = {},
    options?: CallOptions,
  ): Promise<EventList> {
    return this.#read('listEvents', { accountId }, { ...query }, options);
  }

  /** All versions of all price books. */
  listPriceBooks(options?: CallOptions): Promise<PriceBookList> {
    return this.#read('listPriceBooks', {}, {}, options);
  }

  /** A price book: `name` for its newest version, or `name@version`. */
  getPriceBook(priceBook: string, options?: CallOptions): Promise<PriceBook> {
    return this.#read('getPriceBook', { priceBook }, {}, options);
  }

  /**
   * Makes an API key; the answer shows it this once. Scope `admin`. Tried once, whatever happens, because a second try
   * could make a second key: after an error look at {@link HoldfastClient.listKeys} and revoke what nobody holds.
   */
  async createKey(body: CreateKeyBody, options?: CallOptions): Promise<CreatedKey> {
    return (await this.#send('createKey', {}, { body }, { ...options, retriesMax: 0 })).json as CreatedKey;
  }

  /** All API keys, revoked ones included, without their secrets. Scope `admin`. */
  listKeys(options?: CallOptions): Promise<KeyList> {
    return this.#read('listKeys', {}, {}, options);
  }

  /** Revokes an API key at once. Scope `admin`. */
  revokeKey(keyId: string, options?: CallOptions): Promise<Key> {
    return this.#read('revokeKey', { keyId }, {}, options);
  }

  /** Whether the service takes work now; asked once, so that whoever waits for it chooses the pauses. */
  async ready(options: CallOptions = {}): Promise<boolean> {
    try {
      await this.#call('GET', '/health/ready', undefined, { ...options, retriesMax: 0 });
      return true;
    } catch (error) {
      if (error instanceof UnexpectedAnswer && error.status === 503) return false;
      throw error;
    }
  }

  async #read<Name extends RouteName>(
    name: Name,
    parameters: PathParameters<(typeof routes)[Name]['path']>,
    query: QueryValues,
    options: CallOptions | undefined,
  ): Promise<RouteAnswer<Name>> {
    return (await this.#send(name, parameters, { query }, options)).json as RouteAnswer<Name>;
  }

  async #command<Name extends RouteName>(
    name: Name,
    parameters: PathParameters<(typeof routes)[Name]['path']>,
    body: RouteBody<Name>,
    options: CallOptions | undefined,
  ): Promise<Done<RouteAnswer<Name>>> {
    const { headers, json } = await this.#send(name, parameters, { body }, options);
    return { value: json as RouteAnswer<Name>, replayed: wasReplayed(headers) };
  }

  async #send<Name extends RouteName>(
    name: Name,
    parameters: PathParameters<(typeof routes)[Name]['path']>,
    { body, query }: { readonly body?: RouteBody<Name>; readonly query?: QueryValues },
    options: CallOptions = {},
  ): Promise<Yes> {
    const { method, path }: Route = routes[name];
    const address = addressOf(path, parameters as Readonly<Record<string, string>>, query);
    return this.#call(method, address, body, options);
  }

  #call(method: string, address: string, body: unknown, options: CallOptions): Promise<Yes> {
    return call({
      ...withLimits(this.#limits, options),
      url: this.#baseUrl + address,
      method,
      headers: body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.signal,
      fetch: this.#fetch,
    });
  }
}

function wasReplayed(headers: Headers): boolean {
  return headers.get('idempotent-replayed') === 'true';
}

function withLimits(limits: CallLimits, { timeoutMs, tryTimeoutMs, retriesMax }: Partial<CallLimits>): CallLimits {
  return {
    timeoutMs: timeoutMs ?? limits.timeoutMs,
    tryTimeoutMs: tryTimeoutMs ?? limits.tryTimeoutMs,
    retriesMax: retriesMax ?? limits.retriesMax,
  };
}
