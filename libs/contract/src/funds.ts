import { z } from 'zod';
import { body, canonical, id, positiveAmount, reason, reference, signedAmount, time } from './kernel/fields.ts';
import { post, type Route } from './kernel/route.ts';
import { fundsProblems } from './problems/route-problems.ts';

export const depositBody = body({ depositId: id, amount: positiveAmount, reference: reference.optional() });

export const withdrawalBody = body({ withdrawalId: id, amount: positiveAmount, reference: reference.optional() });

export const adjustmentBody = body({ adjustmentId: id, amount: signedAmount, reason });

export const depositReceipt = z.object({
  depositId: id,
  accountId: id,
  amount: canonical,
  reference: z.string().nullable(),
  recordedAt: time,
});

export const withdrawalReceipt = z.object({
  withdrawalId: id,
  accountId: id,
  amount: canonical,
  reference: z.string().nullable(),
  recordedAt: time,
});

export const adjustmentReceipt = z.object({
  adjustmentId: id,
  accountId: id,
  amount: canonical,
  reason: z.string(),
  recordedAt: time,
});

/** Deposits, withdrawals and adjustments. */
export const fundRoutes = {
  deposit: post('/v1/accounts/{accountId}/deposits', {
    summary: 'Adds money that was paid in.',
    body: depositBody,
    status: 201,
    answer: depositReceipt,
    problems: fundsProblems,
  }),
  withdraw: post('/v1/accounts/{accountId}/withdrawals', {
    summary: 'Takes money out that is paid back.',
    body: withdrawalBody,
    status: 201,
    answer: withdrawalReceipt,
    problems: [...fundsProblems, 'account_suspended', 'insufficient_available_balance'],
  }),
  adjust: post('/v1/accounts/{accountId}/adjustments', {
    summary: 'Corrects the balance by an amount, with a reason.',
    body: adjustmentBody,
    status: 201,
    answer: adjustmentReceipt,
    problems: fundsProblems,
  }),
} satisfies Record<string, Route>;

export type DepositBody = z.infer<typeof depositBody>;
export type WithdrawalBody = z.infer<typeof withdrawalBody>;
export type AdjustmentBody = z.infer<typeof adjustmentBody>;
export type DepositReceipt = z.infer<typeof depositReceipt>;
export type WithdrawalReceipt = z.infer<typeof withdrawalReceipt>;
export type AdjustmentReceipt = z.infer<typeof adjustmentReceipt>;
