import { z } from 'zod';
import { body, id, reason, time } from './kernel/fields.ts';
import { eventsQuery } from './kernel/lists.ts';
import { get, put, type Route } from './kernel/route.ts';
import { accountProblems, readProblems } from './problems/route-problems.ts';
import { termsReceipt, thresholds } from './terms.ts';

export const setWarningsBody = body({ changeId: id, reason, ...thresholds });

export const warning = z.object({
  revision: z.int(),
  at: time,
  warning: z.enum([
    'available-low',
    'everything-frozen',
    'arrears',
    'suspended',
    'charge-uncollected',
    'pack-low',
    'pack-expiring',
  ]),
  subject: z.string().nullable().meta({ description: 'The hold of an uncollected charge, or the pack.' }),
  threshold: z.string().nullable(),
  value: z.string().nullable(),
});

export const warningList = z.object({
  warnings: z.array(warning),
  next: z.int().meta({ description: 'Ask on with ?from=… .' }),
  asOf: time,
  asOfPosition: z.string(),
});

/** The warnings of an account. */
export const warningRoutes = {
  setWarnings: put('/v1/accounts/{accountId}/warnings', {
    summary: 'Sets when the account is to be warned of: a change of its terms.',
    body: setWarningsBody,
    answer: termsReceipt,
    problems: [...accountProblems, 'invalid_amount', 'account_closed'],
  }),
  listWarnings: get('/v1/accounts/{accountId}/warnings', {
    summary: 'The warnings of an account from a revision on.',
    query: eventsQuery,
    answer: warningList,
    problems: [...readProblems, 'account_not_found'],
  }),
} satisfies Record<string, Route>;

export type SetWarningsBody = z.infer<typeof setWarningsBody>;
export type Warning = z.infer<typeof warning>;
export type WarningList = z.infer<typeof warningList>;
