import { differencesIn, type Pair } from './differences.ts';
import type { Finding } from './finding.ts';
import { readPages } from './pages.ts';
import { LogTally, type Progress, type StreamTally } from './tally.ts';

/**
 * What stands against copying onto a target: the first thing in it that is not the beginning of a stream of the source;
 * undefined if there is nothing of the kind, as after a copy that was interrupted. Nothing is written.
 *
 * @param already what was read of the target.
 */
export async function objectionTo(pair: Pair, already: LogTally, progress: Progress): Promise<Finding | undefined> {
  const open = new Map(already.streams);
  if (open.size === 0) return undefined;
  // What is wrong with the source by itself is for the verification to say.
  const read = new LogTally('source', () => undefined);
  for await (const { events } of readPages(pair.source)) {
    for (const event of events) {
      const copy = open.get(event.stream);
      if (copy === undefined) continue;
      const original = read.take(event);
      if (original.revision < copy.revision) continue;
      if (original.seal !== copy.seal) return firstIn(event.stream, copy, pair);
      open.delete(event.stream);
    }
    if (open.size === 0) return undefined;
    progress(read.events);
  }
  for (const [stream, copy] of open) return firstIn(stream, copy, pair);
  return undefined;
}

/** The first thing that the copy of a stream has and the source has not. */
async function firstIn(stream: string, copy: StreamTally, pair: Pair): Promise<Finding> {
  for await (const finding of differencesIn(stream, pair)) {
    if (finding.kind !== 'missing-in-target') return finding;
  }
  const detail = 'up to here it is not as in the source, and now it is: somebody is writing one of the two';
  return { kind: 'event-differs', stream, revision: copy.revision, detail };
}
