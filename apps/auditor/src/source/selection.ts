import type { RecordedEvent } from '#application/ports';
import { accountOfStream, accountStream } from '#domain';
import type { Finding } from '../finding.ts';
import type { Streams } from './account-history.ts';
import { type AuditedLog, NoSuchData } from './open-log.ts';

/** Which part of a log is asked for. */
export interface Selection {
  /** Ids of accounts; empty: all that the prefix lets through. */
  readonly ids: readonly string[];
  /** What the ids of the accounts begin with. */
  readonly prefix: string;
  /** ms since 1970; belongs to the period. */
  readonly from: number;
  /** ms since 1970; does not. */
  readonly until: number;
}

export const everything: Selection = { ids: [], prefix: '', from: 0, until: Number.POSITIVE_INFINITY };

export function inPeriod({ from, until }: Selection, at: number): boolean {
  return from <= at && at < until;
}

/** Whether a stream is an account's with this prefix. Streams that are no account's belong to all accounts. */
function hasPrefix(stream: string, prefix: string): boolean {
  return accountOfStream(stream)?.startsWith(prefix) ?? prefix === '';
}

/** Some events, those of a stream in its order. */
export interface SelectedPage {
  readonly events: readonly RecordedEvent[];
  /** What is wrong with the way in which they are kept. */
  readonly findings: readonly Finding[];
  /** Events read so far, selected or not. */
  readonly read: number;
  /** How many there are to read; undefined where that is not known. */
  readonly toRead: number | undefined;
}

/** Events read at once: what an export keeps in memory. */
const pageEventsMax = 1_000;

/**
 * The streams of a selection from their beginnings, page by page: the whole log in its order, or the accounts that are
 * named one after the other. A period is left to the reader, who may need what was before.
 *
 * @throws NoSuchData if an account that is named does not exist.
 */
export async function* readPages(log: AuditedLog & Streams, selection: Selection): AsyncGenerator<SelectedPage, void> {
  if (selection.ids.length > 0) {
    yield* streamPages(log, selection.ids);
    return;
  }
  let read = 0;
  for (let position = '' as RecordedEvent['position']; ;) {
    const page = await log.readAll(position, pageEventsMax);
    read += page.events.length;
    const events = page.events.filter(({ stream }) => hasPrefix(stream, selection.prefix));
    yield { events, findings: page.findings ?? [], read, toRead: log.eventsToRead };
    if (page.atEnd) return;
    ({ position } = page);
  }
}

async function* streamPages(streams: Streams, ids: readonly string[]): AsyncGenerator<SelectedPage, void> {
  let read = 0;
  for (const accountId of new Set(ids)) {
    for (let from = 0; ;) {
      const { events, head } = await streams.readStream(accountStream(accountId), from, pageEventsMax);
      if (head < 0) throw new NoSuchData(`there is no account ${accountId}`);
      from += events.length;
      read += events.length;
      yield { events, findings: [], read, toRead: undefined };
      if (events.length === 0 || from > head) break;
    }
  }
}
