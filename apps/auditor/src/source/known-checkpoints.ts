import { readFileSync } from 'node:fs';
import type { StreamPage } from '#application/ports';
import { checkpointsStream, decodeCheckpointEvent, type OutsideLines, outsideLines } from '#proofs';
import { NoSuchData } from './open-log.ts';

/** What an audit has to know of the checkpoints before it comes to them. */
export interface KnownCheckpoints {
  /** After how many events of the whole log the heads are needed. */
  readonly marks: readonly number[];
  /** Revision of the last event of the checkpoints' stream that was read for them: later ones are not compared. */
  readonly head: number;
}

type ReadStream = (stream: string, from: number, limit: number) => StreamPage | Promise<StreamPage>;

const pageEventsMax = 1_000;

/** What cannot be read of the stream is left out: the audit comes upon it again, and says so. */
export async function knownCheckpoints(readStream: ReadStream): Promise<KnownCheckpoints> {
  const marks = new Set<number>();
  let head = -1;
  for (let from = 0; ; from = head + 1) {
    const page = await readPage(readStream, from);
    if (page === undefined || page.events.length === 0) break;
    for (const { type, data } of page.events) {
      const mark = coveredBy(type, data);
      if (mark !== undefined) marks.add(mark);
    }
    const { revision = -1 } = page.events.at(-1) ?? {};
    // In a damaged log revisions may not go on: then there is no end to wait for.
    if (revision < from) break;
    head = revision;
    if (head >= page.head) break;
  }
  return { marks: [...marks].sort((left, right) => left - right), head };
}

async function readPage(readStream: ReadStream, from: number): Promise<StreamPage | undefined> {
  try {
    return await readStream(checkpointsStream, from, pageEventsMax);
  } catch {
    return undefined;
  }
}

/** How many events a checkpoint covers; undefined of anything else. */
function coveredBy(type: string, data: string): number | undefined {
  try {
    const event = decodeCheckpointEvent(type, data);
    return event.type === 'checkpoint-signed.v1' ? event.data.events : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The checkpoints of a file that was kept outside the ledger, one JSON line each, and which lines of it are torn.
 *
 * @throws NoSuchData if the file cannot be read, or no line of it is a whole checkpoint.
 */
export function outsideCheckpoints(file: string): OutsideLines {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new NoSuchData(`${file}: ${String((error as NodeJS.ErrnoException).code)}`);
  }
  const lines = outsideLines(text);
  if (lines.checkpoints.length > 0) return lines;
  throw new NoSuchData(`${file}: there is no whole checkpoint in it`);
}
