import { looked, onAccount } from './door-problems.ts';
import { eventsQuery } from './queries.ts';
import { reads, type Route } from './route.ts';
import { termsReceipt } from './terms.ts';
import { setWarningsBody, warningList } from './warnings.ts';

/** The doors to the warnings of an account. */
export const warningRoutes = {
  setWarnings: {
    method: 'PUT',
    path: '/v1/accounts/{accountId}/warnings',
    summary: 'Sets when the account is to be warned of: a change of its terms.',
    scopes: ['operator'],
    body: setWarningsBody,
    status: 200,
    answer: termsReceipt,
    problems: [...onAccount, 'invalid_amount', 'account_closed'],
  },
  listWarnings: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/warnings',
    summary: 'The warnings of an account from a revision on.',
    scopes: reads,
    query: eventsQuery,
    status: 200,
    answer: warningList,
    problems: [...looked, 'account_not_found'],
  },
} as const satisfies Record<string, Route>;
