import { type FailBody, type FreezeBody, type ReleaseBody, type SettleBody, toInstant } from '#contract';
import type { Fail, Freeze, Release, Settle } from '#domain';
import { moneyOrNull } from '../http/money-texts.ts';

export function freeze(body: FreezeBody): Freeze {
  return {
    kind: 'freeze',
    holdId: body.holdId,
    product: body.product ?? null,
    quantity: body.quantity ?? null,
    amount: moneyOrNull(body.amount),
    ttlSeconds: body.ttlSeconds ?? null,
    budget: body.budget ?? null,
    metadata: body.metadata ?? null,
  };
}

export function settle(holdId: string, body: SettleBody): Settle {
  return {
    kind: 'settle',
    holdId,
    outcome: body.outcome,
    amount: moneyOrNull(body.amount),
    quantity: body.quantity ?? null,
    completedAt: body.completedAt === undefined ? null : toInstant(body.completedAt),
    evidence: body.evidence ?? null,
  };
}

export function fail(holdId: string, { attemptId, reason }: FailBody): Fail {
  return { kind: 'fail', holdId, attemptId, reason };
}

export function release(holdId: string, { reason }: ReleaseBody): Release {
  return { kind: 'release', holdId, reason };
}
