import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AlarmRounds } from '#application';
import { EngineLifecycle } from '#engine';
import { AlarmsWatch } from './alarms-watch.ts';

/** Alarms are set and ring from the engine's start on, and no more before it is closed: what rings needs its lanes. */
@Injectable()
export class AlarmsLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #engine: EngineLifecycle;
  readonly #rounds: AlarmRounds;
  readonly #watch: AlarmsWatch;

  constructor(engine: EngineLifecycle, rounds: AlarmRounds, watch: AlarmsWatch) {
    this.#engine = engine;
    this.#rounds = rounds;
    this.#watch = watch;
  }

  onApplicationBootstrap(): void {
    const start = (): void => {
      this.#rounds.start();
      this.#watch.start();
    };
    // That the engine cannot start is told by who waits for it.
    this.#engine.started.then(start, () => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#watch.stop();
    await this.#rounds.stop();
  }
}
