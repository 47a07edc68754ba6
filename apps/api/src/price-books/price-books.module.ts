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
      useFactory: (books: PriceBookRegistry, views: ReadModels) => new VisibleBooks(books, views),
    },
  ],
  exports: [VisibleBooks],
})
export class PriceBooksModule {}
