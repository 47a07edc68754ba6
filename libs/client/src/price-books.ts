import type { PriceBook, PriceBookList } from '#contract';
import { callForValue, command } from './methods.ts';
import type { PageQuery } from './page-query.ts';
import type { CallOptions, RouteCaller } from './route-caller.ts';

/** A page says where the next one begins by a text, and takes it as it stands. */
const list =
  (caller: RouteCaller) =>
  (query: PageQuery = {}, options?: CallOptions): Promise<PriceBookList> =>
    caller.read('listPriceBooks', { parameters: {}, query: { ...query } }, options);

/** What verifications cost. */
export const priceBooks = {
  /** Publishes the next version of a price book; it moves no account. Scope `operator`. */
  publish: command('publishPriceBook'),
  /** Versions of price books, of those that the key may see; a page can be shorter than was asked for. */
  list,
  /** All versions of all price books that the key may see, asked for page by page as they are used. */
  every: (caller: RouteCaller) =>
    async function* (options?: CallOptions): AsyncGenerator<PriceBook, void> {
      let after: string | null = null;
      do {
        const page: PriceBookList = await list(caller)(after === null ? {} : { after }, options);
        yield* page.priceBooks;
        ({ after } = page);
      } while (after !== null);
    },
  /** A price book: `name` for its newest version, or `name@version`. */
  get: callForValue('getPriceBook'),
};
