import {
  appendBytesMax,
  appendEventsMax,
  BEGINNING,
  type NewEvent,
  NO_STREAM,
  type Position,
  type RecordedEvent,
} from '#application/ports';
import { type AppendLimits, appendLimits, appendSurely, type Part, TransferStopped } from './append-surely.ts';
import type { Pair } from './differences.ts';
import { readPages } from './pages.ts';
import { sideBySide } from './side-by-side.ts';
import type { LogTally, Progress } from './tally.ts';

/** Most appends under way at once, each to another stream. */
const appendsAtOnceMax = 64;

export interface Copied {
  /** Events in the source. */
  readonly events: number;
  /** Those of them that were not in the target before. */
  readonly written: number;
  /** The source was copied up to here. */
  readonly position: Position;
}

/**
 * Copies what the target does not have yet, page by page in the source's order: each stream's order is kept, and the
 * order across streams within a page or so.
 *
 * @param already what the target has: nothing but beginnings of the source's streams.
 * @throws TransferStopped.
 */
export async function copyLog(
  { source, target }: Pair,
  already: LogTally,
  progress: Progress,
  limits: AppendLimits = appendLimits,
): Promise<Copied> {
  const heads = new Map([...already.streams].map(([stream, { revision }]) => [stream, revision]));
  let events = 0;
  let position = BEGINNING;
  for await (const page of readPages(source)) {
    const streams = findNewParts(page.events, heads);
    await sideBySide(streams, appendsAtOnceMax, async (parts) => {
      for (const part of parts) await appendSurely(target, part, limits);
    });
    events += page.events.length;
    ({ position } = page);
    progress(events);
  }
  return { events, written: events - already.events, position };
}

/**
 * What is to be appended of a page, for each stream in order.
 *
 * @param heads how far each stream goes in the target; moved on.
 */
export function findNewParts(page: readonly RecordedEvent[], heads: Map<string, number>): readonly (readonly Part[])[] {
  const streams = new Map<string, OpenPart[]>();
  for (const event of page) {
    const { stream, revision } = event;
    const head = heads.get(stream) ?? NO_STREAM;
    if (revision <= head) continue;
    if (revision !== head + 1) throw new TransferStopped(`${stream}: the source has no revision ${String(head + 1)}`);
    heads.set(stream, revision);
    const parts = streams.get(stream) ?? [];
    streams.set(stream, parts);
    add(event, parts);
  }
  return [...streams.values()];
}

interface OpenPart extends Part {
  readonly events: NewEvent[];
  bytes: number;
}

function add({ stream, revision, id, type, data, metadata, hash }: RecordedEvent, parts: OpenPart[]): void {
  const bytes = Buffer.byteLength(data) + Buffer.byteLength(metadata);
  const event = { id, type, data, metadata, hash };
  const last = parts.at(-1);
  if (last !== undefined && last.events.length < appendEventsMax && last.bytes + bytes <= appendBytesMax) {
    last.events.push(event);
    last.bytes += bytes;
    return;
  }
  parts.push({ stream, expected: revision - 1, events: [event], bytes });
}
