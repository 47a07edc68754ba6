import type { z } from 'zod';
import {
  account,
  accountList,
  adjustmentBody,
  adjustmentReceipt,
  changeStatusBody,
  depositBody,
  depositReceipt,
  openAccountBody,
  openedAccount,
  statusReceipt,
  withdrawalBody,
  withdrawalReceipt,
} from './accounts.ts';
import { batchAnswer, batchBody } from './batch.ts';
import {
  balanceAsOf,
  failBody,
  freezeBody,
  hold,
  holdList,
  quote,
  quoteBody,
  releaseBody,
  settleBody,
} from './holds.ts';
import { failed, frozen, looked, moneyIn, onAccount, released, settled, written } from './door-problems.ts';
import type { ProblemCode } from './problems.ts';
import { balanceQuery, eventsQuery, listAccountsQuery, listHoldsQuery } from './queries.ts';
import {
  createdKey,
  createKeyBody,
  eventList,
  key,
  keyList,
  priceBook,
  priceBookList,
  type Scope,
} from './registers.ts';

/** One door of the service. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `{parameters}` as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  /** A key needs one of these. */
  readonly scopes: readonly Scope[];
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  readonly status: 200 | 201;
  readonly answer: z.ZodType;
  /** What this door may say besides what every door may. */
  readonly problems: readonly ProblemCode[];
}

const reads: readonly Scope[] = ['gateway', 'operator', 'auditor'];

