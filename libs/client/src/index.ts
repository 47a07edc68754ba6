export { HoldfastClient } from './holdfast-client.ts';
export type { PageQuery } from './page-query.ts';
export type { CallOptions, Done, HoldfastClientOptions } from './route-caller.ts';
export type { BatchOutcome, BatchOutcomes } from './batch.ts';
export type { CallLimits } from './call.ts';
export { HoldfastProblem, HoldfastUnreachable, HoldNotOpen, UnexpectedAnswer } from './errors.ts';
export { verifyWebhook, WebhookNotVerified, webhookToleranceMs } from './verify-webhook.ts';
export type { WebhookEvent, WebhookRequest } from './verify-webhook.ts';
