import type { z } from 'zod';
import type { ProblemCode } from '../problems/problems.ts';

/** What a key may be made for. */
export const scopes = ['gateway', 'operator', 'auditor', 'admin'] as const;

export type Scope = (typeof scopes)[number];

/** One route of the service. */
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
  /** Media types of the answer, the first where the caller has no wish. Left out: JSON alone. */
  readonly produces?: readonly string[];
  readonly answer: z.ZodType;
  /** What this route may say besides what every route may. */
  readonly problems: readonly ProblemCode[];
}

const jsonOnly = ['application/json'] as const;

/** What a route can answer with when it says yes; problems are `application/problem+json` whatever the caller likes. */
export function listMediaTypes({ produces = jsonOnly }: Route): readonly string[] {
  return produces;
}

/** What every key may do but one that only makes keys. */
export const reads: readonly Scope[] = ['gateway', 'operator', 'auditor'];

type Given = Omit<Route, 'method' | 'path' | 'scopes' | 'status'> & Partial<Pick<Route, 'scopes' | 'status'>>;
type Made<Method, Path, More> = { readonly method: Method; readonly path: Path } & Omit<
  Pick<Route, 'scopes' | 'status'>,
  keyof More
> &
  More;
type Maker<Method> = <const Path extends string, const More extends Given>(
  path: Path,
  more: More,
) => Made<Method, Path, More>;

/** Routes of a method. Each is for keys of these scopes and is answered with 200, unless it says otherwise. */
function createMaker<const Method extends Route['method']>(method: Method, scopes: readonly Scope[]): Maker<Method> {
  return (path, more) => ({ method, path, scopes, status: 200 as const, ...more });
}

export const get = createMaker('GET', reads);
export const post = createMaker('POST', ['operator']);
export const put = createMaker('PUT', ['operator']);
export const del = createMaker('DELETE', ['operator']);
