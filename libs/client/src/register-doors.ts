import type {
  CreatedKey,
  CreateKeyBody,
  Key,
  KeyList,
  PriceBook,
  PriceBookList,
  PublishBookBody,
  PublishedBook,
} from '#contract';
import type { CallOptions, Done, Doors } from './doors.ts';
import type { PageQuery } from './page-query.ts';

/** The doors to price books, one method each. */
export class PriceBookDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /** Publishes the next version of a price book; it moves no account. Scope `operator`. */
  publish(body: PublishBookBody, options?: CallOptions): Promise<Done<PublishedBook>> {
    return this.#doors.command('publishPriceBook', {}, body, options);
  }

  /** Versions of price books, of those that the key may see; a page can be shorter than was asked for. */
  list(query: PageQuery = {}, options?: CallOptions): Promise<PriceBookList> {
    return this.#doors.read('listPriceBooks', {}, { ...query }, options);
  }

  /** All versions of all price books that the key may see, asked for page by page as they are used. */
  async *every(options?: CallOptions): AsyncGenerator<PriceBook, void> {
    let after: string | null = null;
    do {
      const page: PriceBookList = await this.list(after === null ? {} : { after }, options);
      yield* page.priceBooks;
      ({ after } = page);
    } while (after !== null);
  }

  /** A price book: `name` for its newest version, or `name@version`. */
  get(priceBook: string, options?: CallOptions): Promise<PriceBook> {
    return this.#doors.read('getPriceBook', { priceBook }, {}, options);
  }
}

/** The doors to API keys, one method each. Scope `admin`. */
export class KeyDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /**
   * Makes an API key; the answer shows it this once. Tried once, whatever happens, because a second try could make a
   * second key: after an error look at {@link KeyDoors.list} and revoke what nobody holds.
   */
  async create(body: CreateKeyBody, options?: CallOptions): Promise<CreatedKey> {
    return (await this.#doors.send('createKey', {}, { body }, { ...options, retriesMax: 0 })).json as CreatedKey;
  }

  /** All API keys, revoked ones included, without their secrets. */
  list(options?: CallOptions): Promise<KeyList> {
    return this.#doors.read('listKeys', {}, {}, options);
  }

  /** Revokes an API key at once. */
  revoke(keyId: string, options?: CallOptions): Promise<Key> {
    return this.#doors.read('revokeKey', { keyId }, {}, options);
  }
}
