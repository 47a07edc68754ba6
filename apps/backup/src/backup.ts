import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { assertFileFormats, assertRestored, fileFormats, ledgerRecordFile, textOfLedgerRecord } from '#event-store';
import { folderOfOwnerOnly, makePrivateFolder, ownerOnly, syncFolder, writeNew } from '#files';
import { BackupError } from './backup-error.ts';
import { type CheckedLog, checkLog, type Progress } from './checked-log.ts';
import { copyLog } from './copied-log.ts';
import { isWithin, readRecord } from './data-directory.ts';
import { copyWhole, fingerprint } from './file-copy.ts';
import { keyFileNames, keyFiles } from './key-files.ts';
import { type Manifest, manifestFile, manifestText, readContents } from './manifest.ts';

export interface BackupWanted {
  /** Data directory. */
  readonly data: string;
  /** The folder that is made. */
  readonly to: string;
  readonly withKeys: boolean;
  readonly namespace: string;
  /** Of this program. */
  readonly version: string;
  readonly now: number;
}

export interface BackupMade {
  readonly manifest: Omit<Manifest, 'format'>;
  readonly log: CheckedLog;
}

/**
 * Makes a backup of the ledger in a data directory, beside running services or without. It is made under another name, read
 * again from beginning to end, and gets its own name when it is whole and on disk: what has that name is a whole one.
 *
 * @throws BackupError; OtherFormats; RestoreUnfinished; Error where a file cannot be read, or the disk does not take it. Then nothing is left.
 */
export async function backUp(wanted: BackupWanted, progress: Progress): Promise<BackupMade> {
  const to = resolve(wanted.to);
  assertFree(to, wanted.data);
  assertFileFormats(join(wanted.data, 'events.db'));
  makePrivateFolder(dirname(to));
  const draft = join(dirname(to), `${basename(to)}.unfinished-${randomUUID()}`);
  mkdirSync(draft, { mode: folderOfOwnerOnly });
  try {
    const made = await fill(draft, wanted, progress);
    syncFolder(draft);
    assertFree(to, wanted.data);
    renameSync(draft, to);
    syncFolder(dirname(to));
    return made;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

function assertFree(to: string, data: string): void {
  if (lstatSync(to, { throwIfNoEntry: false }) !== undefined)
    throw new BackupError(`${to}: there is something of this name`);
  if (isWithin(to, data)) throw new BackupError(`${to}: a backup inside ${data} would be lost together with it`);
}

async function fill(draft: string, wanted: BackupWanted, progress: Progress): Promise<BackupMade> {
  const { data, withKeys, namespace, version, now } = wanted;
  // What is there meanwhile may be a log without its last part, and would look whole.
  assertRestored(data);
  const record = readRecord(data);
  const source = join(data, 'events.db');
  if (!existsSync(source)) throw new BackupError(`${data}: there is no event log (events.db) in it`);
  const begunWith = statSync(source).ino;
  await copyLog(source, join(draft, 'events.db'));
  if (record === undefined)
    writeNew(join(draft, 'ledger.json'), textOfLedgerRecord({ eventStore: 'sqlite' }, now), ownerOnly);
  if (record !== undefined) copyWhole(ledgerRecordFile(data), join(draft, 'ledger.json'), ownerOnly);
  // After the log: a key that it names by then is in its file by then.
  const there = keyFileNames.filter((name) => existsSync(join(data, name)));
  const included = withKeys ? there : [];
  for (const name of included) copyWhole(join(data, name), join(draft, name), ownerOnly);
  assertRestored(data);
  if (statSync(source, { throwIfNoEntry: false })?.ino !== begunWith)
    throw new BackupError(`${data}: another ledger was put there meanwhile: begin again`);
  const log = checkLog(join(draft, 'events.db'), progress);
  const manifest = {
    product: version,
    formats: fileFormats,
    madeAt: new Date(now).toISOString(),
    source: { eventStore: 'sqlite' as const, namespace, createdAt: record?.createdAt ?? null },
    ...readContents(log),
    keys: {
      included: [...included],
      missing: keyFileNames
        .filter((name) => !included.includes(name))
        .map((file) => ({ file, why: there.includes(file) ? notAsked : notThere, follows: keyFiles[file] })),
    },
    files: (['events.db', 'ledger.json', ...included] as const).map((name) => ({
      name,
      ...fingerprint(join(draft, name)),
    })),
  };
  writeNew(join(draft, manifestFile), manifestText(manifest), ownerOnly);
  return { manifest, log };
}

const notAsked = 'was not asked for (--with-keys)';
const notThere = 'is not in the data directory';
