import type { NoticeOutcome } from '#application';

/** What a channel is told that its notification came to. */
export function noticeAnswer(outcome: Exclude<NoticeOutcome, { readonly kind: 'refused' }>): object {
  const nothing = { accountId: null, orderId: null, paymentId: null, reason: null };
  if (outcome.kind === 'paid') {
    const { accountId, orderId } = outcome;
    return { ...nothing, outcome: 'paid', accountId, orderId };
  }
  const { paymentId, reason } = outcome.payment;
  return { ...nothing, outcome: 'unmatched', paymentId, reason };
}
