import type { z } from 'zod';
import type { ProblemCode } from './problems.ts';
import type { Scope } from './registers.ts';

/** One door of the service. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{parameters}` as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  /** A key needs one of these. */
  readonly scopes: readonly Scope[];
  /** Needs no key: who sends the body has signed it. */
  readonly signed?: true;
  /** It is of the whole ledger: a key that is bound to accounts is refused. */
  readonly wholeLedger?: true;
  readonly body?: z.ZodType;
  readonly query?: z.ZodObject;
  readonly status: 200 | 201;
  readonly answer: z.ZodType;
  /** What this door may say besides what every door may. */
  readonly problems: readonly ProblemCode[];
}

/** What every key may do but one that only makes keys. */
export const reads: readonly Scope[] = ['gateway', 'operator', 'auditor'];
