import type { AuditScope } from '../source/audit-scope.ts';
import { BundleDamaged } from './container.ts';
import { LineSplitter } from './line-splitter.ts';
import { streamOfEvent } from './line-start.ts';
import { type AuditedLine, parseLine } from './lines.ts';

/**
 * Reads of a bundle what a partition of its accounts needs that is not the first. What can be wrong with lines as such, with
 * their order and their number, is for the first to find.
 */
export class PartitionReader {
  /** Lines read so far. */
  lines = 0;
  /** The manifest is compared by the first. */
  readonly manifestError = undefined;
  readonly #pieces: AsyncIterable<Buffer>;
  readonly #scope: AuditScope;

  constructor(pieces: AsyncIterable<Buffer>, scope: AuditScope) {
    this.#pieces = pieces;
    this.#scope = scope;
  }

  /** @throws BundleDamaged where there is something that cannot be a line of a bundle. */
  async *read(): AsyncGenerator<AuditedLine, void> {
    const splitter = new LineSplitter();
    for await (const piece of this.#pieces) {
      for (const bytes of splitter.split(piece)) {
        this.lines += 1;
        if (this.#isPassedOver(bytes)) continue;
        const line = parseLine(bytes.toString('utf8'));
        if (line === undefined) throw new BundleDamaged(`line ${String(this.lines)} is no line of a bundle`);
        if (line.kind !== 'manifest' && this.#follows(line)) yield line;
      }
    }
    splitter.end();
  }

  #follows(line: AuditedLine): boolean {
    switch (line.kind) {
      case 'bundle':
      case 'price-book':
        return true;
      case 'proof':
        return false;
      default:
        return this.#scope.reads(line.stream);
    }
  }

  /** Whether what a line begins with shows that it is an event of another partition. */
  #isPassedOver(bytes: Buffer): boolean {
    const stream = streamOfEvent(bytes);
    return stream !== undefined && !this.#scope.reads(stream);
  }
}
