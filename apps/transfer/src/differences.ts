import type { EventStore, RecordedEvent } from '#application/ports';
import type { Finding } from './finding.ts';
import { pageEventsMax } from './pages.ts';

/** The two logs. */
export interface Pair {
  readonly source: EventStore;
  readonly target: EventStore;
}

/**
 * Every difference between a stream in the source and in the target, in order. Events in a row that only one of them has
 * come as one finding.
 */
export async function* differencesIn(stream: string, pair: Pair): AsyncGenerator<Finding> {
  let run: { readonly first: Finding; last: number } | undefined;
  for await (const one of eachDifferenceIn(stream, pair)) {
    const goesOn = one.kind !== 'event-differs' && one.kind === run?.first.kind && one.revision === run.last + 1;
    if (run !== undefined && goesOn) {
      run.last = one.revision;
      continue;
    }
    if (run !== undefined) yield describeRun(run);
    run = { first: one, last: one.revision };
  }
  if (run !== undefined) yield describeRun(run);
}

function describeRun({ first, last }: { readonly first: Finding; readonly last: number }): Finding {
  if (last === first.revision) return first;
  return { ...first, detail: `${first.detail}, and so on up to revision ${String(last)}` };
}

async function* eachDifferenceIn(stream: string, { source, target }: Pair): AsyncGenerator<Finding> {
  for (let from = 0, end = 0; from <= end; from += pageEventsMax) {
    const [original, copy] = await Promise.all([
      source.readStream(stream, from, pageEventsMax),
      target.readStream(stream, from, pageEventsMax),
    ]);
    end = Math.max(original.head, copy.head);
    const originals = byRevision(original.events);
    const copies = byRevision(copy.events);
    for (let revision = from; revision < from + pageEventsMax; revision += 1) {
      const finding = difference(stream, revision, originals.get(revision), copies.get(revision));
      if (finding !== undefined) yield finding;
    }
  }
}

function byRevision(events: readonly RecordedEvent[]): ReadonlyMap<number, RecordedEvent> {
  return new Map(events.map((event) => [event.revision, event]));
}

const compared = ['type', 'data', 'metadata', 'id', 'hash'] as const;

function difference(
  stream: string,
  revision: number,
  original: RecordedEvent | undefined,
  copy: RecordedEvent | undefined,
): Finding | undefined {
  if (original === undefined && copy === undefined) return undefined;
  const place = { stream, revision };
  if (original === undefined) return { kind: 'only-in-target', ...place, detail: 'the source has no such event' };
  if (copy === undefined) return { kind: 'missing-in-target', ...place, detail: 'the target has no such event' };
  const differing = compared.filter((name) => original[name] !== copy[name]);
  if (differing.length === 0) return undefined;
  return { kind: 'event-differs', ...place, detail: `not the same in source and target: ${differing.join(', ')}` };
}
