import { hash as digest } from 'node:crypto';
import { BEGINNING, type EventStore, type Position, type RecordedEvent } from '#application/ports';
import { chainHash, chainStart, eventIdFromHash } from '#domain';
import type { Finding, FindingKind, Side } from './finding.ts';
import { readPages } from './pages.ts';

type Say = (finding: Finding) => void;

/** Is told now and then how many events were dealt with. */
export type Progress = (events: number) => void;

/** What is remembered of one stream while it is read: how far it goes, and one hash over everything in it. */
export class StreamTally {
  #revision = -1;
  #hash = chainStart;
  #seal = '';

  /** Revision of the last event. */
  get revision(): number {
    return this.#revision;
  }

  /** The same for two streams only if every event in them is the same in id, type, texts and stored hash. */
  get seal(): string {
    return this.#seal;
  }

  /** Counts the next event, and says what is wrong with its place, hash or id. */
  take(event: RecordedEvent, say: (kind: FindingKind, detail: string) => void): void {
    const { id, stream, revision, type, data, metadata, hash } = event;
    const next = this.#revision + 1;
    if (revision !== next) say('revision-gap', `revision ${String(next)} is the next`);
    // After a gap the event that it is chained to is not there.
    if (revision === next && chainHash(this.#hash, stream, revision, type, data, metadata) !== hash) {
      say('hash-wrong', `by its texts it has another hash than ${hash}`);
    }
    if (id !== eventIdFromHash(hash)) say('event-id-wrong', `${id} is not made from ${hash}`);
    this.#seal = digest('sha256', JSON.stringify([this.#seal, revision, id, type, data, metadata, hash]), 'base64');
    this.#revision = revision;
    this.#hash = hash;
  }
}

/** What is remembered of a whole log: some hundred bytes for each stream. */
export class LogTally {
  readonly streams = new Map<string, StreamTally>();
  events = 0;
  /** It was read up to here. */
  position: Position = BEGINNING;
  readonly #side: Side;
  readonly #report: Say;

  constructor(side: Side, say: Say) {
    this.#side = side;
    this.#report = say;
  }

  /** Counts an event; returns how its stream stands after it. */
  take(event: RecordedEvent): StreamTally {
    const { stream, revision } = event;
    let tally = this.streams.get(stream);
    if (tally === undefined) {
      tally = new StreamTally();
      this.streams.set(stream, tally);
    }
    tally.take(event, (kind, detail) => {
      this.#report({ kind, stream, revision, detail: `in the ${this.#side}: ${detail}` });
    });
    this.events += 1;
    return tally;
  }
}

/** Reads a whole log. */
export async function countLog(store: EventStore, side: Side, say: Say, progress: Progress): Promise<LogTally> {
  const tally = new LogTally(side, say);
  for await (const { events, position } of readPages(store)) {
    for (const event of events) tally.take(event);
    tally.position = position;
    progress(tally.events);
  }
  return tally;
}
