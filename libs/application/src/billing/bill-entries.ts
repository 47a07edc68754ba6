import { type AccountEvent, accountStream, type BillEntry, type BillIssued, listBillEntries } from '#domain';
import { readPageMax } from '../limits.ts';
import { contradictsItself } from '../pipeline/account-history.ts';
import type { EventStore } from '../ports/event-store.ts';
import { chainBeginning, type ChainPlace, verifiedHistory } from '../ports/verified-history.ts';
import { Unavailable } from '../request.ts';

/** Most events that are read for one page of entries: a day may have many that add nothing to its bill. */
export const billEventsReadMax = 4 * readPageMax;

/** A page of what the events of a day add to the lines of its bill. */
export interface BillEntries {
  readonly entries: readonly (Omit<BillEntry, 'holdId'> & {
    readonly revision: number;
    readonly product: string | null;
  })[];
  /** The last revision that was read; null if it is the bill's last. */
  readonly after: number | null;
}

interface ReadEntries {
  readonly entries: readonly { readonly revision: number; readonly entry: BillEntry }[];
  readonly after: number | null;
}

/** @throws Unavailable */
export async function readEntries(
  store: EventStore,
  accountId: string,
  { firstRevision, lastRevision }: BillIssued,
  after: number,
  limit: number,
): Promise<ReadEntries> {
  const first = Math.max(firstRevision, after + 1);
  const end = Math.min(lastRevision + 1, first + billEventsReadMax);
  const entries: { revision: number; entry: BillEntry }[] = [];
  let next = first;
  try {
    for await (const { revision, event } of eventsBetween(store, accountId, first, end)) {
      for (const entry of listBillEntries(event)) entries.push({ revision, entry });
      next = revision + 1;
      if (entries.length >= limit) break;
    }
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(contradictsItself(error) ? 'account_quarantined' : 'store_unavailable');
  }
  return { entries, after: next > lastRevision ? null : next - 1 };
}

/** @param end the first revision that is not wanted. */
async function* eventsBetween(
  store: EventStore,
  accountId: string,
  first: number,
  end: number,
): AsyncGenerator<{ readonly revision: number; readonly event: AccountEvent }, void> {
  if (first >= end) return;
  for await (const page of verifiedHistory(store, accountId, await placeBefore(store, accountId, first))) {
    for (const { recorded, event } of page) {
      yield { revision: recorded.revision, event };
      if (recorded.revision + 1 >= end) return;
    }
  }
  throw new Unavailable('store_unavailable');
}

/** @throws Unavailable; EventStoreError */
async function placeBefore(store: EventStore, accountId: string, revision: number): Promise<ChainPlace> {
  if (revision === 0) return chainBeginning;
  const { events } = await store.readStream(accountStream(accountId), revision - 1, 1);
  const [event] = events;
  if (event === undefined) throw new Unavailable('store_unavailable');
  return event;
}
