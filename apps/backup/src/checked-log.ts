import { DatabaseSync } from 'node:sqlite';
import { BEGINNING, type RecordedEvent } from '#application/ports';
import { chainHash, chainStart, eventIdFromHash } from '#domain';
import { LogReader } from '#event-store';
import { CheckpointChain, checkpointsStream, decodeCheckpointEvent, HeadsTree } from '#proofs';

/** Is told now and then how many events were read. */
export type Progress = (events: number, total: number | undefined) => void;

/** What a log file is, read from its beginning to its end. */
export interface CheckedLog {
  readonly events: number;
  readonly streams: number;
  readonly last: RecordedEvent | undefined;
  readonly chain: CheckpointChain;
  /** Endpoints that are told of events. */
  readonly webhooks: number;
  /** In words, at most {@link findingsKeptMax}. */
  readonly findings: readonly string[];
  readonly found: number;
}

const findingsKeptMax = 100;
const pageEventsMax = 5_000;

/** By what is stored: these names never change. */
const endpointChange: Readonly<Record<string, number>> = { 'webhook-registered.v1': 1, 'webhook-deleted.v1': -1 };

/**
 * Checks the pages of a log file and their order, the hash chain and the ids of every stream, the order and the signatures
 * of the checkpoints, and the root of the newest. Whether the events keep the rules of money is for the auditor.
 *
 * @throws Error if nothing of the file can be read.
 */
export function checkLog(file: string, progress: Progress): CheckedLog {
  const check = new LogCheck();
  for (const error of checkPages(file)) check.say(error);
  const reader = LogReader.open(file);
  try {
    check.run(reader, progress);
  } finally {
    reader.close();
  }
  return check;
}

function checkPages(file: string): readonly string[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare('PRAGMA quick_check').all();
    return rows.map((row) => String(row['quick_check'])).filter((text) => text !== 'ok');
  } finally {
    database.close();
  }
}

interface GrowingHead {
  readonly stream: string;
  revision: number;
  hash: string;
}

class LogCheck implements CheckedLog {
  readonly findings: string[] = [];
  found = 0;
  events = 0;
  last: RecordedEvent | undefined;
  webhooks = 0;
  readonly chain = new CheckpointChain();
  readonly #heads = new Map<string, GrowingHead>();

  get streams(): number {
    return this.#heads.size;
  }

  readonly say = (finding: string): void => {
    this.found += 1;
    if (this.findings.length < findingsKeptMax) this.findings.push(finding);
  };

  run(reader: LogReader, progress: Progress): void {
    const total = reader.lastPosition() + 1;
    const newest = this.#newestIn(reader);
    try {
      for (let position = BEGINNING, atEnd = false; !atEnd;) {
        const page = reader.readAll(position, pageEventsMax);
        for (const event of page.events) {
          this.#take(event);
          if (this.events === newest?.events) this.#compareRoot(newest);
        }
        ({ position } = page);
        atEnd = page.atEnd || page.events.length === 0;
        progress(this.events, total);
      }
    } catch (error) {
      this.say(`behind event ${String(this.events)} the log cannot be read: ${String(error)}`);
    }
    if (this.events !== total) this.say(`the log should have ${String(total)} events, and has ${String(this.events)}`);
  }

  #take(event: RecordedEvent): void {
    const { id, stream, revision, type, data, metadata, hash } = event;
    const head = this.#heads.get(stream) ?? { stream, revision: -1, hash: chainStart };
    const place = `${stream} ${String(revision)}`;
    if (revision !== head.revision + 1) this.say(`${place}: revision ${String(head.revision + 1)} is the next`);
    if (chainHash(head.hash, stream, revision, type, data, metadata) !== hash) this.say(`${place}: its hash is wrong`);
    if (id !== eventIdFromHash(hash)) this.say(`${place}: its id is wrong`);
    head.revision = revision;
    head.hash = hash;
    this.#heads.set(stream, head);
    this.events += 1;
    this.last = event;
    this.webhooks += stream === 'webhooks' ? (endpointChange[type] ?? 0) : 0;
    if (stream === checkpointsStream) this.#follow(event, place);
  }

  #follow({ type, data, hash }: RecordedEvent, place: string): void {
    try {
      this.chain.follow(decodeCheckpointEvent(type, data), hash, (error, detail) => {
        this.say(`${place}: ${error}: ${detail}`);
      });
    } catch (error) {
      this.say(`${place}: ${String(error)}`);
    }
  }

  #compareRoot({ number, root }: { readonly number: number; readonly root: string }): void {
    const sorted = [...this.#heads.values()].sort((left, right) => (left.stream < right.stream ? -1 : 1));
    if (new HeadsTree(sorted).root === root) return;
    this.say(`the first ${String(this.events)} events do not have the root of checkpoint ${String(number)}`);
  }

  /** Looked for beforehand: its root is worked out when the events that it covers have been read. */
  #newestIn(reader: LogReader): CheckpointChain['newest'] {
    const chain = new CheckpointChain();
    try {
      for (let from = 0; ;) {
        const { events, head } = reader.readStream(checkpointsStream, from, pageEventsMax);
        for (const { type, data, hash } of events)
          chain.follow(decodeCheckpointEvent(type, data), hash, () => undefined);
        from += events.length;
        if (events.length === 0 || from > head) return chain.newest;
      }
    } catch {
      // Said where it is read again.
      return undefined;
    }
  }
}
