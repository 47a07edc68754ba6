import { Module } from '@nestjs/common';
import { BudgetsController } from './budgets.controller.ts';

/** Budgets of an account. */
@Module({ controllers: [BudgetsController] })
export class BudgetsModule {}
