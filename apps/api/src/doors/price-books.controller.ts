import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import {
  listPriceBooksQuery,
  parse,
  problemOf,
  problemOfFaults,
  publishBookBody,
  type PublishBookBody,
} from '#contract';
import type { PriceBook } from '#domain';
import { PriceBookRegistry, timeText, VisibleBooks, type Published } from '#application';
import { sendJson, sendProblem } from './answers.ts';
import type { DoorReply, DoorRequest } from './caller.ts';
import { canonical, canonicalSteps } from './terms-command.ts';

/** The doors to what verifications cost. */
@Controller('v1/price-books')
export class PriceBooksController {
  readonly #books: PriceBookRegistry;
  readonly #visible: VisibleBooks;

  constructor(books: PriceBookRegistry, visible: VisibleBooks) {
    this.#books = books;
    this.#visible = visible;
  }

  @Post()
  async publish(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    const body = parse(publishBookBody, request.body);
    if (!body.ok) {
      sendProblem(reply, body.problem);
      return;
    }
    const cause = { actor: request.caller.keyId, correlationId: request.id };
    this.#sendPublished(reply, await this.#books.publish(bookOf(body.value), cause));
  }

  @Get()
  async list(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
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
  async get(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
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

  #sendPublished(reply: DoorReply, published: Published): void {
    switch (published.kind) {
      case 'published':
      case 'replayed':
        if (published.kind === 'replayed') reply.header('idempotent-replayed', 'true');
        sendJson(reply, { ...this.#view(published.book), publishedAt: timeText(published.at) }, 201);
        return;
      case 'invalid': {
        const { field, why } = published.fault;
        sendProblem(reply, problemOfFaults([{ pointer: `/${field.join('/')}`, detail: why }]));
        return;
      }
      case 'not-next': {
        const detail = `the next version is ${String(published.next)}`;
        sendProblem(reply, problemOfFaults([{ pointer: '/version', detail }]));
        return;
      }
      case 'differs': {
        const { field } = published;
        sendProblem(
          reply,
          problemOf('idempotency_conflict', { detail: `this version was published: ${field} differs`, field }),
        );
        return;
      }
      case 'full':
        sendProblem(reply, problemOf('too_many_price_books'));
        return;
    }
  }
}

function bookOf({ name, version, currency, products, packs = {}, public: forAll }: PublishBookBody): PriceBook {
  return {
    name,
    version,
    currency: currency ?? 'CNY',
    products: Object.fromEntries(
      Object.entries(products).map(([product, { counter, basis, credentialSeconds, steps, packFamily }]) => [
        product,
        {
          counter: counter ?? product,
          basis,
          credentialSeconds: credentialSeconds ?? null,
          steps: steps === null ? null : canonicalSteps(steps),
          packFamily: packFamily ?? null,
        },
      ]),
    ),
    packs: Object.fromEntries(
      Object.entries(packs).map(([family, sizes]) => [
        family,
        sizes.map(({ units, price, trial }) => ({ units, price: canonical(price), trial: trial ?? false })),
      ]),
    ),
    ...(forAll === true && { public: true }),
  };
}
