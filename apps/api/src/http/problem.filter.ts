import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { eventStoreErrorCode, Unavailable } from '#application';
import { createProblem, type Problem } from '#contract';
import type { Logger } from '#runtime';
import { sendProblem } from './answers.ts';
import type { RouteReply } from './caller.ts';
import { RequestRefused } from './request-refused.ts';

/** Most characters of what the server says of a request, which may be as long as the request itself. */
const detailLengthMax = 200;

/** Turns whatever was thrown into a problem; nothing of its text or stack gets out unless it is about the request. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<RouteReply>();
    const problem = problemOfThrown(thrown);
    if (problem.code === 'internal_error') {
      this.#logger.error(
        { err: thrown, request: reply.request.id },
        'unexpected error in a request: it is answered with internal_error',
      );
    }
    sendProblem(reply, problem);
  }
}

/** The problem of an error of the ledger, of the framework, or of the server below it. */
export function problemOfThrown(thrown: unknown): Problem {
  if (thrown instanceof RequestRefused) return thrown.problem;
  if (thrown instanceof Unavailable) return createProblem(thrown.code);
  if (eventStoreErrorCode(thrown) !== undefined) return createProblem('store_unavailable');
  const status = readStatus(thrown);
  switch (status) {
    case 404:
      return createProblem('not_found');
    case 413:
      return createProblem('payload_too_large');
    case 415:
      return createProblem('unsupported_media_type');
    default:
      if (status < 400 || status >= 500) return createProblem('internal_error');
      return createProblem('invalid_request', { detail: (thrown as Error).message.slice(0, detailLengthMax) });
  }
}

function readStatus(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { statusCode } = (thrown ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
