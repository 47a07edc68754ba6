import { maxHeaderSize, STATUS_CODES } from 'node:http';
import { createProblem, type Problem, problemMediaType, problems, retryAfterSeconds } from '#contract';
import { everyAnswerHeaders } from './answer-headers.ts';

/** What a request is refused with before the framework can answer it, or in its stead. */
export interface Refusal {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why. */
export type RefusalReason = 'too-many-requests' | 'too-many-bodies' | 'too-slow' | 'too-large-head' | 'no-request';

export const refusals: Readonly<Record<RefusalReason, Refusal>> = {
  'too-many-requests': toRefusal(createProblem('overloaded', { detail: 'too many requests are under way already' })),
  'too-many-bodies': toRefusal(createProblem('overloaded', { detail: 'too many bodies are on their way already' })),
  'too-slow': toRefusal(createProblem('request_timeout')),
  'too-large-head': toRefusal(
    createProblem('invalid_request', {
      detail: `a head has at most ${String(maxHeaderSize)} bytes, the target included`,
    }),
  ),
  'no-request': toRefusal(createProblem('invalid_request', { detail: 'this is no HTTP request' })),
};

function toRefusal(problem: Problem): Refusal {
  const body = JSON.stringify(problem);
  const headers = {
    'content-type': problemMediaType,
    ...everyAnswerHeaders,
    'content-length': String(Buffer.byteLength(body)),
    ...(problems[problem.code].retry && { 'retry-after': String(retryAfterSeconds) }),
  };
  return { problem, headers, body };
}

/** A whole answer, after which the connection ends. */
export function textOfRefusal({ problem: { status }, headers, body }: Refusal): string {
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}
