import { z } from 'zod';
import { body, id, positiveAmount, reason, time } from './fields.ts';

const period = z.enum(['day', 'month', 'year'], {
  error: 'a period is "day" (a natural day), "month" (a calendar month) or "year" (an agreement year)',
});

export const setBudgetBody = body({ limit: positiveAmount, period, reason });

const canonical = z.string().meta({ description: 'Canonical decimal: no exponent, no trailing zeros, no plus sign.' });

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

export type SetBudgetBody = z.infer<typeof setBudgetBody>;
export type Budget = z.infer<typeof budget>;
export type BudgetList = z.infer<typeof budgetList>;
