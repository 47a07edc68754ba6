import { z } from 'zod';
import { bounds, currencies } from './kernel/bounds.ts';
import {
  amount,
  body,
  canonical,
  id,
  metadata,
  positiveAmount,
  priceBookName,
  reason,
  time,
  wholeNumber,
} from './kernel/fields.ts';
import { limit, listFrame } from './kernel/lists.ts';
import { get, post, type Route } from './kernel/route.ts';
import { accountProblems, readProblems, writeProblems } from './problems/route-problems.ts';
import { agreedTerms } from './terms.ts';

export const listAccountsQuery = body({ after: id.optional(), limit });

export const openAccountBody = body({
  accountId: id,
  currency: z.enum(currencies, { error: 'the currency is "CNY"' }).optional(),
  timeZone: z.string({ error: 'a time zone is an IANA name' }).min(1).max(bounds.timeZoneCharactersMax).optional(),
  agreementStart: z.iso.date({ error: 'the agreement starts on a date such as 2026-01-29' }).optional(),
  priceBook: priceBookName.optional(),
  creditLimit: amount.optional(),
  limits: body({
    openHolds: wholeNumber(1, bounds.openHoldsMax, 'the limit of open holds').optional(),
    frozen: positiveAmount.optional(),
    dailySpend: positiveAmount.optional(),
  }).optional(),
  metadata: metadata.optional(),
});

export const changeStatusBody = body({ changeId: id, reason });

export const closeBody = body({
  changeId: id,
  reason,
  forfeitPacks: z
    .boolean({ error: 'forfeitPacks is true or false' })
    .meta({ description: 'What is left in packs is lost.' })
    .optional(),
});

function money(description: string): z.ZodString {
  return z.string().meta({ description: `${description} A canonical decimal.` });
}

export const accountStatus = z.enum(['active', 'suspended', 'closed']);

const suspendedFor = z.array(z.enum(['operator', 'arrears']));

/** `available + frozen + settled + packs + withdrawn = deposited + credited`, always. */
export const balance = z.object({
  available: money(
    'What can be frozen now, without credit; below zero where credit is used or a deposit was reversed.',
  ),
  frozen: money('In open holds.'),
  settled: money('Charged to holds, less refunds of charges.'),
  packs: money(
    'Paid for packs, less what was refunded of that. Not what is owed for units: a bill says that of each pack.',
  ),
  deposited: money('Paid in, less reversals.'),
  credited: money('The sum of adjustments; may be below zero.'),
  withdrawn: money('Paid out.'),
});

const limits = z.object({
  openHolds: z.int(),
  frozen: canonical.nullable(),
  dailySpend: canonical.nullable(),
});

const terms = z.object({
  accountId: id,
  currency: z.string(),
  timeZone: z.string(),
  agreementStart: z.string(),
  priceBook: z.string().nullable(),
  creditLimit: canonical,
  limits,
  metadata: metadata.nullable(),
  openedAt: time,
});

/** An account's terms at its opening; the answer to opening it, for ever the same. */
export const openedAccount = terms.extend({ status: accountStatus });

/** An account now. */
export const account = terms.extend({
  ...agreedTerms,
  status: accountStatus,
  suspendedFor,
  balance,
  openHolds: z.int(),
  revision: z.int(),
  asOf: time,
});

/** An account in a list; `error` says why it is out of service, if it is. */
export const listedAccount = account.extend({ error: z.string().nullable() });

export const accountList = z.object({ accounts: z.array(listedAccount), ...listFrame });

export const statusReceipt = z.object({
  accountId: id,
  changeId: id,
  status: accountStatus,
  suspendedFor,
  reason: z.string(),
  recordedAt: time,
});

/** Accounts, from their opening to their end. */
export const accountRoutes = {
  openAccount: post('/v1/accounts', {
    summary: 'Opens an account.',
    body: openAccountBody,
    status: 201,
    answer: openedAccount,
    problems: [...writeProblems, 'invalid_amount', 'account_already_exists'],
  }),
  listAccounts: get('/v1/accounts', {
    summary: 'Lists accounts by id.',
    query: listAccountsQuery,
    answer: accountList,
    problems: ['store_unavailable'],
  }),
  getAccount: get('/v1/accounts/{accountId}', {
    summary: 'An account with its balance, as of now.',
    answer: account,
    problems: [...readProblems, 'account_not_found'],
  }),
  suspend: post('/v1/accounts/{accountId}/suspend', {
    summary: 'Suspends the account: no new holds until it is resumed.',
    body: changeStatusBody,
    answer: statusReceipt,
    problems: [...accountProblems, 'account_closed'],
  }),
  resume: post('/v1/accounts/{accountId}/resume', {
    summary: 'Lifts a suspension by an operator.',
    body: changeStatusBody,
    answer: statusReceipt,
    problems: [...accountProblems, 'account_closed'],
  }),
  close: post('/v1/accounts/{accountId}/close', {
    summary: 'Closes an empty account for ever, once no hold of it can be settled late any more.',
    body: closeBody,
    answer: statusReceipt,
    problems: [...accountProblems, 'account_closed', 'account_not_empty'],
  }),
} satisfies Record<string, Route>;

export type OpenAccountBody = z.infer<typeof openAccountBody>;
export type ChangeStatusBody = z.infer<typeof changeStatusBody>;
export type CloseBody = z.infer<typeof closeBody>;
export type Balance = z.infer<typeof balance>;
export type OpenedAccount = z.infer<typeof openedAccount>;
export type Account = z.infer<typeof account>;
export type AccountList = z.infer<typeof accountList>;
export type StatusReceipt = z.infer<typeof statusReceipt>;
