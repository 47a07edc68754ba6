import { accountStream, billEntriesOf, decodeEvent, type BillEntry, type BillIssued } from '#domain';
import { contradictsItself } from '../lanes/account-history.ts';
import { readPageMax } from '../limits.ts';
import type { EventStore } from '../ports/event-store.ts';
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
  const entries: { revision: number; entry: BillEntry }[] = [];
  let next = Math.max(firstRevision, after + 1);
  const end = Math.min(lastRevision + 1, next + billEventsReadMax);
  try {
    while (next < end && entries.length < limit) {
      const { events } = await store.readStream(accountStream(accountId), next, Math.min(end - next, readPageMax));
      if (events.length === 0) throw new Unavailable('store_unavailable');
      for (const { revision, type, data } of events) {
        if (entries.length >= limit) break;
        for (const entry of billEntriesOf(decodeEvent(type, data))) entries.push({ revision, entry });
        next = revision + 1;
      }
    }
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new Unavailable(contradictsItself(error) ? 'account_quarantined' : 'store_unavailable');
  }
  return { entries, after: next > lastRevision ? null : next - 1 };
}
