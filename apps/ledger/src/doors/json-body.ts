import type { FastifyInstance } from 'fastify';
import { problemOfFaults, routes, type Problem, type Route } from '#contract';

/** A body that is no JSON, or has a key by which prototypes are poisoned. */
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

/** Bodies are JSON and nothing else; what its sender has signed stays the text that it is. What is wrong with one is said by name, where the server would only say that it is. */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (signedUrls.has(request.routeOptions.url ?? '')) {
      done(null, text);
      return;
    }
    void parse(request, text, (error, body) => {
      if (error === null) done(null, body);
      if (error !== null) done(new BadBody(problemOfFaults([faultOf(text)])));
    });
  });
}

function faultOf(text: string): { pointer: string; detail: string } {
  if (text === '') return { pointer: '', detail: 'the body is empty' };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return { pointer: '', detail: `the body is not JSON: ${(error as Error).message.slice(0, 100)}` };
  }
  const pointer = poisonedPointer(body, '', depthMax);
  if (pointer === undefined) return { pointer: '', detail: 'the body has a key that is not allowed' };
  return { pointer, detail: 'this key is not allowed' };
}

/** How deep a key is looked for that is to be named; deeper ones are refused without a name. */
const depthMax = 1_000;

/** Where a poisonous key stands; the server’s parser has said that one does. */
function poisonedPointer(value: unknown, pointer: string, depthLeft: number): string | undefined {
  if (typeof value !== 'object' || value === null || depthLeft === 0) return undefined;
  for (const [key, below] of Object.entries(value)) {
    const here = `${pointer}/${key.slice(0, 64)}`;
    if (poisonous.includes(key)) return here;
    const found = poisonedPointer(below, here, depthLeft - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
