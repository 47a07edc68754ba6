import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cause, Principal } from '#application';
import { createProblem, type Problem, type Scope } from '#contract';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set for every route under `/v1` before its handler runs. */
    caller: Principal;
  }
}

/** A request to a route; its path parameters have been checked to be ids. */
export type RouteRequest = FastifyRequest<{
  Params: {
    readonly accountId: string;
    readonly holdId: string;
    readonly depositId: string;
    readonly orderId: string;
    readonly channel: string;
    readonly paymentId: string;
    readonly keyId: string;
    readonly priceBook: string;
    readonly packId: string;
    /** Of a budget. */
    readonly name: string;
    readonly webhookId: string;
    readonly date: string;
    readonly month: string;
  };
}>;

export type RouteReply = FastifyReply;

/** What is noted with what a request brings about. */
export function readCause({ id, caller }: RouteRequest): Cause {
  return { actor: caller.keyId, correlationId: id };
}

export function mayTouch({ accountPrefixes }: Principal, accountId: string): boolean {
  return accountPrefixes === null || accountPrefixes.some((prefix) => accountId.startsWith(prefix));
}

/** The problem of a caller whose key is bound to other accounts. */
export function foreignAccount(): Problem {
  return createProblem('forbidden', { detail: 'the API key is bound to other accounts', field: 'accountId' });
}

/** The problem of a caller whose key is bound to accounts where something is of the whole ledger. */
export function ofWholeLedger(): Problem {
  return createProblem('forbidden', { detail: 'the API key is bound to accounts, and this is of the whole ledger' });
}

/** The problem of a caller whose key has none of the scopes; undefined if it has one. */
export function scopeMissing({ scopes }: Principal, wanted: readonly Scope[]): Problem | undefined {
  if (wanted.some((scope) => scopes.has(scope))) return undefined;
  return createProblem('forbidden', { detail: `the API key needs the scope ${wanted.join(' or ')}` });
}
