import type { FastifyInstance } from 'fastify';
import type { Metrics } from '#runtime';

/** Counts and times answers as they go out. */
export function measureAnswers(server: FastifyInstance, metrics: Metrics): void {
  server.addHook('onResponse', (request, reply, done) => {
    metrics.answered(`${request.method} ${request.routeOptions.url ?? 'unknown'}`, reply.elapsedTime / 1_000);
    if (reply.problemCode !== undefined) metrics.problem(reply.problemCode);
    done();
  });
}
