import { Module } from '@nestjs/common';
import { PriceBookRegistry, ReadModels, VisibleBooks } from '#application';
import { PriceBooksController } from './price-books.controller.ts';

/** What verifications cost, and who may see it. */
@Module({
  controllers: [PriceBooksController],
  providers: [
    {
      provide: VisibleBooks,
      inject: [PriceBookRegistry, ReadModels],
      useFactory: (books: PriceBookRegistry, readModels: ReadModels) => new VisibleBooks(books, readModels),
    },
  ],
  exports: [VisibleBooks],
})
export class PriceBooksModule {}
