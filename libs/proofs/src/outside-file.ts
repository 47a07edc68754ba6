import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { EventStore } from '#application/ports';
import { appendLine, ownerOnly } from '#files';
import { checkpointText } from './checkpoint.ts';
import type { CheckpointChain } from './checkpoint-chain.ts';
import { comparedWithLog, type OutsideReport } from './outside-comparison.ts';
import { type OutsideCheckpoint, type OutsideLines, outsideLines } from './outside-line.ts';

/** A file outside the data, to which every checkpoint is appended: an old line of it convicts a log that was changed. */
export class OutsideFile {
  readonly file: string;
  readonly #isOurs: (checkpoint: OutsideCheckpoint) => boolean;
  /** Of lines that were looked at: whether they count. */
  readonly #judged = new Map<string, boolean>();
  /** Numbers of the checkpoints that stand in it whole. */
  #whole: ReadonlySet<number> = new Set();
  /** Its size when it was read; undefined: not yet. This process appends to it, and others of the ledger may, too. */
  #bytes: number | undefined;

  /** @param isOurs whether a line that nobody has judged is a checkpoint of this ledger, as it was signed. */
  constructor(file: string, isOurs: (checkpoint: OutsideCheckpoint) => boolean) {
    this.file = file;
    this.#isOurs = isOurs;
  }

  /** Says which of its lines count, and which do not: what they should say is written again. */
  judge(checkpoints: readonly OutsideCheckpoint[], damaged: readonly OutsideCheckpoint[]): void {
    for (const one of checkpoints) this.#judged.set(lineKey(one), true);
    for (const one of damaged) this.#judged.set(lineKey(one), false);
    // Counted again when it is asked for.
    this.#bytes = undefined;
  }

  /**
   * Compares what was read with the log, and judges its lines by that.
   *
   * @throws EventStoreError if the log cannot be read.
   */
  async compare(
    { checkpoints, torn }: OutsideLines,
    chain: CheckpointChain,
    store: EventStore,
    ownKeyIds: readonly string[],
  ): Promise<OutsideReport> {
    const compared = await comparedWithLog(checkpoints, chain, store, ownKeyIds);
    this.judge(checkpoints, compared.damaged);
    return { ...compared, torn };
  }

  /** @throws Error if there is a file that cannot be read. */
  read(): OutsideLines {
    return outsideLines(this.#content().toString('utf8'));
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
    if (size === this.#bytes) return this.#whole;
    const content = this.#content();
    const { checkpoints } = outsideLines(content.toString('utf8'));
    this.#whole = new Set(checkpoints.filter(this.#counts).map(({ number }) => number));
    this.#bytes = content.length;
    return this.#whole;
  }

  readonly #counts = (one: OutsideCheckpoint): boolean => {
    const key = lineKey(one);
    const judged = this.#judged.get(key) ?? this.#isOurs(one);
    this.#judged.set(key, judged);
    return judged;
  };

  #content(): Buffer {
    try {
      return readFileSync(this.file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    }
  }
}

function lineKey(one: OutsideCheckpoint): string {
  return createHash('sha256')
    .update(`${checkpointText(one)}\n${one.publicKey}\n${one.signature}`)
    .digest('base64');
}
