import { Module } from '@nestjs/common';
import { OrdersController } from './orders.controller.ts';

/** Orders that top an account up. */
@Module({ controllers: [OrdersController] })
export class OrdersModule {}
