import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of one test's own, deleted after it. */
export class Scratch {
  #directory: string | undefined;

  get directory(): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'views-'));
    return this.#directory;
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  clear(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }
}
