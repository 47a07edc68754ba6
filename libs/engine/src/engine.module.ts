import { type DynamicModule, Module } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  AccountLanes,
  BillRuns,
  Bills,
  Clock,
  EventStore,
  KeyRegistry,
  PaymentChannels,
  PaymentEndings,
  PaymentNotices,
  PriceBookRegistry,
  ReadModels,
  UnmatchedPayments,
} from '#application';
import { Checkpoints, ExportsLog } from '#proofs';
import { WebhookRegister } from '#webhooks';
import type { Engine } from './engine.ts';
import { ENGINE, ENGINE_ROLE, EngineLifecycle, type EngineRole } from './engine-lifecycle.ts';

/** One engine, started and stopped with the application; ports and parts of it for whoever asks for them by their class. */
@Module({})
export class EngineModule {
  /** @param engine opened before there is an application, so that what is wrong with its data is told as it is. */
  static forRoot(engine: Engine, role: EngineRole): DynamicModule {
    const parts = [
      { provide: AccountLanes, useValue: engine.lanes },
      { provide: Bills, useValue: engine.bills },
      { provide: BillRuns, useValue: engine.billRuns },
      { provide: Checkpoints, useValue: engine.checkpoints },
      { provide: CommandBus, useValue: engine.commands },
      { provide: Clock, useValue: engine.clock },
      { provide: EventStore, useValue: engine.store },
      { provide: ExportsLog, useValue: engine.exports },
      { provide: KeyRegistry, useValue: engine.keys },
      { provide: PaymentChannels, useValue: engine.payments.channels },
      { provide: PaymentEndings, useValue: engine.payments.endings },
      { provide: PaymentNotices, useValue: engine.payments.notices },
      { provide: UnmatchedPayments, useValue: engine.payments.unmatched },
      { provide: PriceBookRegistry, useValue: engine.priceBooks },
      { provide: QueryBus, useValue: engine.queries },
      { provide: WebhookRegister, useValue: engine.webhooks.register },
      { provide: ReadModels, useValue: engine.readModels.lists },
    ];
    const own = [{ provide: ENGINE, useValue: engine }, { provide: ENGINE_ROLE, useValue: role }, EngineLifecycle];
    const names = [ENGINE, EngineLifecycle, ...parts.map(({ provide }) => provide)];
    return { module: EngineModule, global: true, providers: [...own, ...parts], exports: names };
  }
}
