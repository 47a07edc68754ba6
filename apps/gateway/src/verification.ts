import { type HoldfastClient, HoldfastProblem, HoldNotOpen } from '#client';
import type { Hold, ProblemCode } from '#contract';
import type { Credential, IdentityProvider, Verdict } from './provider.ts';

export interface VerificationRequest {
  /** Names the verification and the hold that pays for it. */
  readonly verificationId: string;
  readonly accountId: string;
  readonly product: string;
  readonly units: number;
  /** Whom to verify, by a name that says nothing about the person. */
  readonly subject: string;
  /** Life of the hold, and so of the credential; the product's own if omitted. */
  readonly ttlSeconds?: number;
  /** A budget of the account that the verification counts on. */
  readonly budget?: string;
}

/** How a verification ended, as the gateway's customer is told. */
export type Verification =
  | { readonly kind: 'match' | 'mismatch'; readonly hold: Hold }
  /** It completed, but the ledger would not charge it any more. */
  | { readonly kind: 'uncharged'; readonly outcome: 'match' | 'mismatch'; readonly problem: HoldfastProblem }
  /** No money was set aside, so the provider was not asked. */
  | { readonly kind: 'refused'; readonly error: HoldfastProblem | HoldNotOpen }
  /** No credential: the money is back already. */
  | { readonly kind: 'not-issued'; readonly why: string }
  /** Calls failed, or the person went away: the money comes back when the credential can no longer be used. */
  | { readonly kind: 'failed' | 'abandoned'; readonly hold: Hold };

/** What a verification needs of the ledger. */
export type Holds = Pick<HoldfastClient, 'freeze' | 'settle' | 'fail' | 'release'>;

/** Most calls on one credential. */
export const attemptsMax = 3;

/**
 * A completed verification has to be charged, and can be for 24 hours; nobody waits for this but the gateway itself, so
 * it takes a minute rather than the seconds of a call before which somebody stands.
 */
const settleLimits = { timeoutMs: 60_000, retriesMax: 60 };

/** Codes that say that the hold is over: what the gateway wanted to tell about it no longer matters. */
const over: readonly ProblemCode[] = ['hold_expired', 'hold_already_released', 'hold_already_settled'];

/**
 * One verification from beginning to end. The fee is frozen before the provider is asked for anything, and whatever
 * happens to this process the money is right: an open hold ends by itself when its credential does.
 *
 * - No credential issued: **release**, the money is back at once.
 * - The call completed, match or mismatch: **settle**, with the time of completion.
 * - The call failed: **fail**, and another call on the same credential. The hold stays open, because the credential
 *   still works; the money comes back at the deadline.
 * - The person went away: nothing is done. The money comes back at the deadline, too.
 *
 * @throws HoldfastUnreachable, UnexpectedAnswer, HoldfastProblem when it is not known how the ledger stands. Before the
 *   freeze is answered nobody is verified. A gateway with customers keeps each settle until it has been answered, and
 *   sends it again, the same, after a crash.
 */
export async function verify(
  request: VerificationRequest,
  holds: Holds,
  provider: IdentityProvider,
): Promise<Verification> {
  const frozen = await freeze(request, holds);
  if ('error' in frozen) return frozen;
  const issue = await provider.issue(request.subject, request.units);
  if (issue.kind === 'not-issued') {
    const { accountId, holdId } = frozen.hold;
    await unlessOver(holds.release(accountId, holdId, { reason: issue.why }));
    return issue;
  }
  return call(issue.credential, frozen.hold, holds, provider);
}

type Frozen = { readonly hold: Hold } | Extract<Verification, { kind: 'refused' }>;

async function freeze(request: VerificationRequest, holds: Holds): Promise<Frozen> {
  const { accountId, verificationId, product, units, ttlSeconds, budget } = request;
  const body = {
    holdId: verificationId,
    product,
    quantity: units,
    ...(ttlSeconds !== undefined && { ttlSeconds }),
    ...(budget !== undefined && { budget }),
  };
  try {
    const { value: hold } = await holds.freeze(accountId, body);
    return { hold };
  } catch (error) {
    if (error instanceof HoldNotOpen) return { kind: 'refused', error };
    // A no that may have been a yes is not passed on as a no.
    if (error instanceof HoldfastProblem && !error.mayHaveHappened) return { kind: 'refused', error };
    throw error;
  }
}

async function call(
  credential: Credential,
  hold: Hold,
  holds: Holds,
  provider: IdentityProvider,
): Promise<Verification> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const verdict = await provider.verify(credential);
    if (verdict.kind === 'abandoned') return { kind: 'abandoned', hold };
    if (verdict.kind === 'completed') return settle(hold, verdict, holds);
    const body = { attemptId: `attempt-${String(attempt)}`, reason: verdict.why };
    const open = await unlessOver(holds.fail(hold.accountId, hold.holdId, body));
    if (open === undefined) break;
  }
  return { kind: 'failed', hold };
}

async function settle(
  { accountId, holdId, quantity }: Hold,
  { outcome, units, completedAt }: Extract<Verdict, { kind: 'completed' }>,
  holds: Holds,
): Promise<Verification> {
  const body = { outcome, completedAt, ...(units !== quantity && { quantity: units }) };
  try {
    const { value: hold } = await holds.settle(accountId, holdId, body, settleLimits);
    return { kind: outcome, hold };
  } catch (error) {
    if (!(error instanceof HoldfastProblem) || error.mayHaveHappened) throw error;
    return { kind: 'uncharged', outcome, problem: error };
  }
}

/** Undefined when the hold is over already. */
async function unlessOver<Value>(answered: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answered;
  } catch (error) {
    if (error instanceof HoldfastProblem && over.includes(error.code)) return undefined;
    throw error;
  }
}
