import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LogReader, ReadOnlyEventStore } from '#event-store';
import { comparedWithLog, type OutsideDifference, type OutsideLines, outsideLines, readSigningKeys } from '#proofs';
import type { CheckedLog } from './checked-log.ts';

/** What a restored log is beside the checkpoints that were kept outside, in sentences. It is restored whatever they say. */
export async function comparedWithOutside(
  directory: string,
  file: string,
  log: CheckedLog,
): Promise<readonly string[]> {
  let lines: OutsideLines;
  try {
    lines = outsideLines(readFileSync(file, 'utf8'));
  } catch (error) {
    return [`${file}: the checkpoints that were kept outside cannot be read: ${(error as Error).message}`];
  }
  const torn = lines.torn.map((line) => `${file}: line ${String(line)} is torn, and no proof of anything`);
  if (lines.checkpoints.length === 0)
    return [...torn, `${file}: there is no whole checkpoint in it: it proves nothing`];
  try {
    return [...torn, ...(await comparison(directory, file, lines, log))];
  } catch (error) {
    return [...torn, `${file}: the log's own checkpoints cannot be read to compare: ${(error as Error).message}`];
  }
}

async function comparison(
  directory: string,
  file: string,
  { checkpoints }: OutsideLines,
  log: CheckedLog,
): Promise<readonly string[]> {
  const reader = LogReader.open(join(directory, 'events.db'));
  try {
    const store = new ReadOnlyEventStore(reader);
    const { difference, damaged } = await comparedWithLog(checkpoints, log.chain, store, keyIdsIn(directory));
    const bad = damaged.map(
      ({ number }) => `${file}: checkpoint ${String(number)} in it is not as it was signed: no proof`,
    );
    return [...bad, differenceLine(file, difference, checkpoints.length - damaged.length, log)];
  } finally {
    reader.close();
  }
}

function differenceLine(file: string, found: OutsideDifference | undefined, genuine: number, log: CheckedLog): string {
  if (found === undefined && genuine === 0) return `${file}: nothing in it proves anything`;
  if (found === undefined) return `${file}: the log has all ${String(genuine)} checkpoints in it, as signed`;
  if (found.foreign) return `${file}: it has no checkpoint and no key in common with this log: no process will start`;
  const { last } = found;
  const missing = Math.max(0, last.events - log.events);
  return (
    `${file}: checkpoint ${String(last.number)} covers ${String(last.events)} events, the log has ${String(log.events)}: ` +
    `${String(missing)} are missing. No process starts until that is accepted (HOLDFAST_ACCEPT_TRUNCATION=true, once)`
  );
}

/** Of the signing keys in a data directory; none where they cannot be read. */
export function keyIdsIn(directory: string): readonly string[] {
  try {
    return readSigningKeys(join(directory, 'signing.key')).map(({ keyId }) => keyId);
  } catch {
    return [];
  }
}
