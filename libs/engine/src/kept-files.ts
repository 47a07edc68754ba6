import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OpenedFile } from '#files';
import type { Config } from '#runtime';

/** Size of the write-ahead log from which on something is wrong, in bytes: many times what it has while nobody holds it. */
const writeAheadLogMaxBytes = 512 * 1024 * 1024;

const bytesPerMebibyte = 1024 * 1024;

/** What a process keeps beside the log. It goes on without for now; the next start would not, or would rebuild it. */
export class KeptFiles {
  readonly #readModels: readonly OpenedFile[];
  readonly #others: readonly string[];
  /** Keys are made when they are needed first. */
  readonly #seen = new Set<string>();

  /** @param readModelsFile is open. */
  constructor(
    { dataDirectory, signingKeyFile }: Pick<Config, 'dataDirectory' | 'signingKeyFile'>,
    readModelsFile: string,
  ) {
    const lock = readModelsFile.replace(/\.db$/, '.lock');
    this.#readModels = [readModelsFile, lock].map((path) => new OpenedFile(path));
    const others = ['ledger.json', 'admin.key', 'webhook.key'].map((name) => join(dataDirectory, name));
    this.#others = [...others, signingKeyFile];
  }

  /** In words; undefined if all are there. */
  get missing(): string | undefined {
    const readModels = this.#readModels.find(({ loss }) => loss !== undefined);
    if (readModels !== undefined)
      return `${basename(readModels.path)} was deleted or replaced while it was in use: restart this process`;
    const gone = this.#others.find((path) => this.#isGone(path));
    if (gone === undefined) return undefined;
    return `${basename(gone)} is gone: put it back before the next start, e.g. from a backup with keys`;
  }

  #isGone(path: string): boolean {
    if (!existsSync(path)) return this.#seen.has(path);
    this.#seen.add(path);
    return false;
  }
}

/** Why the write-ahead log has grown beyond all bounds; undefined if it has not. */
export function logHeld(bytes: number): string | undefined {
  if (bytes <= writeAheadLogMaxBytes) return undefined;
  const size = (bytes / bytesPerMebibyte).toFixed(0);
  return `the write-ahead log of events.db has ${size} MiB: a long-running reader keeps SQLite from checkpointing it`;
}
