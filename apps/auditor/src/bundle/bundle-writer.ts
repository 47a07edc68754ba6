import { createHash } from 'node:crypto';
import type { Packer } from './container.ts';
import { LineChecksums } from './line-checksums.ts';
import type { Line, ManifestLine } from './lines.ts';

/** Bytes that are gathered before they are packed. */
const gatheredBytesMax = 256 * 1024;

/** Writes the lines of a bundle and counts them. */
export class BundleWriter {
  readonly counts = { priceBooks: 0, proofs: 0, starts: 0, events: 0, heads: 0 };
  readonly #packer: Packer;
  readonly #digest = createHash('sha256');
  readonly #checksums = new LineChecksums();
  #gathered: string[] = [];
  #gatheredLength = 0;

  constructor(packer: Packer) {
    this.#packer = packer;
  }

  /** Keeps the line; {@link room} packs what was kept. */
  line(line: Exclude<Line, ManifestLine>): void {
    this.#count(line.kind);
    const text = `${this.#checksums.added(JSON.stringify(line))}\n`;
    this.#gathered.push(text);
    this.#gatheredLength += text.length;
  }

  /** To be awaited now and then, so that little is kept. */
  async room(): Promise<void> {
    if (this.#gatheredLength >= gatheredBytesMax) await this.#flush();
  }

  /** Returns the digest of everything but the manifest. */
  async end(): Promise<string> {
    await this.#flush();
    const sha256 = this.#digest.digest('hex');
    const manifest = manifestText({ kind: 'manifest', ...this.counts, sha256 });
    await this.#packer.write(Buffer.from(`${this.#checksums.added(manifest)}\n`));
    await this.#packer.end();
    return sha256;
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#gathered.join(''));
    this.#gathered = [];
    this.#gatheredLength = 0;
    this.#digest.update(bytes);
    await this.#packer.write(bytes);
  }

  #count(kind: Line['kind']): void {
    switch (kind) {
      case 'price-book':
        this.counts.priceBooks += 1;
        return;
      case 'proof':
        this.counts.proofs += 1;
        return;
      case 'start':
        this.counts.starts += 1;
        return;
      case 'event':
        this.counts.events += 1;
        return;
      case 'head':
        this.counts.heads += 1;
        return;
      default:
        return;
    }
  }
}

/** The last line of a bundle, without checksum and end. */
export function manifestText(manifest: ManifestLine): string {
  return JSON.stringify(manifest);
}
