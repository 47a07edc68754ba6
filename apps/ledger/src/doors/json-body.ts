import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { problemOf, problemOfFaults, routes, type Problem, type Route } from '#contract';

/** A body that is no JSON, or has in it what no body may have. */
export class BadBody extends Error {
  override readonly name = 'BadBody';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Doors whose bodies are read by whoever can verify them, as the router names them. */
const signedUrls: ReadonlySet<string> = new Set(
  Object.values<Route>(routes)
    .filter(({ signed }) => signed)
    .map(({ path }) => path.replace(/\{(\w+)\}/g, ':$1')),
);

/** Keys that no body needs and by which careless code can be led astray. */
const poisonous = ['__proto__', 'constructor', 'prototype'];

/** Half of a character that JSON spells as two; only by such an escape can a text in UTF-8 have one alone. */
const halfCharacter = /\\u[dD][89a-fA-F]/;

/**
 * Bodies are JSON in UTF-8 and nothing else; what its sender has signed stays the text that it is. What is wrong with one
 * is said by name, where the server would only say that it is. A text that is no Unicode is refused, because it would be
 * stored as another one, or as one that other readers of the log refuse.
 */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if ((request.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
      done(new BadBody(problemOf('unsupported_media_type', { detail: 'bodies are not compressed' })));
      return;
    }
    if (!isUtf8(bytes)) {
      done(new BadBody(problemOfFaults([{ pointer: '', detail: 'the body is not UTF-8' }])));
      return;
    }
    const text = bytes.toString('utf8');
    if (signedUrls.has(request.routeOptions.url ?? '')) {
      done(null, text);
      return;
    }
    void parse(request, text, (error, body) => {
      if (error !== null) {
        done(new BadBody(problemOfFaults([faultOf(text)])));
        return;
      }
      const broken = halfCharacter.test(text) ? pointerWhere(body, isBroken) : undefined;
      if (broken === undefined) done(null, body);
      if (broken !== undefined) done(new BadBody(problemOfFaults([{ pointer: broken, detail: brokenText }])));
    });
  });
}

const brokenText = 'a text has half of a character in it';

function faultOf(text: string): { pointer: string; detail: string } {
  if (text === '') return { pointer: '', detail: 'the body is empty' };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return { pointer: '', detail: `the body is not JSON: ${(error as Error).message.slice(0, 100)}` };
  }
  const pointer = pointerWhere(body, isPoisonous);
  if (pointer === undefined) return { pointer: '', detail: 'the body has a key that is not allowed' };
  return { pointer, detail: 'this key is not allowed' };
}

function isPoisonous(key: string): boolean {
  return poisonous.includes(key);
}

function isBroken(key: string, value: unknown): boolean {
  return !key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed());
}

/** How deep is looked for what is to be named; what is deeper is refused without a name, or by the door's schema. */
const depthMax = 1_000;

/** Where the first member of a value stands of which something is true. */
function pointerWhere(
  value: unknown,
  isSo: (key: string, value: unknown) => boolean,
  pointer = '',
  depthLeft = depthMax,
): string | undefined {
  if (typeof value !== 'object' || value === null || depthLeft === 0) return undefined;
  for (const [key, below] of Object.entries(value)) {
    const here = `${pointer}/${key.slice(0, 64).toWellFormed()}`;
    if (isSo(key, below)) return here;
    const found = pointerWhere(below, isSo, here, depthLeft - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
