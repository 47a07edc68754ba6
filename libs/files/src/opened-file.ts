import { statSync } from 'node:fs';

/** What became of a file that was opened. */
export type FileLoss = 'gone' | 'another';

/**
 * A file that this process has open, known by its device and its number there: so it is noticed when its name no longer leads
 * to it. What somebody writes into the file itself is not.
 */
export class OpenedFile {
  readonly path: string;
  readonly #identity: string | undefined;

  /** To be made while the file is open: only so long its number is given to no other file. */
  constructor(path: string) {
    this.path = path;
    this.#identity = readIdentity(path);
  }

  /** `gone`: there is no file of its name; `another`: that is another file now; undefined: all is well. */
  get loss(): FileLoss | undefined {
    const now = readIdentity(this.path);
    if (now === this.#identity) return undefined;
    return now === undefined ? 'gone' : 'another';
  }
}

/** Undefined if there is none, or if it cannot be seen any more. */
function readIdentity(path: string): string | undefined {
  try {
    // Not as numbers, which some file systems' do not fit in.
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stats && `${String(stats.dev)}:${String(stats.ino)}`;
  } catch {
    return undefined;
  }
}
