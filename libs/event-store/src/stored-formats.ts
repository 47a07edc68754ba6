import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { eventFormats, fingerprint } from '#domain';
import { schemaVersion } from './sqlite/schema-version.ts';

/** The formats of an `events.db` that this build writes, and the only ones that it reads. */
export const fileFormats = fingerprint([eventFormats, `events.db ${String(schemaVersion)}`]);

/** A ledger is stored in other formats than those of this build. Nothing of it was changed. */
export class OtherFormats extends Error {
  override readonly name = 'OtherFormats';

  /**
   * @param place of the ledger.
   * @param found undefined: it does not say.
   */
  constructor(place: string, found: string | undefined, known: string) {
    const stored =
      found === undefined ? 'an older build, which recorded no formats' : `a build with the formats ${found}`;
    super(
      `${place} was written by ${stored}, and this build reads the formats ${known} only: ` +
        'use the build that wrote it, or begin an empty ledger in an empty directory',
    );
  }
}

/** The formats of a database, as they stand in its `user_version`; undefined: it says none. */
export function readFormats(userVersion: number): string | undefined {
  return userVersion === 0 ? undefined : (userVersion >>> 0).toString(16).padStart(fileFormats.length, '0');
}

/**
 * For a program that begins: looks at the header of the file only, and makes or folds back no file beside it. Others may have
 * it open, this process too.
 *
 * @throws OtherFormats. A file that is missing, empty or no database is not judged.
 */
export function assertFileFormats(file: string): void {
  const userVersion = readUserVersion(file);
  if (userVersion === undefined) return;
  const found = readFormats(userVersion);
  if (found !== fileFormats) throw new OtherFormats(file, found, fileFormats);
}

function readUserVersion(file: string): number | undefined {
  if (!existsSync(file) || statSync(file).size === 0) return undefined;
  // By SQLite: opening and closing the file without it would let go of its locks in the whole process.
  const header = pathToFileURL(file);
  header.searchParams.set('immutable', '1');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(header, { readOnly: true });
    return Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
  } catch {
    // Said by whatever opens it next.
    return undefined;
  } finally {
    database?.close();
  }
}
