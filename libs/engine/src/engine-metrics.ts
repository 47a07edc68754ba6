import type { Metrics } from '#runtime';
import type { Engine } from './engine.ts';

/** Tells the state of an engine whenever metrics are asked for. */
export function measureEngine(metrics: Metrics, engine: Engine): void {
  const { billRuns, clock, lanes, leases, storeError, readModels, webhooks, writeAheadLogBytes } = engine;
  metrics.gauge('holdfast_waiting', 'Commands and reads that wait in account lanes.', () => lanes.waiting);
  metrics.gauge('holdfast_accounts_in_memory', 'Accounts whose state is in memory.', () => lanes.accountsInMemory);
  metrics.gauge('holdfast_state_bytes', 'Estimated memory of account states in bytes.', () => lanes.stateBytes);
  metrics.gauge(
    'holdfast_read_models_lag_events',
    'Events of this process that its read models have not processed yet.',
    () => lanes.indexLagEvents,
  );
  metrics.gauge(
    'holdfast_event_store_away',
    '1 while the event store is unavailable: it cannot be written or does not answer.',
    () => (storeError() === undefined ? 0 : 1),
  );
  if (writeAheadLogBytes !== undefined) {
    metrics.gauge(
      'holdfast_event_store_wal_bytes',
      'Size of the SQLite write-ahead log of events.db in bytes.',
      writeAheadLogBytes,
    );
  }
  metrics.gauge(
    'holdfast_quarantined_accounts',
    'Quarantined accounts, which are out of service.',
    () => lanes.quarantined().length,
  );
  metrics.gauge('holdfast_clock_untrusted', '1 while the clock cannot be trusted.', () => (clock.untrusted() ? 1 : 0));
  metrics.gauge(
    'holdfast_clock_apart_seconds',
    'Difference between the local clock and those of Redis and the event store in seconds.',
    () => clock.apartMs / 1_000,
  );
  metrics.gauge(
    'holdfast_oldest_overdue_hold_seconds',
    'Seconds since the deadline of the most overdue open hold; 0 without any.',
    () => {
      const now = clock.now();
      const deadline = readModels.lists.oldestDue(now);
      return deadline === undefined ? 0 : (now - deadline) / 1_000;
    },
  );
  metrics.gauge(
    'holdfast_subscription_quiet_seconds',
    'Seconds since the subscription to a remote event store last received anything.',
    () => readModels.quietMs / 1_000,
  );
  for (const [name, help] of [
    ['accounts', 'Accounts that bill runs of this process have processed.'],
    ['bills', 'Bills that this process has issued.'],
    ['failed', 'Accounts that bill runs of this process failed to bill.'],
  ] as const) {
    metrics.counter(`holdfast_bill_runs_${name}_total`, help, () => billRuns.totals[name]);
  }
  metrics.gauge('holdfast_webhooks_delivering', 'Webhook endpoints that this process delivers to.', () => {
    return webhooks.state().delivering;
  });
  metrics.gauge(
    'holdfast_webhooks_standing_by',
    'Webhook endpoints that this process does not deliver to at present.',
    () => webhooks.state().standingBy,
  );
  if (leases === undefined) return;
  metrics.gauge('holdfast_leases_away', '1 while Redis grants no leases and processes work without them.', () =>
    leases.state().mode === 'away' ? 1 : 0,
  );
  metrics.gauge('holdfast_leases_held', 'Leases that this process holds.', () => leases.state().held);
  metrics.counter(
    'holdfast_leases_gone_without_total',
    'Batches processed without the lease that they had waited for.',
    () => leases.state().wentWithout,
  );
}
