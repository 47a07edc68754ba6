import { refundBody, refundReceipt, reversalBody, reversalReceipt } from './corrections.ts';
import { moneyIn } from './door-problems.ts';
import type { Route } from './route.ts';

/** The doors by which what happened is corrected. */
export const correctionRoutes = {
  refund: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/holds/{holdId}/refunds',
    summary: 'Gives back money of a charge, in total at most what was charged.',
    scopes: ['operator'],
    body: refundBody,
    status: 201,
    answer: refundReceipt,
    problems: [...moneyIn, 'hold_not_found', 'refund_exceeds_charge'],
  },
  reverseDeposit: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/deposits/{depositId}/reversals',
    summary: 'Takes a deposit back, in part or whole, because its payment did not last.',
    scopes: ['operator'],
    body: reversalBody,
    status: 201,
    answer: reversalReceipt,
    problems: [...moneyIn, 'deposit_not_found', 'reversal_exceeds_deposit'],
  },
} as const satisfies Record<string, Route>;
