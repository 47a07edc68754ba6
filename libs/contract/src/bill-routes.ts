import { bill, billEntries, billList, billRun, billRunBody, billsQuery, statement } from './bills.ts';
import { looked } from './door-problems.ts';
import { afterRevisionQuery } from './queries.ts';
import { reads, type Route } from './route.ts';

const documents = ['application/json', 'text/csv', 'text/html'] as const;

/** The doors to bills and statements. */
export const billRoutes = {
  listBills: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/bills',
    summary: 'The bills that were issued for the days of a period of at most 366 days.',
    scopes: reads,
    query: billsQuery,
    status: 200,
    answer: billList,
    problems: [...looked, 'account_not_found'],
  },
  getBill: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/bills/{date}',
    summary: 'The bill of a day: as JSON, as text/csv or as text/html.',
    scopes: reads,
    status: 200,
    produces: documents,
    answer: bill,
    problems: [...looked, 'account_not_found', 'bill_not_found'],
  },
  listBillEntries: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/bills/{date}/revisions',
    summary: 'What each event of a day added to which line of its bill, in the order of revisions.',
    scopes: reads,
    query: afterRevisionQuery,
    status: 200,
    answer: billEntries,
    problems: [...looked, 'account_not_found', 'bill_not_found'],
  },
  getStatement: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/statements/{month}',
    summary: 'The statement of a month, as far as its days are billed: as JSON, as text/csv or as text/html.',
    scopes: reads,
    status: 200,
    produces: documents,
    answer: statement,
    problems: [...looked, 'account_not_found', 'bill_not_found'],
  },
  runBills: {
    method: 'POST',
    path: '/v1/bill-runs',
    summary: 'Bills every account up to a date, as far as its days are over. Safe to send again.',
    scopes: ['operator'],
    body: billRunBody,
    status: 200,
    answer: billRun,
    problems: ['payload_too_large', 'unsupported_media_type', 'store_unavailable'],
  },
} as const satisfies Record<string, Route>;
