import { problemDetails } from './problem-details.ts';

/**
 * Every way in which a route can say no, in one place: the answers, the documents and the client are made from this list.
 *
 * `retry`: the very same request may succeed later; such answers carry `Retry-After`.
 */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not well formed', retry: false },
  invalid_amount: { status: 400, title: 'An amount is not a decimal string within its bounds', retry: false },
  unauthenticated: { status: 401, title: 'The API key is missing, unknown, expired or revoked', retry: false },
  signature_invalid: { status: 401, title: 'The notice is not signed by its channel, or not just now', retry: false },
  insufficient_available_balance: { status: 402, title: 'The available balance is not enough', retry: false },
  spend_limit_exceeded: { status: 402, title: 'The daily spend limit would be exceeded', retry: false },
  frozen_limit_exceeded: { status: 402, title: 'The limit of frozen money would be exceeded', retry: false },
  budget_exceeded: { status: 402, title: 'The budget would be exceeded', retry: false },
  forbidden: { status: 403, title: 'The API key may not do this', retry: false },
  account_suspended: { status: 403, title: 'The account is suspended', retry: false },
  not_found: { status: 404, title: 'There is no such route', retry: false },
  account_not_found: { status: 404, title: 'There is no such account', retry: false },
  hold_not_found: { status: 404, title: 'There is no such hold', retry: false },
  bill_not_found: { status: 404, title: 'There is no such bill', retry: false },
  deposit_not_found: { status: 404, title: 'There is no such deposit', retry: false },
  order_not_found: { status: 404, title: 'There is no such order', retry: false },
  channel_not_found: { status: 404, title: 'There is no such channel', retry: false },
  unmatched_payment_not_found: { status: 404, title: 'There is no such unmatched payment', retry: false },
  pack_not_found: { status: 404, title: 'There is no such pack', retry: false },
  key_not_found: { status: 404, title: 'There is no such API key', retry: false },
  price_book_not_found: { status: 404, title: 'There is no such price book', retry: false },
  checkpoint_not_found: { status: 404, title: 'There is no checkpoint that covers this yet', retry: false },
  webhook_not_found: { status: 404, title: 'There is no such webhook', retry: false },
  method_not_allowed: { status: 405, title: 'The path does not take this method', retry: false },
  not_acceptable: { status: 406, title: 'The answer cannot be had in a form that Accept takes', retry: false },
  request_timeout: { status: 408, title: 'The request took too long to arrive', retry: true },
  account_already_exists: { status: 409, title: 'The account exists already, with other terms', retry: false },
  idempotency_conflict: { status: 409, title: 'The id was used before, for something else', retry: false },
  hold_already_settled: { status: 409, title: 'The hold is settled', retry: false },
  hold_already_released: { status: 409, title: 'The hold is released', retry: false },
  hold_expired: { status: 409, title: 'The hold has expired', retry: false },
  account_closed: { status: 409, title: 'The account is closed', retry: false },
  account_not_empty: { status: 409, title: 'The account is not empty', retry: false },
  credential_outstanding: { status: 409, title: 'A credential was issued and may still be used', retry: false },
  order_closed: { status: 409, title: 'The order is closed', retry: false },
  order_already_paid: { status: 409, title: 'The order is paid', retry: false },
  payment_differs: { status: 409, title: 'The payment is another than was asked for', retry: false },
  payment_claimed: {
    status: 409,
    title: 'The transaction is claimed for another account, or for an order that may still take it',
    retry: false,
  },
  deposit_already_recorded: { status: 409, title: 'The transaction was deposited by hand', retry: false },
  unmatched_payment_ended: {
    status: 409,
    title: 'The unmatched payment is assigned or paid back, or about to be assigned',
    retry: false,
  },
  pack_in_use: { status: 409, title: 'A hold has units of the pack, or could still be settled from it', retry: false },
  pack_not_refundable: { status: 409, title: 'The pack cannot be refunded, or not by as much', retry: false },
  trial_already_taken: { status: 409, title: 'A trial pack of the family was taken before', retry: false },
  foreign_signing_key: {
    status: 409,
    title: 'This process signs with another key than the ledger',
    retry: false,
  },
  webhook_already_exists: { status: 409, title: 'There is or was a webhook of this id', retry: false },
  payload_too_large: { status: 413, title: 'The body is too large', retry: false },
  unsupported_media_type: { status: 415, title: 'The body is not application/json', retry: false },
  settle_amount_exceeds_hold: { status: 422, title: 'More would be charged than was frozen', retry: false },
  refund_exceeds_charge: { status: 422, title: 'More would be given back than was charged', retry: false },
  reversal_exceeds_deposit: {
    status: 422,
    title: 'More would be taken back than is left of the deposit',
    retry: false,
  },
  completed_at_invalid: {
    status: 422,
    title: 'The time of completion is not within the life of the hold',
    retry: false,
  },
  unknown_product: { status: 422, title: 'The price book of the account does not have the product', retry: false },
  price_not_agreed: { status: 422, title: 'The price of the product is not agreed with the account', retry: false },
  unknown_budget: { status: 422, title: 'The account does not have the budget', retry: false },
  unknown_channel: { status: 422, title: 'The service takes no word from the channel', retry: false },
  balance_out_of_range: { status: 422, title: 'A balance would leave its range', retry: false },
  webhook_url_refused: { status: 422, title: 'Nothing may be sent to this URL', retry: false },
  linked_group_too_large: { status: 422, title: 'The linked group does not fit into one append', retry: false },
  account_quarantined: {
    status: 423,
    title: 'The account is out of service: its history has to be looked at',
    retry: false,
  },
  linked_operation_failed: { status: 424, title: 'Another operation of the linked group failed', retry: false },
  too_many_open_holds: {
    status: 429,
    title: 'The account has as many open holds as it may, by number or by memory',
    retry: true,
  },
  too_many_attempts: { status: 429, title: 'The hold has as many failed calls as it may', retry: false },
  too_many_budgets: { status: 429, title: 'The account has as many budgets as it may', retry: false },
  too_many_open_orders: { status: 429, title: 'The account has as many open orders as it may', retry: true },
  too_many_packs: { status: 429, title: 'The account has as many packs as it may', retry: false },
  too_many_price_books: { status: 429, title: 'There are as many price books as there may be', retry: false },
  too_many_keys: { status: 429, title: 'There are as many API keys as there may be', retry: false },
  too_many_webhooks: { status: 429, title: 'There are as many webhooks as there may be', retry: false },
  internal_error: { status: 500, title: 'Something broke that should not', retry: true },
  account_busy: { status: 503, title: 'Others write to the account all the time', retry: true },
  store_unavailable: {
    status: 503,
    title: 'The event store cannot be reached; the request may or may not have taken effect',
    retry: true,
  },
  clock_untrusted: { status: 503, title: 'The clock cannot be trusted at present', retry: true },
  overloaded: { status: 503, title: 'More waits than can be worked on', retry: true },
} as const satisfies Record<string, { readonly status: number; readonly title: string; readonly retry: boolean }>;

