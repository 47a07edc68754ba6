import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Problem } from '#contract';
import { headAnswers } from './answer-headers.ts';
import type { Connections } from './connections.ts';
import { refusals } from './refusal.ts';
import { readRequestHeads } from './request-head.ts';

/**
 * Hooks for every route: a head is sound, and of a path and a method that there are; a body is read only where one is wanted, and a request is worked on only once its body is there,
 * if not too many others are, and if its client has not left. To be called before any route is added.
 */
export function guardRequests(
  server: FastifyInstance,
  connections: Connections,
  sendProblem: (reply: FastifyReply, problem: Problem) => void,
): void {
  headAnswers(server);
  readRequestHeads(server, sendProblem);
  server.addHook('preValidation', (request, reply, done) => {
    const connection = connections.of(request.raw);
    // Whoever was refused meanwhile, or has left, gets no further.
    if (connection?.bodyHere() === false) return;
    if (connection?.beginWork() === false) sendProblem(reply, refusals['too-many-requests'].problem);
    else done();
  });
}
