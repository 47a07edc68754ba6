import { createHash } from 'node:crypto';
import type { Packer } from './container.ts';
import { LineChecksums } from './line-checksums.ts';
import type { LineCounts, ManifestLine } from './lines.ts';

/** Makes a bundle of its lines. */
export interface BundleSink {
  /**
   * Resolves when there is room for more.
   *
   * @param lines JSON objects, without checksums and ends, in their order.
   */
  take(lines: readonly string[]): Promise<void>;
  /** Adds the manifest. Returns the digest of everything before it. */
  finish(counts: LineCounts): Promise<string>;
}

/** A bundle that is packed by this thread. */
export class PackedLines implements BundleSink {
  readonly #packer: Packer;
  readonly #digest = createHash('sha256');
  readonly #checksums = new LineChecksums();

  constructor(packer: Packer) {
    this.#packer = packer;
  }

  async take(lines: readonly string[]): Promise<void> {
    const bytes = this.#toBytes(lines);
    this.#digest.update(bytes);
    await this.#packer.write(bytes);
  }

  async finish(counts: LineCounts): Promise<string> {
    const sha256 = this.#digest.digest('hex');
    await this.#packer.write(this.#toBytes([manifestText({ kind: 'manifest', ...counts, sha256 })]));
    await this.#packer.end();
    return sha256;
  }

  #toBytes(lines: readonly string[]): Buffer {
    return Buffer.from(lines.map((line) => `${this.#checksums.added(line)}\n`).join(''));
  }
}

/** The last line of a bundle, without checksum and end. */
export function manifestText(manifest: ManifestLine): string {
  return JSON.stringify(manifest);
}
