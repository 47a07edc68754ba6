import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { BEGINNING, type RecordedEvent, type StreamPage } from '#application/ports';
import { type AccountEvent, accountOfStream, decodeEvent, type PriceBook, priceBooksStream } from '#domain';
import { type Checkpoint, checkpointsStream, decodeCheckpointEvent, type Head, HeadsTree } from '#proofs';
import { knownCheckpoints } from '../source/known-checkpoints.ts';
import { type AuditedLog, type AuditedPage, NoSuchData } from '../source/open-log.ts';
import { PeriodAccounts } from '../source/period-accounts.ts';
import { BundleWriter } from './bundle-writer.ts';
import { type AuditedLine, bundleFormat } from './lines.ts';
import type { BundleSink } from './packed-lines.ts';

/** What goes into a bundle. */
export interface Selection {
  /** Beginnings of account ids; null: all accounts, and every other stream as well. */
  readonly accounts: readonly string[] | null;
  /** ms since 1970; null: from the first event. */
  readonly from: number | null;
  /** ms since 1970, not included; null: up to the end. */
  readonly until: number | null;
}

/** A log that can be exported. */
export interface ExportedLog extends AuditedLog {
  readStream(stream: string, from: number, limit: number): StreamPage | Promise<StreamPage>;
}

export interface Exported {
  readonly events: number;
  /** SHA-256 of everything in it but its last line. */
  readonly digest: string;
}

export type ExportProgress = (events: number, eventsToRead: number | undefined) => void;

/** Streams that go into every bundle whole: without signatures and published prices nothing in it could be checked. */
const alwaysThere: ReadonlySet<string> = new Set([checkpointsStream, priceBooksStream]);

const pageEventsMax = 2_000;

/**
 * Writes a bundle, page by page. What is in memory grows with the number of streams, not of events. It ends where the log
 * ends, or where a checkpoint stands that was made since the export began.
 *
 * @throws NoSuchData if the log is damaged: a bundle of it would prove nothing.
 */
export async function exportBundle(
  log: ExportedLog,
  selection: Selection,
  { priceBooks, now }: { readonly priceBooks: readonly PriceBook[]; readonly now: number },
  sink: BundleSink,
  progress: ExportProgress = () => undefined,
): Promise<Exported> {
  const { accounts, from, until } = selection;
  const known = await knownCheckpoints(log.readStream.bind(log));
  const writer = new BundleWriter(sink);
  const exportedAt = new Date(now).toISOString();
  const eventsMax = log.eventsToRead ?? null;
  const { marks } = known;
  writer.line({ kind: 'bundle', format: bundleFormat, exportedAt, accounts, from, until, eventsMax, marks });
  for (const book of priceBooks) writer.line({ kind: 'price-book', book });
  const passes = new Passes(log, known.head, progress, isPartial(selection) ? 2 : 1);
  if (isPartial(selection)) await writeProofs(log, passes, selection, writer);
  const selected = new Selected(selection);
  await passes.run((event, place) => {
    for (const line of selected.toLines(event, place)) writer.line(line);
    return writer;
  });
  for (const line of selected.heads()) {
    writer.line(line);
    await writer.flush();
  }
  return { digest: await writer.end(), events: writer.counts.events };
}

function isPartial({ accounts, from, until }: Selection): boolean {
  return accounts !== null || from !== null || until !== null;
}

/** Reads the log from its beginning, once or twice, to the same end. */
class Passes {
  readonly #log: AuditedLog;
  readonly #head: number;
  readonly #progress: ExportProgress;
  readonly #passes: number;
  #read = 0;

  /** @param head of the checkpoints' stream: the log ends here before a later event of it. */
  constructor(log: AuditedLog, head: number, progress: ExportProgress, passes: number) {
    this.#log = log;
    this.#head = head;
    this.#progress = progress;
    this.#passes = passes;
  }

