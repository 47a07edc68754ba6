import { Module, type DynamicModule } from '@nestjs/common';
import {
  AccountLanes,
  BalanceAsOf,
  BillRuns,
  Bills,
  Clock,
  EventStore,
  IdIndex,
  KeyRegistry,
  PaymentChannels,
  PaymentEndings,
  PaymentNotices,
  PriceBookRegistry,
  PriceBookSource,
  UnmatchedPayments,
  ReadModels,
} from '#application';
import { Checkpoints, ExportsLog } from '#proofs';
import { WebhookRegister } from '#webhooks';
import type { Engine } from './engine.ts';

/** The parts of one engine, for whoever asks for a port or a part by its class. */
@Module({})
export class EngineModule {
  static over(engine: Engine): DynamicModule {
    const providers = [
      { provide: AccountLanes, useValue: engine.lanes },
      { provide: BalanceAsOf, useValue: engine.balances },
      { provide: Bills, useValue: engine.bills },
      { provide: BillRuns, useValue: engine.billRuns },
      { provide: Checkpoints, useValue: engine.checkpoints },
      { provide: Clock, useValue: engine.clock },
      { provide: EventStore, useValue: engine.store },
      { provide: ExportsLog, useValue: engine.exports },
      { provide: IdIndex, useValue: engine.views.idIndex },
      { provide: KeyRegistry, useValue: engine.keys },
      { provide: PaymentChannels, useValue: engine.payments.channels },
      { provide: PaymentEndings, useValue: engine.payments.endings },
      { provide: PaymentNotices, useValue: engine.payments.notices },
      { provide: UnmatchedPayments, useValue: engine.payments.unmatched },
      { provide: PriceBookRegistry, useValue: engine.priceBooks },
      { provide: PriceBookSource, useValue: engine.priceBooks },
      { provide: WebhookRegister, useValue: engine.webhooks.register },
      { provide: ReadModels, useValue: engine.views.lists },
    ];
    return { module: EngineModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
