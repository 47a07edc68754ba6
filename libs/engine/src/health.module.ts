import { type DynamicModule, Module } from '@nestjs/common';
import { Metrics } from '#runtime';
import { HealthController } from './health.controller.ts';
import { ServiceState } from './service-state.ts';

/** How a process is, for load balancers, supervisors and Prometheus. */
@Module({ controllers: [HealthController] })
export class HealthModule {
  static over(metrics: Metrics, state: ServiceState): DynamicModule {
    return {
      module: HealthModule,
      providers: [
        { provide: Metrics, useValue: metrics },
        { provide: ServiceState, useValue: state },
      ],
    };
  }
}
