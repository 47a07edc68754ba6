import type { FastifyInstance } from 'fastify';
import type { KeyRegistry, Principal } from '#application';
import {
  createInvalidRequest,
  createProblem,
  type FieldError,
  listMediaTypes,
  pointerPart,
  type Problem,
  type Route,
  routes,
  validatePath,
} from '#contract';
import type { ServiceState } from '#engine';
import type { Connections } from '#http';
import { preferred } from './accept.ts';
import { sendProblem } from './answers.ts';
import { foreignAccount, mayTouch, ofWholeLedger, type RouteReply, type RouteRequest, scopeMissing } from './caller.ts';
import { findRoute } from './find-route.ts';

/**
 * Who may come in, decided before the body is read: the key, its scopes, the accounts that it is bound to, the ids in
 * the path. The list of routes is the contract's; what is not on it is not let in.
 *
 * It is a hook of the server and no guard of Nest, on all routes: a guard runs when the body has been read and parsed, which
 * whoever may not come in would make the service do.
 */
export function addKeyHook(
  server: FastifyInstance,
  keys: KeyRegistry,
  state: ServiceState,
  connections: Connections,
): void {
  server.decorateRequest('caller');
  /** Sends what stands against a request, or lets it in. */
  const decide = (
    request: RouteRequest,
    reply: RouteReply,
    route: Route | undefined,
    caller: Principal | undefined,
    done: () => void,
  ): void => {
    const problem = rejectionReason(state, route, caller, request);
    if (problem !== undefined) {
      sendProblem(reply, problem);
      return;
    }
    if (caller !== undefined) request.caller = caller;
    const ordinary = caller === undefined ? 'without-key' : 'ordinary';
    connections.of(request.raw)?.letIn(caller?.keyId, route === routes.batch ? 'batch' : ordinary);
    done();
  };
  server.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.url?.startsWith('/v1/') !== true) {
      done();
      return;
    }
    const route = findRoute(request);
    if (route?.signed === true) {
      decide(request as RouteRequest, reply, route, undefined, done);
      return;
    }
    const text = readKey(request.headers.authorization);
    const caller = text === undefined ? undefined : keys.authenticate(text);
    if (caller !== undefined || text === undefined) {
      decide(request as RouteRequest, reply, route, caller, done);
      return;
    }
    // Another process may have made the key a moment ago.
    keys.findKey(text).then(
      (found) => {
        // Nobody is there any more to be answered.
        if (reply.raw.closed || reply.raw.destroyed) return;
        decide(request as RouteRequest, reply, route, found, done);
      },
      () => {
        sendProblem(reply, createProblem('store_unavailable'));
      },
    );
  });
}

function readKey(authorization: string | undefined): string | undefined {
  return /^bearer +(.*)$/i.exec(authorization ?? '')?.[1];
}

function rejectionReason(
  state: ServiceState,
  route: Route | undefined,
  caller: Principal | undefined,
  { params, query, headers }: RouteRequest,
): Problem | undefined {
  const { notServing, clockError } = state;
  if (notServing !== undefined) return createProblem('overloaded', { detail: notServing });
  if (route?.signed !== true) {
    if (caller === undefined) return createProblem('unauthenticated');
    if (route === undefined) return createProblem('not_found');
    const missing = scopeMissing(caller, route.scopes);
    if (missing !== undefined) return missing;
    if (route.wholeLedger === true && caller.accountPrefixes !== null) return ofWholeLedger();
  }
  if (preferred(headers.accept, listMediaTypes(route)) === undefined) {
    return createProblem('not_acceptable', { detail: `this path answers as ${listMediaTypes(route).join(', ')}` });
  }
  const error = validatePath(params) ?? validateQuery(route, query);
  if (error !== undefined) return createInvalidRequest([error]);
  if (caller !== undefined && 'accountId' in params && !mayTouch(caller, params.accountId)) return foreignAccount();
  return clockError === undefined ? undefined : createProblem('clock_untrusted', { detail: clockError });
}

/**
 * A route without a query takes none: whoever asks for a dry run must not be charged. And what is asked twice is asked
 * once too often, because readers differ in which of the two they take.
 */
function validateQuery({ query: known }: Route, query: unknown): FieldError | undefined {
  for (const [name, value] of Object.entries(query as object)) {
    if (known === undefined) return { pointer: pointerPart(name), detail: 'unknown field' };
    if (Array.isArray(value)) return { pointer: pointerPart(name), detail: 'it is given more than once' };
  }
  return undefined;
}
