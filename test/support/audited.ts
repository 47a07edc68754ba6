import { AccountAudit, type AccountEvent, PriceBookCatalog } from '#domain';
import { testBooks } from './account-driver.ts';

/** Kinds of all violations of a history of the account `acme`, in their order. */
export function findViolations(events: readonly AccountEvent[]): string[] {
  const used = new Set<string>();
  const ids = { use: (key: string) => used.size < used.add(key).size, has: (key: string) => used.has(key) };
  const audit = new AccountAudit('acme', ids, new PriceBookCatalog(testBooks));
  const kinds = events.flatMap((event, revision) => audit.follow(event, revision).map(({ kind }) => kind));
  return [...kinds, ...audit.finish().map(({ kind }) => kind)];
}

/** The history with one event of a type changed; null: left out. */
export function withChanged(
  events: readonly AccountEvent[],
  type: AccountEvent['type'],
  change: object | null,
  place = 0,
): readonly AccountEvent[] {
  const wanted = events.filter((event) => event.type === type)[place];
  if (wanted === undefined) throw new RangeError(`there is no ${type} at ${String(place)}`);
  return events.flatMap((event) => {
    if (event !== wanted) return [event];
    return change === null ? [] : [{ ...event, data: { ...event.data, ...change } } as AccountEvent];
  });
}
