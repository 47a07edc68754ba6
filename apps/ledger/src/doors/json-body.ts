import type { FastifyInstance } from 'fastify';
import { problemOfFaults, type Problem } from '#contract';

/** A body that is no JSON, or has a key by which prototypes are poisoned. */
export class BadBody extends Error {
  override readonly name = 'BadBody';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Keys that no body needs and by which careless code can be led astray. */
const poisonous = ['__proto__', 'constructor', 'prototype'];

/** Bodies are JSON and nothing else. What is wrong with one is said by name, where the server would only say that it is. */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    void parse(request, text, (error, body) => {
      if (error === null) done(null, body);
      if (error !== null) done(new BadBody(problemOfFaults([faultOf(text)])));
    });
  });
}

function faultOf(text: string): { pointer: string; detail: string } {
  if (text === '') return { pointer: '', detail: 'the body is empty' };
  try {
    const pointer = poisonedPointer(JSON.parse(text), '') ?? '';
    return { pointer, detail: 'this key is not allowed' };
  } catch (error) {
    return { pointer: '', detail: `the body is not JSON: ${(error as Error).message.slice(0, 100)}` };
  }
}

/** Where a poisonous key stands; the server’s parser has said that one does. */
function poisonedPointer(value: unknown, pointer: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, below] of Object.entries(value)) {
    const here = `${pointer}/${key.slice(0, 64)}`;
    if (poisonous.includes(key)) return here;
    const found = poisonedPointer(below, here);
    if (found !== undefined) return found;
  }
  return undefined;
}