  /** @param take ends the pass by returning false; after a page it is waited for room in what it returned. */
  async run(take: (event: RecordedEvent, place: number) => BundleWriter | boolean): Promise<void> {
    const { eventsToRead } = this.#log;
    let place = 0;
    for (let position = BEGINNING; ;) {
      const page = await this.#log.readAll(position, pageEventsMax);
      assertSound(page);
      let taken: BundleWriter | boolean = true;
      for (const event of page.events) {
        if (event.stream === checkpointsStream && event.revision > this.#head) return;
        taken = take(event, place);
        if (taken === false) return;
        place += 1;
      }
      if (taken instanceof BundleWriter) await taken.flush();
      this.#read += page.events.length;
      this.#progress(this.#read, eventsToRead === undefined ? undefined : eventsToRead * this.#passes);
      if (page.atEnd) return;
      position = page.position;
      await yieldToOthers();
    }
  }
}

function assertSound({ findings = [] }: AuditedPage): void {
  const [finding] = findings;
  if (finding === undefined) return;
  throw new NoSuchData(`${finding.stream}: ${finding.detail}; a damaged log is not exported`);
}

/** Which events are wanted, as lines. */
class Selected {
  readonly #selection: Selection;
  readonly #heads = new Map<string, Head>();
  readonly #before = new Map<string, Head>();
  readonly #funds = new PeriodAccounts();

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  *toLines(event: RecordedEvent, place: number): Generator<AuditedLine> {
    const { stream, revision, type, data, metadata, hash, id, recordedAt } = event;
    if (!isSelected(stream, this.#selection)) return;
    if (accountOfStream(stream) !== undefined && isPartial(this.#selection)) {
      const decoded = decode(event);
      const { from, until } = this.#selection;
      if (until !== null && decoded.data.at >= until) return;
      const before = this.#before.get(stream);
      const funds = this.#funds.of(stream);
      this.#funds.post(stream, decoded);
      if (from !== null && decoded.data.at < from) {
        this.#before.set(stream, { stream, revision, hash });
        return;
      }
      this.#before.delete(stream);
      if (before !== undefined) yield { kind: 'start', ...before, ...funds };
    }
    this.#heads.set(stream, { stream, revision, hash });
    yield { kind: 'event', place, stream, revision, type, data, metadata, hash, id, recordedAt };
  }

  *heads(): Generator<AuditedLine> {
    const sorted = [...this.#heads.values()].sort((left, right) => (left.stream < right.stream ? -1 : 1));
    for (const { stream, revision, hash } of sorted) {
      const isAccount = accountOfStream(stream) !== undefined && isPartial(this.#selection);
      const { available, frozen } = isAccount ? this.#funds.of(stream) : { available: null, frozen: null };
      yield { kind: 'head', stream, revision, hash, available, frozen };
    }
  }
}

function decode({ stream, revision, type, data }: RecordedEvent): AccountEvent {
  try {
    return decodeEvent(type, data);
  } catch (error) {
    throw new NoSuchData(`${stream} ${String(revision)}: ${String(error)}; a damaged log is exported only as a whole`);
  }
}

function isSelected(stream: string, { accounts, from, until }: Selection): boolean {
  const accountId = accountOfStream(stream);
  if (accountId === undefined) {
    return (accounts === null && from === null && until === null) || alwaysThere.has(stream);
  }
  return accounts === null || accounts.some((prefix) => accountId.startsWith(prefix));
}

/** Proofs of the selected streams, and of what was published, from the newest checkpoint of the time that is exported. */
async function writeProofs(
  log: ExportedLog,
  passes: Passes,
  selection: Selection,
  writer: BundleWriter,
): Promise<void> {
  const checkpoint = await newestBefore(log, selection.until);
  if (checkpoint === undefined) return;
  const heads = new Map<string, Head>();
  await passes.run(({ stream, revision, hash }, place) => {
    heads.set(stream, { stream, revision, hash });
    return place + 1 < checkpoint.events;
  });
  const sorted = [...heads.values()].sort((left, right) => (left.stream < right.stream ? -1 : 1));
  const tree = new HeadsTree(sorted);
  if (tree.root !== checkpoint.root) {
    throw new NoSuchData(
      `checkpoint ${String(checkpoint.number)} is not of this log: verify it before you export parts`,
    );
  }
  for (const { stream } of sorted) {
    // The checkpoints' own stream is signed.
    if (stream === checkpointsStream || !isSelected(stream, selection)) continue;
    const proven = tree.prove(stream);
    if (proven === undefined) continue;
    writer.line({ kind: 'proof', checkpoint: checkpoint.number, ...proven.head, ...proven.proof });
    await writer.flush();
  }
}

async function newestBefore(log: ExportedLog, until: number | null): Promise<Checkpoint | undefined> {
  let newest: Checkpoint | undefined;
  for (let from = 0; ;) {
    const { events, head } = await log.readStream(checkpointsStream, from, pageEventsMax);
    for (const { type, data } of events) {
      const event = decodeCheckpointEvent(type, data);
      if (event.type !== 'checkpoint-signed.v1') continue;
      if (until === null || event.data.at < until) newest = event.data;
    }
    from += events.length;
    if (events.length === 0 || from > head) return newest;
  }
}
