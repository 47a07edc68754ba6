import { UnreadableEvent } from '../kernel/unreadable-event.ts';
import { isRecord } from '../kernel/validation.ts';
import type { PriceBook } from './price-book.ts';
import { validateBook } from './validate.ts';

/** The stream of all published price books. */
export const priceBooksStream = 'price-books';

/** A version of a book as it was published, whole. */
export type PriceBookPublished = PriceBook & { readonly at: number };

export const priceBookPublished = 'price-book-published.v1';

/**
 * Reads a published book back.
 *
 * @throws UnreadableEvent for an unknown type, or a book that could not have been published: prices must never be guessed.
 */
export function decodePriceBookEvent(type: string, text: string): PriceBookPublished {
  if (type !== priceBookPublished) throw new UnreadableEvent(`${type}: no event of price books of this type is known`);
  let book: PriceBookPublished;
  try {
    book = JSON.parse(text) as PriceBookPublished;
  } catch (error) {
    throw new UnreadableEvent(`${type}: its data is not JSON`, { cause: error });
  }
  if (!isRecord(book)) throw new UnreadableEvent(`${type}: its data is not an object`);
  const error = validateBook(book);
  if (error !== undefined) throw new UnreadableEvent(`${type}: ${error.field.join('.')}: ${error.why}`);
  return book;
}
