import { Module, type DynamicModule } from '@nestjs/common';
import { HealthModule, type ServiceState } from '#engine';
import type { Metrics } from '#runtime';

/** A worker's few routes: how it is, and nothing else. */
@Module({})
export class WorkerModule {
  static over(metrics: Metrics, state: ServiceState): DynamicModule {
    return { module: WorkerModule, imports: [HealthModule.over(metrics, state)] };
  }
}
