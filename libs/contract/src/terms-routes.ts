import { onAccount, written } from './door-problems.ts';
import { publishBookBody, publishedBook } from './price-books.ts';
import type { Route } from './route.ts';
import { changeTermsBody, termsReceipt } from './terms.ts';

/** The doors by which prices are published, and terms agreed. */
export const termsRoutes = {
  changeTerms: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/terms',
    summary: 'Changes terms of the account, from now on; open holds keep what they were opened under.',
    scopes: ['operator'],
    body: changeTermsBody,
    status: 200,
    answer: termsReceipt,
    problems: [...onAccount, 'invalid_amount', 'account_closed', 'unknown_product'],
  },
  publishPriceBook: {
    method: 'POST',
    path: '/v1/price-books',
    summary: 'Publishes the next version of a price book; it moves no account.',
    scopes: ['operator'],
    wholeLedger: true,
    body: publishBookBody,
    status: 201,
    answer: publishedBook,
    problems: [...written, 'invalid_amount', 'idempotency_conflict', 'too_many_price_books'],
  },
} as const satisfies Record<string, Route>;
