import { BundleDamaged } from './container.ts';

/** Most bytes of a line that are kept while its end is not there yet: the events of one append have at most half a MiB of texts, which may double when they are quoted. */
const lineBytesMax = 8 * 1024 * 1024;

const newline = 0x0a;

/** Divides what comes in pieces into lines. */
export class LineSplitter {
  #kept: Buffer[] = [];
  #keptBytes = 0;

  /**
   * The lines that end in a piece, with their ends.
   *
   * @throws BundleDamaged if a line is too long.
   */
  *split(piece: Buffer): Generator<Buffer, void> {
    let from = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, from)) {
      const line = piece.subarray(from, end + 1);
      from = end + 1;
      yield this.#keptBytes === 0 ? line : Buffer.concat([...this.#kept, line]);
      this.#kept = [];
      this.#keptBytes = 0;
    }
    if (from === piece.length) return;
    this.#kept.push(piece.subarray(from));
    this.#keptBytes += piece.length - from;
    if (this.#keptBytes > lineBytesMax) throw new BundleDamaged('a line is too long');
  }

  /** @throws BundleDamaged if the last line has no end. */
  end(): void {
    if (this.#keptBytes > 0) throw new BundleDamaged('its last line has no end');
  }
}
