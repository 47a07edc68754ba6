import { budget, budgetList, setBudgetBody } from './budgets.ts';
import { looked, written } from './door-problems.ts';
import { listBudgetsQuery } from './queries.ts';
import { reads, type Route } from './route.ts';

/** The doors to the budgets of an account. */
export const budgetRoutes = {
  setBudget: {
    method: 'PUT',
    path: '/v1/accounts/{accountId}/budgets/{name}',
    summary: 'Sets what a budget allows in each of its periods.',
    scopes: ['operator'],
    body: setBudgetBody,
    status: 200,
    answer: budget,
    problems: [...written, 'account_not_found', 'invalid_amount', 'account_closed', 'too_many_budgets'],
  },
  listBudgets: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/budgets',
    summary: 'Lists the budgets of an account by name, with what is used of them now.',
    scopes: reads,
    query: listBudgetsQuery,
    status: 200,
    answer: budgetList,
    problems: [...looked, 'account_not_found'],
  },
} as const satisfies Record<string, Route>;
