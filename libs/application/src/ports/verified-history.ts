import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AccountEvent, accountStream, chainHash, chainStart, decodeEvent, UnreadableEvent } from '#domain';
import { readCharactersMax, readPageMax } from '../limits.ts';
import type { RecordedEvent, StreamPage } from './event-store.ts';

/** Where streams are read from: the event store, or a log file. */
export interface StreamReader {
  readStream(stream: string, from: number, limit: number, characters?: number): StreamPage | Promise<StreamPage>;
}

/** An event of a stream, by what the next one is chained to. */
export interface ChainPlace {
  /** -1 in front of the first event. */
  readonly revision: number;
  readonly hash: string;
}

/** In front of the first event of every stream. */
export const chainBeginning: ChainPlace = { revision: -1, hash: chainStart };

export type HistoryError = 'revision-gap' | 'hash-wrong' | 'event-unreadable';

/** What is stored of an account contradicts itself: the account cannot be trusted any further. */
export class BrokenHistory extends Error {
  override readonly name: string = 'BrokenHistory';
}

/** A stored event does not follow the one in front of it, or cannot be read. */
export class UntrustedEvent extends BrokenHistory {
  override readonly name = 'UntrustedEvent';
  readonly kind: HistoryError;
  readonly revision: number;
  readonly detail: string;

  constructor(kind: HistoryError, { stream, revision }: RecordedEvent, detail: string) {
    super(`${stream} revision ${String(revision)}: ${detail}`);
    this.kind = kind;
    this.revision = revision;
    this.detail = detail;
  }
}

/** An event that stands in its place, has the hash of its chain, and is understood. */
export interface VerifiedEvent {
  readonly recorded: RecordedEvent;
  readonly event: AccountEvent;
}

/**
 * Checks that an event is the next one of its stream and can be read.
 *
 * @param after the event in front of it.
 * @throws UntrustedEvent
 */
export function verifyEvent(after: ChainPlace, recorded: RecordedEvent): AccountEvent {
  const { stream, revision, type, data, metadata } = recorded;
  const next = after.revision + 1;
  if (revision !== next) {
    throw new UntrustedEvent(
      'revision-gap',
      recorded,
      `revision ${String(revision)}, where ${String(next)} is the next`,
    );
  }
  const hash = chainHash(after.hash, stream, revision, type, data, metadata);
  if (hash !== recorded.hash) {
    throw new UntrustedEvent('hash-wrong', recorded, `${hash} by its texts, ${recorded.hash} as it is stored`);
  }
  try {
    return decodeEvent(type, data);
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    throw new UntrustedEvent('event-unreadable', recorded, String(error));
  }
}

/**
 * Reads an account's events page by page. Each event is verified when it is taken from its page, so that nothing is
 * spent on those behind the last one that the caller wants. Other work has its turn between two pages.
 *
 * @param after the event in front of the first one that is read.
 * @throws UntrustedEvent at the first event that cannot be trusted; EventStoreError.
 */
export async function* verifiedHistory(
  reader: StreamReader,
  accountId: string,
  after: ChainPlace = chainBeginning,
): AsyncGenerator<Iterable<VerifiedEvent>, void> {
  const stream = accountStream(accountId);
  const place = { ...after };
  for (;;) {
    const { events, head } = await reader.readStream(stream, place.revision + 1, readPageMax, readCharactersMax);
    yield verifiedPage(place, events);
    if (events.length === 0 || place.revision >= head) return;
    await nextTurn();
  }
}

/** @param place goes on with every event that is taken. */
function* verifiedPage(
  place: { revision: number; hash: string },
  page: readonly RecordedEvent[],
): Generator<VerifiedEvent, void> {
  for (const recorded of page) {
    const event = verifyEvent(place, recorded);
    place.revision = recorded.revision;
    place.hash = recorded.hash;
    yield { recorded, event };
  }
}
