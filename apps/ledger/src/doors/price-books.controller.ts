import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { parse, problemOf, problemOfFaults, publishBookBody, type PublishBookBody } from '#contract';
import type { PriceBook } from '#ledger';
import { PriceBookRegistry, timeText, type Published } from '#operations';
import { sendJson, sendProblem } from './answers.ts';
import type { DoorReply, DoorRequest } from './caller.ts';
import { canonical, canonicalSteps } from './terms-command.ts';

/** The doors to what verifications cost. */
@Controller('v1/price-books')
export class PriceBooksController {
  readonly #books: PriceBookRegistry;

  constructor(books: PriceBookRegistry) {
    this.#books = books;
  }

  @Post()
  async publish(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    const body = parse(publishBookBody, request.body);
    if (!body.ok) {
      sendProblem(reply, body.problem);
      return;
    }
    const cause = { actor: request.caller.keyId, correlationId: request.id };
    sendPublished(reply, await this.#books.publish(bookOf(body.value), cause));
  }

  @Get()
  async list(@Res() reply: DoorReply): Promise<void> {
    await this.#books.refresh();
    sendJson(reply, { priceBooks: this.#books.books });
  }

  @Get(':priceBook')
  async get(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    await this.#books.refresh();
    const pinned = this.#books.pin(request.params.priceBook);
    const book = this.#books.books.find(({ name, version }) => `${name}@${String(version)}` === pinned);
    if (book === undefined) {
      sendProblem(reply, problemOf('price_book_not_found'));
      return;
    }
    sendJson(reply, book);
  }
}

function sendPublished(reply: DoorReply, published: Published): void {
  switch (published.kind) {
    case 'published':
    case 'replayed':
      if (published.kind === 'replayed') reply.header('idempotent-replayed', 'true');
      sendJson(reply, { ...published.book, publishedAt: timeText(published.at) }, 201);
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

function bookOf({ name, version, currency, products, packs = {} }: PublishBookBody): PriceBook {
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
  };
}
