import { Module } from '@nestjs/common';
import { NotificationsController } from './notifications.controller.ts';
import { UnmatchedPaymentsController } from './unmatched-payments.controller.ts';

/** What payment channels say was paid, and payments that no order takes. */
@Module({ controllers: [NotificationsController, UnmatchedPaymentsController] })
export class PaymentsModule {}
