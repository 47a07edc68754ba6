import { Controller, Get, Req, Res } from '@nestjs/common';
import { problemOf } from '#contract';
import { PriceBookSource } from '#operations';
import { sendJson, sendProblem } from './answers.ts';
import type { DoorReply, DoorRequest } from './caller.ts';

/** The doors to what verifications cost. */
@Controller('v1/price-books')
export class PriceBooksController {
  readonly #source: PriceBookSource;

  constructor(source: PriceBookSource) {
    this.#source = source;
  }

  @Get()
  list(@Res() reply: DoorReply): void {
    sendJson(reply, { priceBooks: this.#source.books });
  }

  @Get(':priceBook')
  get(@Req() request: DoorRequest, @Res() reply: DoorReply): void {
    const pinned = this.#source.pin(request.params.priceBook);
    const book = this.#source.books.find(({ name, version }) => `${name}@${String(version)}` === pinned);
    if (book === undefined) {
      sendProblem(reply, problemOf('price_book_not_found'));
      return;
    }
    sendJson(reply, book);
  }
}
