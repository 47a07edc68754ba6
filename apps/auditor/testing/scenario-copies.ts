import type { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { damagedCopy, discard, scenarioDirectory } from '../../../test/support/driven-store.ts';
import type { AuditReport } from '../src/index.ts';

/** The data directory of a scenario, and copies of it in which somebody has worked on the files; gone after each test. */
export class StoryCopies {
  #sound = '';
  readonly #copies: string[] = [];

  /** Makes the directory before the tests of a file, and deletes all afterwards. */
  constructor(make: () => Promise<string> = scenarioDirectory) {
    beforeAll(async () => {
      this.#sound = await make();
    });
    afterEach(() => {
      for (const copy of this.#copies.splice(0)) discard(copy);
    });
    afterAll(() => {
      discard(this.#sound);
    });
  }

  get sound(): string {
    return this.#sound;
  }

  damaged(file: string, damage: (database: DatabaseSync) => void): string {
    return this.kept(damagedCopy(this.#sound, file, damage));
  }

  /** Another directory that is to be deleted after the test. */
  kept(directory: string): string {
    this.#copies.push(directory);
    return directory;
  }
}

/** `kind stream revision` of every finding. */
export function places({ findings }: Pick<AuditReport, 'findings'>): readonly string[] {
  return findings.map(({ kind, stream, revision }) =>
    [kind, stream, ...(revision === undefined ? [] : [String(revision)])].join(' '),
  );
}
