import type { DatabaseSync } from 'node:sqlite';
import { beforeAll } from '@jest/globals';
import { damagedCopy, scenarioDirectory } from '../../../test/support/driven-store.ts';
import type { AuditReport } from '../src/index.ts';

/** The data directory of a scenario, and copies of it in which somebody has worked on the files. */
export class ScenarioCopies {
  #sound = '';

  /** Makes the directory before the tests of a file. */
  constructor(make: () => Promise<string> = scenarioDirectory) {
    beforeAll(async () => {
      this.#sound = await make();
    });
  }

  get sound(): string {
    return this.#sound;
  }

  damaged(file: string, damage: (database: DatabaseSync) => void): string {
    return damagedCopy(this.#sound, file, damage);
  }
}

/** `kind stream revision` of every finding. */
export function places({ findings }: Pick<AuditReport, 'findings'>): readonly string[] {
  return findings.map(({ kind, stream, revision }) =>
    [kind, stream, ...(revision === undefined ? [] : [String(revision)])].join(' '),
  );
}