/** Every door under `/v1`: what the service serves, whom it lets in, and what the documents say. */
export const routes = {
  openAccount: {
    method: 'POST',
    path: '/v1/accounts',
    summary: 'Opens an account.',
    scopes: ['operator'],
    body: openAccountBody,
    status: 201,
    answer: openedAccount,
    problems: [...written, 'invalid_amount', 'account_already_exists'],
  },
  listAccounts: {
    method: 'GET',
    path: '/v1/accounts',
    summary: 'Lists accounts by id.',
    scopes: reads,
    query: listAccountsQuery,
    status: 200,
    answer: accountList,
    problems: ['clock_unsure', 'store_unavailable'],
  },
  getAccount: {
    method: 'GET',
    path: '/v1/accounts/{accountId}',
    summary: 'An account with its balance, as of now.',
    scopes: reads,
    status: 200,
    answer: account,
    problems: [...looked, 'account_not_found'],
  },
  getBalance: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/balance',
    summary: 'The balance and the open holds as of a time or a revision.',
    scopes: reads,
    query: balanceQuery,
    status: 200,
    answer: balanceAsOf,
    problems: [...looked, 'account_not_found'],
  },
  deposit: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/deposits',
    summary: 'Adds money that was paid in.',
    scopes: ['operator'],
    body: depositBody,
    status: 201,
    answer: depositReceipt,
    problems: moneyIn,
  },
  withdraw: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/withdrawals',
    summary: 'Takes money out that is paid back.',
    scopes: ['operator'],
    body: withdrawalBody,
    status: 201,
    answer: withdrawalReceipt,
    problems: [...moneyIn, 'account_suspended', 'insufficient_available_balance'],
  },
  adjust: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/adjustments',
    summary: 'Corrects the balance by an amount, with a reason.',
    scopes: ['operator'],
    body: adjustmentBody,
    status: 201,
    answer: adjustmentReceipt,
    problems: moneyIn,
  },
  suspend: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/suspend',
    summary: 'Suspends the account: no new holds until it is resumed.',
    scopes: ['operator'],
    body: changeStatusBody,
    status: 200,
    answer: statusReceipt,
    problems: [...onAccount, 'account_closed'],
  },
  resume: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/resume',
    summary: 'Lifts a suspension by an operator.',
    scopes: ['operator'],
    body: changeStatusBody,
    status: 200,
    answer: statusReceipt,
    problems: [...onAccount, 'account_closed'],
  },
  close: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/close',
    summary: 'Closes an empty account for ever.',
    scopes: ['operator'],
    body: changeStatusBody,
    status: 200,
    answer: statusReceipt,
    problems: [...onAccount, 'account_closed', 'account_not_empty'],
  },
  freeze: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/holds',
    summary: 'Freezes the fee of a verification before it is asked for.',
    scopes: ['gateway'],
    body: freezeBody,
    status: 201,
    answer: hold,
    problems: frozen,
  },
  listHolds: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/holds',
    summary: 'Lists the holds of an account in the order of their opening.',
    scopes: reads,
    query: listHoldsQuery,
    status: 200,
    answer: holdList,
    problems: ['clock_unsure', 'store_unavailable'],
  },
  getHold: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/holds/{holdId}',
    summary: 'A hold, as of now.',
    scopes: reads,
    status: 200,
    answer: hold,
    problems: [...looked, 'account_not_found', 'hold_not_found'],
  },
  settle: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/holds/{holdId}/settle',
    summary: 'Ends a hold because the verification completed, and charges it.',
    scopes: ['gateway'],
    body: settleBody,
    status: 200,
    answer: hold,
    problems: settled,
  },
  fail: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/holds/{holdId}/fail',
    summary: 'Records that a call failed; the hold stays open until its deadline.',
    scopes: ['gateway'],
    body: failBody,
    status: 200,
    answer: hold,
    problems: failed,
  },
  release: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/holds/{holdId}/release',
    summary: 'Ends a hold because its credential was never issued.',
    scopes: ['gateway', 'operator'],
    body: releaseBody,
    status: 200,
    answer: hold,
    problems: released,
  },
  quote: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/quotes',
    summary: 'What a freeze would take now. Writes nothing, promises nothing.',
    scopes: reads,
    body: quoteBody,
    status: 200,
    answer: quote,
    problems: [
      ...looked,
      'payload_too_large',
      'unsupported_media_type',
      'account_not_found',
      'unknown_product',
      'price_not_agreed',
    ],
  },
  batch: {
    method: 'POST',
    path: '/v1/batch',
    summary: 'Many operations in one request, each with an outcome of its own.',
    scopes: ['gateway', 'operator'],
    body: batchBody,
    status: 200,
    answer: batchAnswer,
    problems: ['payload_too_large', 'unsupported_media_type', 'overloaded'],
  },
  listEvents: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/events',
    summary: 'The stored events of an account with their hashes.',
    scopes: reads,
    query: eventsQuery,
    status: 200,
    answer: eventList,
    problems: ['account_not_found', 'store_unavailable'],
  },
  listPriceBooks: {
    method: 'GET',
    path: '/v1/price-books',
    summary: 'All versions of all price books.',
    scopes: reads,
    status: 200,
    answer: priceBookList,
    problems: [],
  },
  getPriceBook: {
    method: 'GET',
    path: '/v1/price-books/{priceBook}',
    summary: 'A price book: its newest version, or name@version.',
    scopes: reads,
    status: 200,
    answer: priceBook,
    problems: ['price_book_not_found'],
  },
  createKey: {
    method: 'POST',
    path: '/v1/keys',
    summary: 'Makes an API key; the answer shows it this once.',
    scopes: ['admin'],
    body: createKeyBody,
    status: 201,
    answer: createdKey,
    problems: [...written, 'too_many_keys'],
  },
  listKeys: {
    method: 'GET',
    path: '/v1/keys',
    summary: 'All API keys, revoked ones included, without their secrets.',
    scopes: ['admin'],
    status: 200,
    answer: keyList,
    problems: [],
  },
  revokeKey: {
    method: 'DELETE',
    path: '/v1/keys/{keyId}',
    summary: 'Revokes an API key at once.',
    scopes: ['admin'],
    status: 200,
    answer: key,
    problems: ['key_not_found', 'store_unavailable', 'clock_unsure'],
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

/** What a caller sends to a door; `undefined` where a door takes no body. */
export type RouteBody<Name extends RouteName> = (typeof routes)[Name] extends { readonly body: infer Body }
  ? z.input<Body>
  : undefined;

/** What a door answers when it says yes. */
export type RouteAnswer<Name extends RouteName> = z.output<(typeof routes)[Name]['answer']>;
