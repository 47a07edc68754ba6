import { z } from 'zod';
import { body, id, positiveAmount, reason, time } from './kernel/fields.ts';
import { post, type Route } from './kernel/route.ts';
import { fundsProblems } from './problems/route-problems.ts';

/*
 * What takes back, in part or whole, what was right when it happened.
 */

export const refundBody = body({ refundId: id, amount: positiveAmount, reason });

/** Without an amount, all that is left of the deposit. */
export const reversalBody = body({ reversalId: id, amount: positiveAmount.optional(), reason });

export const refundReceipt = z.object({
  refundId: id,
  holdId: id,
  accountId: id,
  amount: z.string(),
  reason: z.string(),
  recordedAt: time,
});

export const reversalReceipt = z.object({
  reversalId: id,
  depositId: id,
  accountId: id,
  amount: z.string(),
  reason: z.string(),
  recordedAt: time,
});

/** Refunds of charges and reversals of deposits. */
export const correctionRoutes = {
  refund: post('/v1/accounts/{accountId}/holds/{holdId}/refunds', {
    summary: 'Gives back money of a charge, in total at most what was charged.',
    body: refundBody,
    status: 201,
    answer: refundReceipt,
    problems: [...fundsProblems, 'hold_not_found', 'refund_exceeds_charge'],
  }),
  reverseDeposit: post('/v1/accounts/{accountId}/deposits/{depositId}/reversals', {
    summary: 'Takes a deposit back, in part or whole, because its payment did not last.',
    body: reversalBody,
    status: 201,
    answer: reversalReceipt,
    problems: [...fundsProblems, 'deposit_not_found', 'reversal_exceeds_deposit'],
  }),
} satisfies Record<string, Route>;

export type RefundBody = z.infer<typeof refundBody>;
export type ReversalBody = z.infer<typeof reversalBody>;
export type RefundReceipt = z.infer<typeof refundReceipt>;
export type ReversalReceipt = z.infer<typeof reversalReceipt>;
