import { z } from 'zod';
import { body, id, positiveAmount, reason, time } from './fields.ts';

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

export type RefundBody = z.infer<typeof refundBody>;
export type ReversalBody = z.infer<typeof reversalBody>;
export type RefundReceipt = z.infer<typeof refundReceipt>;
export type ReversalReceipt = z.infer<typeof reversalReceipt>;
