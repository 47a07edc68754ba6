import { z } from 'zod';
import { body, canonical, id, positiveAmount, reason, time } from './kernel/fields.ts';
import { limit } from './kernel/lists.ts';
import { get, put, type Route } from './kernel/route.ts';
import { readProblems, writeProblems } from './problems/route-problems.ts';

export const listBudgetsQuery = body({ after: id.optional(), limit });

const period = z.enum(['day', 'month', 'year'], {
  error: 'a period is "day" (a natural day), "month" (a calendar month) or "year" (an agreement year)',
});

export const setBudgetBody = body({ limit: positiveAmount, period, reason });

export const budget = z.object({
  name: id,
  limit: canonical,
  period,
  used: canonical.meta({ description: 'In the present period, which turns by itself.' }),
  left: canonical.meta({
    description: 'limit less used: below zero after a late charge, or when the limit was set below what is used.',
  }),
});

export const budgetList = z.object({
  budgets: z.array(budget),
  after: z.string().nullable().meta({ description: 'Ask on with ?after=… ; null at the end of the list.' }),
  asOf: time,
});

/** The budgets of an account. */
export const budgetRoutes = {
  setBudget: put('/v1/accounts/{accountId}/budgets/{name}', {
    summary: 'Sets what a budget allows in each of its periods.',
    body: setBudgetBody,
    answer: budget,
    problems: [...writeProblems, 'account_not_found', 'invalid_amount', 'account_closed', 'too_many_budgets'],
  }),
  listBudgets: get('/v1/accounts/{accountId}/budgets', {
    summary: 'Lists the budgets of an account by name, with what is used of them now.',
    query: listBudgetsQuery,
    answer: budgetList,
    problems: [...readProblems, 'account_not_found'],
  }),
} satisfies Record<string, Route>;

export type SetBudgetBody = z.infer<typeof setBudgetBody>;
export type Budget = z.infer<typeof budget>;
export type BudgetList = z.infer<typeof budgetList>;
