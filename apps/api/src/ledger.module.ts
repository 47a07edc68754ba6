import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { HealthController, ServiceState, type Engine } from '#engine';
import { Connections } from '#http';
import {
  AccountLanes,
  BalanceAsOf,
  BillRuns,
  Bills,
  Clock,
  EventStore,
  handlers,
  IdIndex,
  KeyRegistry,
  PaymentChannels,
  PaymentEndings,
  PaymentNotices,
  PriceBookRegistry,
  PriceBookSource,
  UnmatchedPayments,
  ReadModels,
  VisibleBooks,
} from '#application';
import { Checkpoints, ExportsLog } from '#proofs';
import { Metrics } from '#runtime';
import { WebhookRegister } from '#webhooks';
import { AccountsController } from './doors/accounts.controller.ts';
import { BatchController } from './doors/batch.controller.ts';
import { CorrectionsController } from './doors/corrections.controller.ts';
import { BillsController } from './doors/bills.controller.ts';
import { PacksController } from './doors/packs.controller.ts';
import { BudgetsController } from './doors/budgets.controller.ts';
import { HoldsController } from './doors/holds.controller.ts';
import { KeysController } from './doors/keys.controller.ts';
import { NotificationsController } from './doors/notifications.controller.ts';
import { OrdersController } from './doors/orders.controller.ts';
import { ProofsController } from './doors/proofs.controller.ts';
import { PriceBooksController } from './doors/price-books.controller.ts';
import { UnmatchedPaymentsController } from './doors/unmatched-payments.controller.ts';
import { WarningsController } from './doors/warnings.controller.ts';
import { WebhooksController } from './doors/webhooks.controller.ts';

/** The doors over one engine. */
@Module({})
export class LedgerModule {
  static over(engine: Engine, metrics: Metrics, state: ServiceState, connections: Connections): DynamicModule {
    return {
      module: LedgerModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        AccountsController,
        CorrectionsController,
        HoldsController,
        BudgetsController,
        BillsController,
        PacksController,
        BatchController,
        KeysController,
        OrdersController,
        NotificationsController,
        UnmatchedPaymentsController,
        PriceBooksController,
        ProofsController,
        WarningsController,
        WebhooksController,
        HealthController,
      ],
      providers: [
        ...handlers,
        { provide: AccountLanes, useValue: engine.lanes },
        { provide: BalanceAsOf, useValue: engine.balances },
        { provide: Bills, useValue: engine.bills },
        { provide: BillRuns, useValue: engine.billRuns },
        { provide: Checkpoints, useValue: engine.checkpoints },
        { provide: Clock, useValue: engine.clock },
        { provide: Connections, useValue: connections },
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
        { provide: VisibleBooks, useValue: new VisibleBooks(engine.priceBooks, engine.views.lists) },
        { provide: WebhookRegister, useValue: engine.webhooks.register },
        { provide: ReadModels, useValue: engine.views.lists },
        { provide: Metrics, useValue: metrics },
        { provide: ServiceState, useValue: state },
      ],
    };
  }
}
