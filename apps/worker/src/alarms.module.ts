import { type DynamicModule, Module } from '@nestjs/common';
import { AlarmRounds } from '#application';
import { AlarmsLifecycle } from './alarms-lifecycle.ts';
import { AlarmsWatch } from './alarms-watch.ts';

/** Alarms that are set and ring in this process. */
@Module({})
export class AlarmsModule {
  static forRoot(rounds: AlarmRounds, watch: AlarmsWatch): DynamicModule {
    return {
      module: AlarmsModule,
      providers: [
        AlarmsLifecycle,
        { provide: AlarmRounds, useValue: rounds },
        { provide: AlarmsWatch, useValue: watch },
      ],
    };
  }
}
