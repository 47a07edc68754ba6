import { z } from 'zod';
import { accountStatus, balance } from './accounts.ts';
import { budget } from './budgets.ts';
import { hold } from './holds.ts';
import { body, givenTime, id, time } from './kernel/fields.ts';
import { numberText } from './kernel/lists.ts';
import { get, type Route } from './kernel/route.ts';
import { pack } from './packs.ts';
import { readProblems } from './problems/route-problems.ts';

/**
 * A balance as of a moment, with the holds that were open then (the first thousand, or fewer if they are large; `openHolds`
 * counts all), the budgets (the first thousand by name) and the packs.
 */
export const balanceAsOf = z.object({
  accountId: id,
  status: accountStatus,
  balance,
  openHolds: z.int(),
  holds: z.array(hold),
  budgets: z.array(budget).meta({ description: 'With what was used of them in the period of that moment.' }),
  packs: z.array(pack).meta({ description: 'With where their units were at that moment.' }),
  revision: z.int(),
  asOf: time,
});

export const balanceQuery = body({
  at: givenTime.optional(),
  revision: numberText(0, Number.MAX_SAFE_INTEGER).optional(),
}).refine(({ at, revision }) => at === undefined || revision === undefined, {
  error: 'a balance is asked for as of a time or as of a revision',
  path: ['at'],
});

/** The balance as of a moment. */
export const balanceRoutes = {
  getBalance: get('/v1/accounts/{accountId}/balance', {
    summary: 'The balance and the open holds as of a time or a revision.',
    query: balanceQuery,
    answer: balanceAsOf,
    problems: [...readProblems, 'account_not_found'],
  }),
} satisfies Record<string, Route>;

export type BalanceAsOf = z.infer<typeof balanceAsOf>;
