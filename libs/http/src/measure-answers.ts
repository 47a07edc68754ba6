import type { FastifyInstance } from 'fastify';
import type { ProblemCode } from '#contract';
import type { Metrics } from '#runtime';

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the problem that was answered, for the metrics. */
    problemCode?: ProblemCode;
  }
}

/** Counts and times answers as they go out. */
export function measureAnswers(server: FastifyInstance, metrics: Metrics): void {
  server.decorateReply('problemCode');
  server.addHook('onResponse', (request, reply, done) => {
    metrics.answered(`${request.method} ${request.routeOptions.url ?? 'unknown'}`, reply.elapsedTime / 1_000);
    if (reply.problemCode !== undefined) metrics.problem(reply.problemCode);
    done();
  });
}
