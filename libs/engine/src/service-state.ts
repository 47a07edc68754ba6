import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { Engine } from './engine.ts';

/** How long the read models may stand still before the process should be restarted, in ms. */
const readModelsFailureMaxMs = 60_000;

/** Whether this process can do its work, as health checks and routes ask. */
export class ServiceState implements BeforeApplicationShutdown {
  readonly #engine: Engine;
  readonly #alsoDegraded: () => readonly string[];
  /** When the read models were first seen to have failed, by a clock that cannot be set. */
  #failingSince: number | undefined;
  #phase: 'starting' | 'serving' | 'leaving' | 'stopping' = 'starting';

  /** @param alsoDegraded what else the process does without at present. */
  constructor(engine: Engine, alsoDegraded: () => readonly string[] = () => []) {
    this.#engine = engine;
    this.#alsoDegraded = alsoDegraded;
  }

  started(): void {
    this.#phase = 'serving';
  }

  /** It was told to stop and goes on serving for a while, so that who sends work can notice. */
  leaving(): void {
    this.#phase = 'leaving';
  }

  /** From now on no command is taken; what is under way is answered. */
  beforeApplicationShutdown(): void {
    this.#phase = 'stopping';
  }

  /** Why the clock cannot be trusted at present. */
  get clockError(): string | undefined {
    return this.#engine.clock.untrusted();
  }

  /** Why no command is taken at present. */
  get notServing(): string | undefined {
    if (this.#phase === 'starting') return 'the service is starting: its read models catch up with the events';
    return this.#phase === 'stopping' ? 'the service is stopping' : undefined;
  }

  /** Why this process should not be sent any work. */
  get notReady(): string | undefined {
    if (this.#phase === 'leaving') return 'the service is about to stop';
    return (
      this.notServing ??
      this.clockError ??
      this.#engine.storeError() ??
      this.#engine.readModels.lists.progress().failure
    );
  }

  /** Why this process should be restarted. */
  get notLive(): string | undefined {
    return this.clockError ?? this.#lastingFailure();
  }

  /** What this process does without at present. */
  get degraded(): readonly string[] {
    return [...this.#engine.degraded(), ...this.#alsoDegraded()];
  }

  #lastingFailure(): string | undefined {
    const { failure } = this.#engine.readModels.lists.progress();
    const now = performance.now();
    this.#failingSince = failure === undefined ? undefined : (this.#failingSince ?? now);
    return this.#failingSince !== undefined && now - this.#failingSince > readModelsFailureMaxMs ? failure : undefined;
  }
}
