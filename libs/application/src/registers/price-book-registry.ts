import { isDeepStrictEqual } from 'node:util';
import {
  type BookError,
  decodePriceBookEvent,
  type PackOffer,
  type PriceBook,
  PriceBookCatalog,
  priceBookPublished,
  priceBooksStream,
  type PriceTable,
  type Tariff,
  validateBook,
} from '#domain';
import type { Cause } from '../pipeline/chained-events.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore } from '../ports/event-store.ts';
import { PriceBookSource, UnknownPrices } from '../ports/price-book-source.ts';
import { EventSourcedRegister, type RegisterEvent } from './event-sourced-register.ts';

/** Most published versions of all books together. */
export const publishedBooksMax = 10_000;

/** What came of a publication. */
export type Published =
  | { readonly kind: 'published' | 'replayed'; readonly book: PriceBook; readonly at: number }
  | { readonly kind: 'invalid'; readonly error: BookError }
  /** Another version would be the next one. */
  | { readonly kind: 'not-next'; readonly next: number }
  /** This version was published with something else in it. */
  | { readonly kind: 'differs'; readonly field: string }
  | { readonly kind: 'full' };

/**
 * The price books of this ledger: those that come with it, and those that were published as events of one stream. Kept
 * in memory and read forward whenever something is not known: another process may have published it a moment ago.
 */
export class PriceBookRegistry extends PriceBookSource {
  readonly #register: EventSourcedRegister<{ readonly type: typeof priceBookPublished; readonly data: object }>;
  readonly #clock: Clock;
  readonly #catalog: PriceBookCatalog;
  /** When each published version was published, by `name@version`. */
  readonly #publishedAt = new Map<string, number>();

  /**
   * @param shipped come with Holdfast; a name's published versions go on from them.
   * @param onFatalStoreError the store must not be written to any more: the process has to end.
   */
  constructor(
    store: EventStore,
    clock: Clock,
    shipped: readonly PriceBook[],
    onFatalStoreError: (cause: unknown) => void = () => undefined,
  ) {
    super();
    const fold = (event: RegisterEvent): void => {
      this.#fold(event);
    };
    this.#register = new EventSourcedRegister({ stream: priceBooksStream, store, fold, onFatalStoreError });
    this.#clock = clock;
    this.#catalog = new PriceBookCatalog(shipped);
  }

  override get books(): readonly PriceBook[] {
    return this.#catalog.books;
  }

  /** Whether who may see only some accounts sees it: it came with Holdfast, or was published for all. */
  isPublic({ name, version, public: forAll }: PriceBook): boolean {
    return forAll === true || !this.#publishedAt.has(`${name}@${String(version)}`);
  }

  override pin(asked: string): string | undefined {
    return this.#catalog.pin(asked);
  }

  override tariff(book: string, product: string): Tariff | undefined {
    this.#assertKnown(book);
    return this.#catalog.tariff(book, product);
  }

  override table(hash: string): PriceTable | undefined {
    const table = this.#catalog.table(hash);
    if (table === undefined) {
      throw new UnknownPrices(`the price table ${hash}`, () => this.#catalog.table(hash) !== undefined);
    }
    return table;
  }

  override pack(book: string, family: string, units: number): PackOffer | undefined {
    this.#assertKnown(book);
    return this.#catalog.pack(book, family, units);
  }

  override hasPackFamily(book: string, family: string): boolean {
    this.#assertKnown(book);
    return this.#catalog.hasPackFamily(book, family);
  }

  override refresh(): Promise<void> {
    return this.#register.refresh();
  }

  /**
   * Publishes the next version of a book. The same version with the same content is answered as the first time.
   *
   * @throws EventStoreError
   */
  async publish(book: PriceBook, cause: Cause): Promise<Published> {
    const error = validateBook(book);
    if (error !== undefined) return { kind: 'invalid', error };
    return this.#register.change(() => {
      const refused = this.#rejectionReason(book);
      if (refused !== undefined) return { result: refused };
      const at = this.#clock.now();
      const event = { type: priceBookPublished, data: { at, ...book } } as const;
      return { event, result: { kind: 'published', book, at } as const };
    }, cause);
  }

  #fold({ type, data }: RegisterEvent): void {
    const { at, ...book } = decodePriceBookEvent(type, data);
    this.#catalog.add(book);
    this.#publishedAt.set(`${book.name}@${String(book.version)}`, at);
  }

  #assertKnown(book: string): void {
    if (this.#catalog.pin(book) !== undefined) return;
    throw new UnknownPrices(`the price book ${book}`, () => this.#catalog.pin(book) !== undefined);
  }

  /** Undefined if the book is the next version of its name. */
  #rejectionReason(book: PriceBook): Published | undefined {
    const id = `${book.name}@${String(book.version)}`;
    const before = this.books.find(({ name, version }) => name === book.name && version === book.version);
    if (before !== undefined) {
      const fields = Object.keys({ ...book, ...before }) as (keyof PriceBook)[];
      const field = fields.find((name) => !isDeepStrictEqual(book[name], before[name]));
      const at = this.#publishedAt.get(id);
      if (field === undefined && at !== undefined) return { kind: 'replayed', book: before, at };
      return { kind: 'differs', field: field ?? 'version' };
    }
    const newest = this.#catalog.pin(book.name);
    const next = newest === undefined ? 1 : Number(newest.slice(newest.lastIndexOf('@') + 1)) + 1;
    if (book.version !== next) return { kind: 'not-next', next };
    return this.#publishedAt.size >= publishedBooksMax ? { kind: 'full' } : undefined;
  }
}
