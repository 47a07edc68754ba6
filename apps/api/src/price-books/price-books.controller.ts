import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { listPriceBooksQuery, parse, problemOf, publishBookBody } from '#contract';
import type { PriceBook } from '#domain';
import { PriceBookRegistry, timeText, VisibleBooks, type Published } from '#application';
import { priceBook } from './price-books.commands.ts';
import { problemOfPublishing } from './price-books.presenter.ts';
import { sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';

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
  async publish(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const body = parse(publishBookBody, request.body);
    if (!body.ok) {
      sendProblem(reply, body.problem);
      return;
    }
    const cause = { actor: request.caller.keyId, correlationId: request.id };
    this.#sendPublished(reply, await this.#books.publish(priceBook(body.value), cause));
  }

  @Get()
  async list(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const query = parse(listPriceBooksQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const { after = 0, limit } = query.value;
    const page = await this.#visible.page(after, limit, request.caller.accountPrefixes);
    const priceBooks = page.books.map((book) => this.#view(book));
    sendJson(reply, { priceBooks, after: page.after === null ? null : String(page.after) });
  }

  @Get(':priceBook')
  async get(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const book = await this.#visible.find(request.params.priceBook, request.caller.accountPrefixes);
    if (book === undefined) {
      sendProblem(reply, problemOf('price_book_not_found'));
      return;
    }
    sendJson(reply, this.#view(book));
  }

  #view(book: PriceBook): object {
    return { ...book, public: this.#books.isPublic(book) };
  }

  #sendPublished(reply: RouteReply, published: Published): void {
    if (!('book' in published)) {
      sendProblem(reply, problemOfPublishing(published));
      return;
    }
    if (published.kind === 'replayed') reply.header('idempotent-replayed', 'true');
    sendJson(reply, { ...this.#view(published.book), publishedAt: timeText(published.at) }, 201);
  }
}
