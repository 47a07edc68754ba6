import { type DynamicModule, Module } from '@nestjs/common';
import { HealthModule, type ServiceState } from '#engine';
import type { Connections } from '#http';
import type { Metrics } from '#runtime';
import { AccountsModule } from './accounts/accounts.module.ts';
import { BatchModule } from './batch/batch.module.ts';
import { BillsModule } from './bills/bills.module.ts';
import { BudgetsModule } from './budgets/budgets.module.ts';
import { CorrectionsModule } from './corrections/corrections.module.ts';
import { HoldsModule } from './holds/holds.module.ts';
import { KeysModule } from './keys/keys.module.ts';
import { OrdersModule } from './orders/orders.module.ts';
import { PacksModule } from './packs/packs.module.ts';
import { PaymentsModule } from './payments/payments.module.ts';
import { PriceBooksModule } from './price-books/price-books.module.ts';
import { ProofsModule } from './proofs/proofs.module.ts';
import { WarningsModule } from './warnings/warnings.module.ts';
import { WebhooksModule } from './webhooks/webhooks.module.ts';

/** The service: a module for each topic of its routes, over one engine. */
@Module({})
export class AppModule {
  /** @param engine see `EngineModule.forRoot`. */
  static forRoot(
    engine: DynamicModule,
    metrics: Metrics,
    state: ServiceState,
    connections: Connections,
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        engine,
        HealthModule.over(metrics, state),
        AccountsModule,
        BatchModule.over(connections),
        BillsModule,
        BudgetsModule,
        CorrectionsModule,
        HoldsModule,
        KeysModule,
        OrdersModule,
        PacksModule,
        PaymentsModule,
        PriceBooksModule,
        ProofsModule,
        WarningsModule,
        WebhooksModule,
      ],
    };
  }
}
