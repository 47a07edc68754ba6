import { isDeepStrictEqual } from 'node:util';
import type { RecordedEvent } from '#application/ports';
import { decodePriceBookEvent, type PriceBook, type PriceBookCatalog, type PriceBookPublished } from '#domain';

/** Adds a published book to the catalog, from which the holds after it are priced; returns what is wrong with it. */
export function validatePublished(event: RecordedEvent, catalog: PriceBookCatalog): readonly string[] {
  try {
    const published = decodePriceBookEvent(event.type, event.data);
    const { at } = published;
    const book = bookIn(published);
    const id = `${book.name}@${String(book.version)}`;
    // It was published here, and ships with Holdfast by now.
    const known = catalog.books.find(({ name, version }) => name === book.name && version === book.version);
    if (isDeepStrictEqual(known, book)) return [];
    const newest = catalog.pin(book.name);
    const next = newest === undefined ? 1 : Number(newest.slice(newest.lastIndexOf('@') + 1)) + 1;
    catalog.add(book);
    return [
      ...(book.version === next ? [] : [`${id} comes where version ${String(next)} is the next`]),
      ...(Number.isSafeInteger(at) && at >= 0 ? [] : [`${id} was published at no time`]),
    ];
  } catch (error) {
    return [String(error)];
  }
}

function bookIn(published: PriceBookPublished): PriceBook {
  return Object.fromEntries(Object.entries(published).filter(([field]) => field !== 'at')) as unknown as PriceBook;
}
