import { z } from 'zod';
import { body, id, time } from '../kernel/fields.ts';
import { afterRevisionQuery } from '../kernel/lists.ts';
import { get, post, type Route } from '../kernel/route.ts';
import { readProblems } from '../problems/route-problems.ts';
import { amount, arrears, content, date, entry, revision } from './content.ts';

const documents = ['application/json', 'text/csv', 'text/html'] as const;

/** Without `to` up to yesterday; without `from` the 31 days up to `to`. */
export const billsQuery = body({ from: date.optional(), to: date.optional() });

export const billRunBody = body({ date });

/** A bill as it was issued. */
export const billSummary = z.object({
  date,
  from: time.meta({ description: 'First instant of the day in the account’s time zone.' }),
  until: time.meta({ description: 'First instant that no longer belongs to it.' }),
  issuedAt: time,
  owed: amount.meta({
    description: 'What the customer had to pay for all billed days together at the moment of issue; never below zero.',
  }),
  arrears,
  firstRevision: revision.meta({ description: 'Of the first event of the day.' }),
  lastRevision: revision.meta({ description: 'Of the last event of the day.' }),
  chainHash: z.string().meta({ description: 'Of the event at `lastRevision`.' }),
});

export const billList = z.object({ accountId: id, bills: z.array(billSummary) });

/** Entries whose line has the same kind, product, price, source and pack add up to it. */
export const billEntries = z.object({
  accountId: id,
  date,
  entries: z.array(entry),
  after: z.int().nullable().meta({ description: 'Ask on with ?after=… ; null at the end of the bill.' }),
});

const ofAccount = {
  format: z.string().meta({ description: '`holdfast-bill-2` and such: a bill keeps the form that it was issued in.' }),
  accountId: id,
  currency: z.string(),
  timeZone: z.string(),
} as const;

/** A bill as a document: the same bytes whenever it is asked for. */
export const bill = z.object({
  ...ofAccount,
  number: z.string().optional().meta({ description: 'What people call the bill by. Not in format 1.' }),
  ...billSummary.shape,
  ...content,
});

export const statement = z.object({
  ...ofAccount,
  month: z.string(),
  first: date,
  last: date,
  complete: z.boolean().meta({ description: 'All its days are over and billed: nothing of it changes any more.' }),
  bills: z.array(
    z.object({
      date,
      total: amount,
      owed: amount,
      firstRevision: z.int(),
      lastRevision: z.int(),
      chainHash: z.string(),
    }),
  ),
  ...content,
});

export const billRun = z.object({
  date,
  done: z.boolean().meta({ description: 'false: it goes on; ask again.' }),
  accounts: z.int(),
  bills: z.int(),
  failed: z.int().meta({ description: 'Accounts that could not be billed for now.' }),
});

/** Bills of natural days and statements of months. */
export const billRoutes = {
  listBills: get('/v1/accounts/{accountId}/bills', {
    summary: 'The bills that were issued for the days of a period of at most 366 days.',
    query: billsQuery,
    answer: billList,
    problems: [...readProblems, 'account_not_found'],
  }),
  getBill: get('/v1/accounts/{accountId}/bills/{date}', {
    summary: 'The bill of a day: as JSON, as text/csv or as text/html.',
    produces: documents,
    answer: bill,
    problems: [...readProblems, 'account_not_found', 'bill_not_found'],
  }),
  listBillEntries: get('/v1/accounts/{accountId}/bills/{date}/revisions', {
    summary: 'What each event of a day added to which line of its bill, in the order of revisions.',
    query: afterRevisionQuery,
    answer: billEntries,
    problems: [...readProblems, 'account_not_found', 'bill_not_found'],
  }),
  getStatement: get('/v1/accounts/{accountId}/statements/{month}', {
    summary: 'The statement of a month, as far as its days are billed: as JSON, as text/csv or as text/html.',
    produces: documents,
    answer: statement,
    problems: [...readProblems, 'account_not_found', 'bill_not_found'],
  }),
  runBills: post('/v1/bill-runs', {
    summary: 'Bills every account up to a date, as far as its days are over. Safe to send again.',
    body: billRunBody,
    answer: billRun,
    problems: ['payload_too_large', 'unsupported_media_type', 'store_unavailable'],
  }),
} satisfies Record<string, Route>;

export type BillList = z.infer<typeof billList>;
export type Bill = z.infer<typeof bill>;
export type BillEntries = z.infer<typeof billEntries>;
export type Statement = z.infer<typeof statement>;
export type BillRunBody = z.infer<typeof billRunBody>;
export type BillRun = z.infer<typeof billRun>;
