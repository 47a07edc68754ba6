import { type DynamicModule, Module } from '@nestjs/common';
import { HealthModule, type ServiceState } from '#engine';
import type { Metrics } from '#runtime';

/** A worker: alarms over an engine, and few routes, which say how it is. */
@Module({})
export class WorkerModule {
  /**
   * @param engine see `EngineModule.forRoot`.
   * @param alarms see `AlarmsModule.forRoot`.
   */
  static forRoot(engine: DynamicModule, alarms: DynamicModule, metrics: Metrics, state: ServiceState): DynamicModule {
    return { module: WorkerModule, imports: [engine, alarms, HealthModule.over(metrics, state)] };
  }
}
