import type { FastifyInstance } from 'fastify';
import type { Metrics } from '#runtime';
import type { Engine } from './engine.ts';

/** Counts answers as they go out, and tells the state of the engine when asked. */
export function measure(server: FastifyInstance, metrics: Metrics, engine: Engine): void {
  server.addHook('onResponse', (request, reply, done) => {
    metrics.answered(`${request.method} ${request.routeOptions.url ?? 'unknown'}`, reply.elapsedTime / 1_000);
    if (reply.problemCode !== undefined) metrics.problem(reply.problemCode);
    done();
  });
  const { clock, lanes, views } = engine;
  metrics.gauge('holdfast_waiting', 'Commands and reads that wait in lanes.', () => lanes.waiting);
  metrics.gauge('holdfast_accounts_in_memory', 'Accounts whose state is in memory.', () => lanes.accountsInMemory);
  metrics.gauge(
    'holdfast_views_lag_events',
    'Events of this process that its read models have not passed.',
    () => lanes.indexLagEvents,
  );
  metrics.gauge('holdfast_quarantined_accounts', 'Accounts out of service.', () => lanes.quarantined().length);
  metrics.gauge('holdfast_clock_unsure', '1 while the clock cannot be trusted.', () => (clock.unsure() ? 1 : 0));
  metrics.gauge('holdfast_oldest_overdue_hold_seconds', 'How long the longest overdue open hold is overdue.', () => {
    const now = clock.now();
    const deadline = views.lists.oldestDue(now);
    return deadline === undefined ? 0 : (now - deadline) / 1_000;
  });
}
