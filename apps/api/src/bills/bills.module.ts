import { Module } from '@nestjs/common';
import { BillsController } from './bills.controller.ts';

/** Bills and statements of days that are over. */
@Module({ controllers: [BillsController] })
export class BillsModule {}
