import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createProblem, type Problem } from '#contract';

/** Headers that two readers would read differently if they came twice. */
const onlyOnce: ReadonlySet<string> = new Set([
  'host',
  'authorization',
  'content-type',
  'content-encoding',
  'content-length',
  'transfer-encoding',
]);

/** A name or an address, and a port; nothing where a target has no host. What it is, is nobody's concern here. */
const hostShape = /^(?:[\w.~!$&'()*+;=%-]+|\[[\w:.%~-]+\])?(?::\d*)?$/;

/** Connections whose last answer was given: the parser may stumble over the same request once more. */
const refused = new WeakSet<Socket>();

/** Whether a connection has had its last answer; another would be taken for that of a next request. */
export function isRefused(socket: Socket): boolean {
  return refused.has(socket);
}

/**
 * Refuses, before anything else is looked at, what a proxy in front could have read in another way, and tells a path
 * that is not there from one that does not take the method.
 */
export function readRequestHeads(
  server: FastifyInstance,
  sendProblem: (reply: FastifyReply, problem: Problem) => void,
): void {
  const paths = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  server.addHook('onRoute', ({ url, method }) => {
    const known = paths.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() };
    for (const one of [method].flat()) known.methods.add(one);
    paths.set(url, known);
  });
  server.addHook('onRequest', (request, reply, done) => {
    const error = validateHead(request);
    if (error !== undefined) {
      // Where the next request begins is not sure.
      reply.header('connection', 'close');
      refused.add(request.raw.socket);
      sendProblem(reply, createProblem('invalid_request', { detail: error }));
      return;
    }
    if (!request.is404) {
      done();
      return;
    }
    const path = toPath(request.url);
    const methods = new Set(
      [...paths.values()].flatMap(({ pattern, methods: taken }) => (pattern.test(path) ? [...taken] : [])),
    );
    if (methods.size > 0) reply.header('allow', [...methods].sort().join(', '));
    sendProblem(reply, noRoute(request.method, methods));
  });
}

function noRoute(method: string, methods: ReadonlySet<string>): Problem {
  if (methods.size === 0) return createProblem('not_found');
  const detail = `${method} is not for this path, which takes ${[...methods].sort().join(', ')}`;
  return createProblem('method_not_allowed', { detail });
}

function validateHead({ raw, headers }: FastifyRequest): string | undefined {
  if (raw.httpVersionMajor !== 1) return 'a request is HTTP/1.1 or HTTP/1.0';
  if (headers.host === undefined && raw.httpVersionMinor > 0) return 'a request of HTTP/1.1 names its host';
  if (headers.host !== undefined && !hostShape.test(headers.host)) return 'the header host names one host';
  if (raw.url?.includes('#') === true) return 'a target has no fragment';
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') return 'no transfer coding is taken but chunked';
  if (coding !== undefined && headers['content-length'] !== undefined)
    return 'a body is chunked or has a length, not both';
  // Node has one entry for each name: if there are as many as headers came, none stands twice.
  if (Object.keys(headers).length * 2 === raw.rawHeaders.length) return undefined;
  const seen = new Set<string>();
  for (let at = 0; at < raw.rawHeaders.length; at += 2) {
    const name = (raw.rawHeaders[at] ?? '').toLowerCase();
    if (!onlyOnce.has(name)) continue;
    if (seen.has(name)) return `the header ${name} stands twice`;
    seen.add(name);
  }
  return undefined;
}

/** The path of a target, which names the whole service where it is that of a proxy's. */
function toPath(target: string): string {
  const [path = ''] = target.split('?', 1);
  return path.replace(/^https?:\/\/[^/]*/i, '');
}

/** @param url as the router writes it, with `:parameters`. */
function toPattern(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) =>
      part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*'),
    );
  return new RegExp(`^${parts.join('/')}$`);
}
