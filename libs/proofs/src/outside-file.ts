import { readFileSync, statSync } from 'node:fs';
import { appendLine, ownerOnly } from '#files';
import { outsideLines, type OutsideCheckpoint, type OutsideLines } from './outside-line.ts';

/** A file outside the data, to which every checkpoint is appended: an old line of it convicts a log that was changed. */
export class OutsideFile {
  readonly file: string;
  /** Numbers of the checkpoints that stand in it whole. */
  #whole: ReadonlySet<number> = new Set();
  /** Its size when it was read; undefined: not yet. This process appends to it, and others of the ledger may, too. */
  #bytes: number | undefined;

  constructor(file: string) {
    this.file = file;
  }

  /** @throws Error if there is a file that cannot be read. */
  read(): OutsideLines {
    const content = this.#content();
    const lines = outsideLines(content.toString('utf8'));
    this.#bytes = content.length;
    this.#whole = new Set(lines.checkpoints.map(({ number }) => number));
    return lines;
  }

  /** Every checkpoint up to this one stands in it whole; 0: the first does not. */
  get completeTo(): number {
    const whole = this.#numbers();
    let complete = 0;
    while (whole.has(complete + 1)) complete += 1;
    return complete;
  }

  /** Whether the checkpoint of this number stands in it whole. */
  has(number: number): boolean {
    return this.#numbers().has(number);
  }

  /** Returns when it is on disk. @throws Error if not all of it could be written: then it is written again next time. */
  write(checkpoint: OutsideCheckpoint): void {
    appendLine(this.file, JSON.stringify(checkpoint), ownerOnly);
  }

  #numbers(): ReadonlySet<number> {
    const { size = 0 } = statSync(this.file, { throwIfNoEntry: false }) ?? {};
    if (size !== this.#bytes) this.read();
    return this.#whole;
  }

  #content(): Buffer {
    try {
      return readFileSync(this.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    }
  }
}
