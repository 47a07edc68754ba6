import type { PriceBook } from '#domain';
import type { ReadModels } from '../ports/read-models.ts';
import type { PriceBookRegistry } from './price-book-registry.ts';

/** Books that one page looks at, for a key that may see only some: each may ask for the accounts of every prefix. */
const examinedMax = 200;

/** A page ends after the book with which its text has reached this many characters. */
const pageBytesMax = 1_024 * 1_024;

/** A page of price books. */
export interface BookPage {
  readonly books: readonly PriceBook[];
  /** Where the next page begins; null: this was the last. A page may be shorter than was asked for, and even empty. */
  readonly after: number | null;
}

/**
 * The price books that a caller may see and put accounts on: all, if its key reaches all accounts; else those that are
 * public, and those that its own accounts are on. What one customer has negotiated is no other's to know or to use.
 */
export class VisibleBooks {
  readonly #books: PriceBookRegistry;
  readonly #readModels: ReadModels;

  constructor(books: PriceBookRegistry, readModels: ReadModels) {
    this.#books = books;
    this.#readModels = readModels;
  }

  /** @param prefixes of the accounts that the key reaches; null: all. */
  sees(book: PriceBook, prefixes: readonly string[] | null): boolean {
    if (prefixes === null || this.#books.isPublic(book)) return true;
    return this.#readModels.usesPriceBook(`${book.name}@${String(book.version)}`, prefixes);
  }

  /**
   * A book by `name` (its newest version) or `name@version`; undefined where there is none that the caller may see.
   *
   * @throws EventStoreError
   */
  async find(asked: string, prefixes: readonly string[] | null): Promise<PriceBook | undefined> {
    await this.#books.refresh();
    const pinned = this.#books.pin(asked);
    const book = this.#books.books.find(({ name, version }) => `${name}@${String(version)}` === pinned);
    return book !== undefined && this.sees(book, prefixes) ? book : undefined;
  }

  /**
   * Books that the caller may see, those that came with Holdfast first, the others in the order of their publication.
   *
   * @param after where the page before ended; 0: from the first.
   * @throws EventStoreError
   */
  async page(after: number, limit: number, prefixes: readonly string[] | null): Promise<BookPage> {
    await this.#books.refresh();
    const all = this.#books.books;
    const seen: PriceBook[] = [];
    let bytes = 0;
    let place = after;
    const end = prefixes === null ? all.length : Math.min(all.length, after + examinedMax);
    for (; place < end && seen.length < limit && bytes < pageBytesMax; place += 1) {
      const book = all[place];
      if (book === undefined || !this.sees(book, prefixes)) continue;
      seen.push(book);
      bytes += JSON.stringify(book).length;
    }
    return { books: seen, after: place < all.length ? place : null };
  }
}
