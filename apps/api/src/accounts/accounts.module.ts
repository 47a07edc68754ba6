import { Module } from '@nestjs/common';
import { PriceBooksModule } from '../price-books/price-books.module.ts';
import { AccountsController } from './accounts.controller.ts';

/** Accounts: open, read, list; deposits, withdrawals, adjustments, terms and status. */
@Module({ imports: [PriceBooksModule], controllers: [AccountsController] })
export class AccountsModule {}
