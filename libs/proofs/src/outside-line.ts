import { type Checkpoint, checkpointSigned, decodeCheckpointEvent } from './checkpoint.ts';

/** A checkpoint as it is kept outside the ledger, one JSON line each. */
export interface OutsideCheckpoint extends Checkpoint {
  /** Of `keyId`. */
  readonly publicKey: string;
}

/** What is in a file of checkpoints that is kept outside. */
export interface OutsideLines {
  /** In the order of the file; one may stand there twice. */
  readonly checkpoints: readonly OutsideCheckpoint[];
  /** Lines, from 1, that are no whole checkpoint, as a full disk or a crash leaves them. */
  readonly torn: readonly number[];
}

/** Reads the text of such a file. A line that is not whole spoils no other. */
export function outsideLines(text: string): OutsideLines {
  const checkpoints: OutsideCheckpoint[] = [];
  const torn: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const checkpoint = checkpointIn(line);
    if (checkpoint === undefined) torn.push(index + 1);
    if (checkpoint !== undefined) checkpoints.push(checkpoint);
  }
  return { checkpoints, torn };
}

function checkpointIn(line: string): OutsideCheckpoint | undefined {
  try {
    const { data } = decodeCheckpointEvent(checkpointSigned, line);
    return typeof (data as OutsideCheckpoint).publicKey === 'string' ? (data as OutsideCheckpoint) : undefined;
  } catch {
    return undefined;
  }
}
