import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { Packer } from './container.ts';
import type { LineCounts } from './lines.ts';
import { type BundleSink, PackedLines } from './packed-lines.ts';

/** A bundle that is written to a file. */
export interface BundleFile extends BundleSink {
  /** Closes the file, whatever was written. */
  stop(): Promise<void>;
}

/** A file that is packed and written by this thread. */
export class PackedFile implements BundleFile {
  readonly #file: WriteStream;
  readonly #lines: PackedLines;

  /** @param file that is there, and empty. */
  constructor(file: string) {
    this.#file = createWriteStream(file, { flags: 'r+', flush: true });
    this.#lines = new PackedLines(new Packer(this.#file));
  }

  take(lines: readonly string[]): Promise<void> {
    return this.#lines.take(lines);
  }

  /** Resolves when everything is in the file for good. */
  async finish(counts: LineCounts): Promise<string> {
    const digest = await this.#lines.finish(counts);
    this.#file.end();
    await finished(this.#file);
    return digest;
  }

  async stop(): Promise<void> {
    this.#file.destroy();
    return Promise.resolve();
  }
}
