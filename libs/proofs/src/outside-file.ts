import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Checkpoint } from './checkpoint.ts';

/** A checkpoint as it is kept outside the ledger, one JSON line each. */
export interface OutsideCheckpoint extends Checkpoint {
  /** Of `keyId`. */
  readonly publicKey: string;
}

/** A file outside the data, to which every checkpoint is appended: an old line of it convicts a log that was changed. */
export class OutsideFile {
  readonly #file: string;
  #last: number | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Number of the newest checkpoint in it; 0 if there is none. */
  get lastNumber(): number {
    this.#last ??= Math.max(0, ...numbersIn(this.#file));
    return this.#last;
  }

  /** Returns when it is on disk. */
  write(checkpoint: OutsideCheckpoint): void {
    const file = openSync(this.#file, 'a', 0o644);
    try {
      writeSync(file, `${JSON.stringify(checkpoint)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    this.#last = checkpoint.number;
  }
}

function numbersIn(file: string): readonly number[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line) => /"number":(\d+)/.exec(line)?.[1] ?? [])
      .map(Number);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
