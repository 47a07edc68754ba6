import type { AlarmRounds, AlarmRoundsState } from '#application';
import type { Logger, Metrics } from '#runtime';

/** How often the state of the alarms is asked for, in ms: some of it is in Redis. */
const askedEveryMs = 1_000;

/** What was last known of the alarms, for health and metrics, which cannot wait for Redis. */
export class AlarmsWatch {
  readonly #rounds: AlarmRounds;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #state: AlarmRoundsState | undefined;
  #asking = false;

  constructor(rounds: AlarmRounds, logger: Logger) {
    this.#rounds = rounds;
    this.#logger = logger;
  }

  start(): void {
    void this.#ask();
    this.#timer = setInterval(() => {
      if (!this.#asking) void this.#ask();
    }, askedEveryMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** What the alarms do without at present. */
  degraded(): readonly string[] {
    const { mode, trouble, roundFailure } = this.#state ?? {};
    if (mode === 'away')
      return [`alarms do not ring, sweepers process what is due: ${trouble ?? 'Redis is unavailable'}`];
    return roundFailure === undefined ? [] : [`alarms cannot be set, sweepers process what is due: ${roundFailure}`];
  }

  measure(metrics: Metrics): void {
    const read = (figure: (state: AlarmRoundsState) => number) => () =>
      this.#state === undefined ? 0 : figure(this.#state);
    const gauges: readonly (readonly [name: string, help: string, figure: (state: AlarmRoundsState) => number])[] = [
      [
        'away',
        '1 while no alarms ring, for example because Redis is unavailable.',
        ({ mode }) => (mode === 'away' ? 1 : 0),
      ],
      ['delayed', 'Alarms of all processes that are scheduled.', ({ counts }) => counts?.delayed ?? 0],
      ['waiting', 'Alarms of all processes that are due and wait for a worker.', ({ counts }) => counts?.waiting ?? 0],
      ['active', 'Alarms of all processes that are being processed.', ({ counts }) => counts?.active ?? 0],
    ];
    for (const [name, help, figure] of gauges) metrics.gauge(`holdfast_alarms_${name}`, help, read(figure));
    metrics.gauge(
      'holdfast_alarms_horizon_seconds',
      'How far ahead everything that falls due has an alarm, in seconds.',
      read(({ horizonMs }) => horizonMs / 1_000),
    );
    metrics.counter(
      'holdfast_alarms_rung_total',
      'Alarms that rang in this process.',
      read(({ rung }) => rung),
    );
    metrics.counter(
      'holdfast_alarms_failed_total',
      'Alarms that rang in this process and failed.',
      read(({ failed }) => failed),
    );
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    try {
      const before = this.#state?.mode;
      this.#state = await this.#rounds.state();
      const { mode, trouble } = this.#state;
      if (before !== undefined && before !== mode)
        this.#logger.warn({ mode, trouble }, 'the mode of the alarms changed');
    } catch (error) {
      this.#logger.warn({ err: error }, 'the state of the alarms cannot be read: the next look tries again');
    } finally {
      this.#asking = false;
    }
  }
}
