import type { PriceBookSource, UnknownPrices } from '../ports/price-book-source.ts';
import { BrokenHistory } from '../ports/verified-history.ts';

/**
 * Reads what was published: a book that an account rests on was published before, if elsewhere a moment ago.
 *
 * @throws BrokenHistory if it is not in the store either; EventStoreError.
 */
export async function learnPrices(priceBooks: PriceBookSource, unknown: UnknownPrices): Promise<'again'> {
  await priceBooks.refresh();
  if (!unknown.knownNow()) throw new BrokenHistory(unknown.message);
  return 'again';
}
