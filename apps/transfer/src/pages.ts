import { BEGINNING, type EventStore, type LogPage } from '#application/ports';

/** Most events read at once. */
export const pageEventsMax = 1_000;

/** A log from its first event to its end, page by page. The next page is read while one is worked on. */
export async function* readPages(store: EventStore): AsyncGenerator<LogPage> {
  for (let position = BEGINNING, next = store.readAll(position, pageEventsMax); ;) {
    const page = await next;
    ({ position } = page);
    if (!page.atEnd) {
      next = store.readAll(position, pageEventsMax);
      // Whoever works on this page may fail first and never ask for the next.
      next.catch(() => undefined);
    }
    yield page;
    if (page.atEnd) return;
  }
}
