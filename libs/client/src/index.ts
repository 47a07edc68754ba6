export { HoldfastClient } from './holdfast-client.ts';
export type { PageQuery } from './holdfast-client.ts';
export type { CallOptions, Done, HoldfastClientOptions } from './doors.ts';
export type { BatchOutcome, BatchOutcomes } from './batch.ts';
export type { CallLimits } from './call.ts';
export { HoldfastProblem, HoldfastUnreachable, HoldNotOpen, UnexpectedAnswer } from './errors.ts';
