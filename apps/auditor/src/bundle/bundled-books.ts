import { type PriceBook, PriceBookCatalog, shippedPriceBooks } from '#domain';
import type { Finding } from '../finding.ts';
import { type BundledBook, bundleFinding } from './bundle-lines.ts';

/** Those that can be priced by. */
export function usableBooks(books: readonly BundledBook[]): readonly PriceBook[] {
  return books.map(({ book }) => book).filter(isPriceBook);
}

/** A book that ships with this program must be as it ships. */
export function bookFindings(books: readonly BundledBook[]): readonly Finding[] {
  return books.flatMap(({ book, line }) => {
    const error = isPriceBook(book) ? validateShipped(book) : 'a price book cannot be read';
    return error === undefined ? [] : [bundleFinding('price-book-differs', error, line)];
  });
}

function validateShipped(book: PriceBook): string | undefined {
  const shipped = shippedAs(book);
  if (shipped === undefined || JSON.stringify(shipped) === JSON.stringify(book)) return undefined;
  return `${book.name}@${String(book.version)} is not as it ships`;
}

/** Books that nobody can vouch for: this program does not ship them, and what is published comes with the events. */
export function strangers(books: readonly PriceBook[]): readonly string[] {
  return books.filter((book) => shippedAs(book) === undefined).map(({ name, version }) => `${name}@${String(version)}`);
}

function shippedAs({ name, version }: PriceBook): PriceBook | undefined {
  return shippedPriceBooks.find((shipped) => shipped.name === name && shipped.version === version);
}

/** Whether a catalog takes it. */
function isPriceBook(book: PriceBook): boolean {
  try {
    return new PriceBookCatalog([book]).books.length === 1;
  } catch {
    return false;
  }
}
