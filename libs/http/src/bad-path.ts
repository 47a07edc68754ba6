import type { FastifyReply, FastifyRequest } from 'fastify';
import { createProblem, type Problem } from '#contract';
import type { Metrics } from '#runtime';
import { headAnswer } from './answer-headers.ts';

/** What the router says of a path would be the path again, which may be longer than what is shown of it. */
const details: ReadonlyMap<unknown, string> = new Map([
  ['FST_ERR_BAD_URL', 'the path is not UTF-8 written with percent signs'],
  ['FST_ERR_MAX_PARAM_LENGTH', 'a part of the path is longer than anything here is named'],
]);

/** Answers a path that the router cannot read. No hook hears of it, so it is counted here. */
export function answerBadPaths(
  metrics: Metrics,
  sendProblem: (reply: FastifyReply, problem: Problem) => void,
): (error: Error, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, _, reply) => {
    const detail = details.get((error as { readonly code?: unknown }).code);
    const problem =
      detail === undefined ? createProblem('internal_error') : createProblem('invalid_request', { detail });
    metrics.problem(problem.code);
    metrics.answered('refused early', 0);
    headAnswer(reply);
    sendProblem(reply, problem);
  };
}
