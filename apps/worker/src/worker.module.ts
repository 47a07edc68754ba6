import { Module, type DynamicModule } from '@nestjs/common';
import { HealthController, ServiceState } from '#engine';
import { Metrics } from '#runtime';

/** A worker's few doors: how it is, and nothing else. */
@Module({})
export class WorkerModule {
  static over(metrics: Metrics, state: ServiceState): DynamicModule {
    return {
      module: WorkerModule,
      controllers: [HealthController],
      providers: [
        { provide: Metrics, useValue: metrics },
        { provide: ServiceState, useValue: state },
      ],
    };
  }
}
