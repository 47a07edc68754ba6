import { type AuditedLine, type LineCounts, readCountName } from './lines.ts';
import type { BundleSink } from './packed-lines.ts';

/** Characters that are gathered before they are packed. */
const gatheredMax = 256 * 1024;

type Counted = { -readonly [Name in keyof LineCounts]: number };

/** Writes the lines of a bundle and counts them. */
export class BundleWriter {
  readonly counts: Counted = { priceBooks: 0, proofs: 0, starts: 0, events: 0, heads: 0 };
  readonly #sink: BundleSink;
  #gathered: string[] = [];
  #gatheredLength = 0;

  constructor(sink: BundleSink) {
    this.#sink = sink;
  }

  /** Keeps the line; {@link flush} packs what was kept. */
  line(line: AuditedLine): void {
    const count = readCountName(line);
    if (count !== undefined) this.counts[count] += 1;
    const text = JSON.stringify(line);
    this.#gathered.push(text);
    this.#gatheredLength += text.length;
  }

  /** To be awaited now and then, so that little is kept. */
  async flush(): Promise<void> {
    if (this.#gatheredLength >= gatheredMax) await this.#flush();
  }

  /** Returns the digest of everything but the manifest. */
  async end(): Promise<string> {
    await this.#flush();
    return this.#sink.finish(this.counts);
  }

  async #flush(): Promise<void> {
    const lines = this.#gathered;
    this.#gathered = [];
    this.#gatheredLength = 0;
    await this.#sink.take(lines);
  }
}
