import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { PriceBookRegistry, type Published, timeText, VisibleBooks } from '#application';
import { createProblem, listPriceBooksQuery, publishBookBody } from '#contract';
import type { PriceBook } from '#domain';
import { sendJson, sendReplayable } from '../http/answers.ts';
import { readCause, type RouteReply, type RouteRequest } from '../http/caller.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { priceBook } from './price-books.commands.ts';
import { problemOfPublishing } from './price-books.presenter.ts';

/** The routes to what verifications cost. */
@Controller('v1/price-books')
export class PriceBooksController {
  readonly #books: PriceBookRegistry;
  readonly #visible: VisibleBooks;

  constructor(books: PriceBookRegistry, visible: VisibleBooks) {
    this.#books = books;
    this.#visible = visible;
  }

  @Post()
  async publish(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(publishBookBody)) body: Parsed<typeof publishBookBody>,
  ): Promise<void> {
    const cause = readCause(request);
    this.#sendPublished(reply, await this.#books.publish(priceBook(body), cause));
  }

  @Get()
  async list(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Query(new SchemaPipe(listPriceBooksQuery)) query: Parsed<typeof listPriceBooksQuery>,
  ): Promise<void> {
    const { after = 0, limit } = query;
    const page = await this.#visible.page(after, limit, request.caller.accountPrefixes);
    const priceBooks = page.books.map((book) => this.#view(book));
    sendJson(reply, { priceBooks, after: page.after === null ? null : String(page.after) });
  }

  @Get(':priceBook')
  async get(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('priceBook') priceBook: string,
  ): Promise<void> {
    const book = await this.#visible.find(priceBook, request.caller.accountPrefixes);
    if (book === undefined) throw new RequestRefused(createProblem('price_book_not_found'));
    sendJson(reply, this.#view(book));
  }

  #view(book: PriceBook): object {
    return { ...book, public: this.#books.isPublic(book) };
  }

  #sendPublished(reply: RouteReply, published: Published): void {
    if (!('book' in published)) throw new RequestRefused(problemOfPublishing(published));
    sendReplayable(
      reply,
      published.kind === 'replayed',
      { ...this.#view(published.book), publishedAt: timeText(published.at) },
      201,
    );
  }
}
