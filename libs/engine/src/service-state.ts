import type { Clock, Views } from '#operations';

/** How long the read models may stand still before the process should be started anew, in ms. */
const viewsFailureMaxMs = 60_000;

/** Whether this process can do its work, as health checks and doors ask. */
export class ServiceState {
  readonly #clock: Clock;
  readonly #views: Views;
  /** When the views were first seen to have failed, by a clock that cannot be set. */
  #failingSince: number | undefined;
  #phase: 'starting' | 'serving' | 'stopping' = 'starting';

  constructor(clock: Clock, views: Views) {
    this.#clock = clock;
    this.#views = views;
  }

  started(): void {
    this.#phase = 'serving';
  }

  stopping(): void {
    this.#phase = 'stopping';
  }

  /** Why the clock cannot be trusted at present. */
  get clockFault(): string | undefined {
    return this.#clock.unsure();
  }

  /** Why no command is taken at present. */
  get notServing(): string | undefined {
    if (this.#phase === 'starting') return 'the service is starting: its read models catch up with the events';
    return this.#phase === 'stopping' ? 'the service is stopping' : undefined;
  }

  /** Why this process should not be sent any work. */
  get notReady(): string | undefined {
    return this.notServing ?? this.clockFault ?? this.#views.progress().failure;
  }

  /** Why this process should be started anew. */
  get notLive(): string | undefined {
    return this.clockFault ?? this.#lastingFailure();
  }

  #lastingFailure(): string | undefined {
    const { failure } = this.#views.progress();
    const now = performance.now();
    this.#failingSince = failure === undefined ? undefined : (this.#failingSince ?? now);
    return this.#failingSince !== undefined && now - this.#failingSince > viewsFailureMaxMs ? failure : undefined;
  }
}