export type ProblemCode = keyof typeof problems;

/** What is wrong with one field of a request. */
export interface FieldError {
  /** JSON pointer into the body, the path parameters or the query, e.g. `/limits/frozen`. */
  readonly pointer: string;
  readonly detail: string;
}

/** A problem as RFC 9457 has it, with the code and whatever facts the code brings along. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: ProblemCode;
  /** The field of the request that the problem is about. */
  readonly field?: string;
  /** Every error of a malformed request. */
  readonly errors?: readonly FieldError[];
  readonly [fact: string]: unknown;
}

export const problemMediaType = 'application/problem+json';

/** Seconds after which a request that met a passing problem may be sent again. */
export const retryAfterSeconds = 1;

/** Makes a problem of its code; `detail` says what is the matter in this case, or what is mostly, with the facts. */
export function createProblem(
  code: ProblemCode,
  more: { readonly detail?: string; readonly [fact: string]: unknown } = {},
): Problem {
  const { status, title } = problems[code];
  const { detail = writeDetail(code, more), ...facts } = more;
  return { type: `urn:holdfast:problem:${code}`, title, status, detail, code, ...facts };
}

/** Does not compile where a code has none. */
const details: Readonly<Record<ProblemCode, string>> = problemDetails;

function writeDetail(code: ProblemCode, facts: Readonly<Record<string, unknown>>): string {
  return withFacts(details[code], facts);
}

/** A sentence with the facts of the case behind it. */
export function withFacts(text: string, facts: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(facts).filter(([name, fact]) => name !== 'field' && isPlain(fact));
  return shown.length === 0 ? text : `${text} (${shown.map(([name, fact]) => `${name}: ${String(fact)}`).join(', ')})`;
}

function isPlain(fact: unknown): boolean {
  return typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean';
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}
