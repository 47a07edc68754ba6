import type { Metrics } from '#runtime';
import type { Engine } from './engine.ts';

/** Tells the state of an engine whenever metrics are asked for. */
export function measureEngine(metrics: Metrics, engine: Engine): void {
  const { billRuns, clock, lanes, leases, storeFault, views, webhooks, writeAheadLogBytes } = engine;
  metrics.gauge('holdfast_waiting', 'Commands and reads that wait in lanes.', () => lanes.waiting);
  metrics.gauge('holdfast_accounts_in_memory', 'Accounts whose state is in memory.', () => lanes.accountsInMemory);
  metrics.gauge('holdfast_state_bytes', 'Memory that their states take, about.', () => lanes.stateBytes);
  metrics.gauge(
    'holdfast_views_lag_events',
    'Events of this process that its read models have not passed.',
    () => lanes.indexLagEvents,
  );
  metrics.gauge('holdfast_event_store_away', '1 while the event store cannot be written or does not answer.', () =>
    storeFault() === undefined ? 0 : 1,
  );
  if (writeAheadLogBytes !== undefined) {
    metrics.gauge(
      'holdfast_event_store_wal_bytes',
      'Size of the write-ahead log beside events.db.',
      writeAheadLogBytes,
    );
  }
  metrics.gauge('holdfast_quarantined_accounts', 'Accounts out of service.', () => lanes.quarantined().length);
  metrics.gauge('holdfast_clock_unsure', '1 while the clock cannot be trusted.', () => (clock.unsure() ? 1 : 0));
  metrics.gauge(
    'holdfast_clock_apart_seconds',
    'How far the clock is from those of Redis and the event store.',
    () => clock.apartMs / 1_000,
  );
  metrics.gauge('holdfast_oldest_overdue_hold_seconds', 'How long the longest overdue open hold is overdue.', () => {
    const now = clock.now();
    const deadline = views.lists.oldestDue(now);
    return deadline === undefined ? 0 : (now - deadline) / 1_000;
  });
  metrics.gauge(
    'holdfast_subscription_quiet_seconds',
    'How long the subscription to an event store elsewhere has heard nothing.',
    () => views.quietMs / 1_000,
  );
  for (const [name, help] of [
    ['accounts', 'Accounts that bill runs of this process have looked at.'],
    ['bills', 'Bills that this process has issued.'],
    ['failed', 'Accounts that bill runs of this process could not bill.'],
  ] as const) {
    metrics.counter(`holdfast_bill_runs_${name}_total`, help, () => billRuns.totals[name]);
  }
  metrics.gauge('holdfast_webhooks_delivering', 'Webhook endpoints that this process delivers to.', () => {
    return webhooks.state().delivering;
  });
  metrics.gauge(
    'holdfast_webhooks_standing_by',
    'Webhook endpoints that another process delivers to, or none at present.',
    () => webhooks.state().summaryBy,
  );
  if (leases === undefined) return;
  metrics.gauge('holdfast_leases_away', '1 while Redis gives no leases and processes work without.', () =>
    leases.state().mode === 'away' ? 1 : 0,
  );
  metrics.gauge('holdfast_leases_held', 'Leases that this process holds.', () => leases.state().held);
  metrics.counter(
    'holdfast_leases_gone_without_total',
    'Batches that went on without the lease that they had waited for.',
    () => leases.state().wentWithout,
  );
}
