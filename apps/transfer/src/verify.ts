import type { Position } from '#application/ports';
import { differencesIn, type Pair } from './differences.ts';
import { Findings } from './finding.ts';
import { countLog, type LogTally, type Progress } from './tally.ts';

export interface Verification {
  readonly findings: Findings;
  /** Of the source. */
  readonly events: number;
  readonly streams: number;
}

/**
 * Reads both logs from beginning to end and says everything in which they are not equal, or not sound by themselves.
 *
 * @param copiedTo the source must end here; by default where it ends when it is read.
 * @param progress is told how many events of both logs were read.
 */
export async function verify(pair: Pair, progress: Progress, copiedTo?: Position): Promise<Verification> {
  const findings = new Findings();
  const say = findings.add.bind(findings);
  const source = await countLog(pair.source, 'source', say, progress);
  const target = await countLog(pair.target, 'target', say, (events) => {
    progress(source.events + events);
  });
  for (const stream of unequal(source, target)) {
    const before = findings.count;
    for await (const finding of differencesIn(stream, pair)) findings.add(finding);
    if (findings.count > before) continue;
    const detail = 'it was not the same in source and target, and now it is: somebody is writing one of the two';
    findings.add({ kind: 'event-differs', stream, revision: source.streams.get(stream)?.revision ?? 0, detail });
  }
  await sayIfMoved(pair, copiedTo ?? source.position, findings);
  return { findings, events: source.events, streams: source.streams.size };
}

function* unequal(source: LogTally, target: LogTally): Generator<string> {
  for (const [stream, { seal }] of source.streams) {
    if (target.streams.get(stream)?.seal !== seal) yield stream;
  }
  for (const stream of target.streams.keys()) {
    if (!source.streams.has(stream)) yield stream;
  }
}

async function sayIfMoved({ source }: Pair, end: Position, findings: Findings): Promise<void> {
  const { events } = await source.readAll(end, 1);
  for (const { stream, revision } of events) {
    findings.add({ kind: 'source-moved', stream, revision, detail: 'written meanwhile: is the service stopped?' });
  }
}
