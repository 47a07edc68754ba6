import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { fileFormats, LogReader, OtherFormats, restoreMarkFile, RestoreUnfinished, takePresence } from '#event-store';
import { makePrivateFolder, ownerOnly, syncFolder } from '#files';
import { BackupError } from './backup-error.ts';
import { type CheckedLog, checkLog, type Progress } from './checked-log.ts';
import { isWithin, namesIn, readRecord } from './data-directory.ts';
import { deleteOldStages, type Exchange, exchange, isNothing, markedAside, stageIn } from './exchange.ts';
import { copyWhole, fingerprint } from './file-copy.ts';
import { type Manifest, manifestIn, readContents } from './manifest.ts';

export interface RestoreWanted {
  /** A backup. */
  readonly from: string;
  /** Data directory. */
  readonly data: string;
  /** What is in it may be put aside. */
  readonly replace: boolean;
  readonly now: number;
  /** Is told before each step of the exchange. */
  readonly reached?: (step: string) => void;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly log: CheckedLog;
  /** Where the files are that were there before; undefined if there were none. */
  readonly aside: string | undefined;
  /** How many events the log had that was there before; undefined if there was none, or it could not be read. */
  readonly eventsBefore: number | undefined;
}

/**
 * Puts a backup into a data directory. The backup is checked and copied, and the copy read from beginning to end, before
 * anything in the directory is touched.
 *
 * @throws BackupError if the backup or the directory does not allow it; OtherFormats; StoreInUse if a process runs on it.
 */
export function restore(wanted: RestoreWanted, progress: Progress): Restored {
  const { now, reached = () => undefined } = wanted;
  const [from, directory] = [resolve(wanted.from), resolve(wanted.data)];
  const manifest = manifestIn(from);
  if (manifest.formats !== fileFormats) throw new OtherFormats(from, manifest.formats, fileFormats);
  assertWhole(from, manifest);
  assertTarget(from, directory, wanted.replace);
  makePrivateFolder(directory);
  // Held to the end: no process can start meanwhile.
  const presence = takePresence(directory, 'alone');
  try {
    // Another restore, or a service, may have put a ledger there since.
    assertTarget(from, directory, wanted.replace);
    deleteOldStages(directory);
    const stage = stageIn(directory, randomUUID());
    const names = manifest.files.map(({ name }) => name);
    let log: CheckedLog;
    let aside: string;
    try {
      for (const name of names) copyWhole(join(from, name), join(stage, name), ownerOnly);
      syncFolder(stage);
      assertWhole(stage, manifest);
      log = checkLog(join(stage, 'events.db'), progress);
      assertAsSaid(from, log, manifest);
      aside = markedAside(directory, from, now);
    } catch (error) {
      rmSync(stage, { recursive: true, force: true });
      throw error;
    }
    exchangeOrSay({ directory, stage, names, aside, reached });
    // Counted where the old log is whole again, whatever was interrupted before.
    return { manifest, log, aside: existsSync(aside) ? aside : undefined, eventsBefore: eventsIn(aside) };
  } finally {
    presence.release();
  }
}

/** @throws BackupError that says what to do, wherever it stops. */
function exchangeOrSay(wanted: Exchange): void {
  try {
    exchange(wanted);
  } catch (error) {
    throw new BackupError(`${(error as Error).message}: ${new RestoreUnfinished(wanted.directory).message}`);
  }
}

/** @throws BackupError for a file that is not there, or not as the manifest has it. */
function assertWhole(folder: string, { files }: Manifest): void {
  for (const { name, bytes, sha256 } of files) {
    const file = join(folder, name);
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found?.isFile() !== true) throw new BackupError(`${file}: the backup is not whole: this file is missing`);
    if (found.size === bytes && fingerprint(file).sha256 === sha256) continue;
    throw new BackupError(`${file}: the backup is damaged: this file is not as its manifest has it`);
  }
}

function assertTarget(from: string, directory: string, replace: boolean): void {
  if (isWithin(from, directory)) throw new BackupError(`${from}: move the backup out of ${directory} first`);
  readRecord(directory);
  const there = namesIn(directory).filter((name) => !isNothing(name));
  if (there.length === 0 || replace) return;
  const what = existsSync(restoreMarkFile(directory)) ? 'a restore into it was interrupted' : 'it is not empty';
  throw new BackupError(`${directory}: ${what}; with --replace what is in it is put aside, and nothing of it deleted`);
}

function assertAsSaid(from: string, read: CheckedLog, { log, checkpoint }: Manifest): void {
  if (isDeepStrictEqual({ log, checkpoint }, readContents(read))) return;
  throw new BackupError(`${from}: its log is not as its manifest says`);
}

function eventsIn(directory: string): number | undefined {
  try {
    const reader = LogReader.open(join(directory, 'events.db'));
    try {
      return reader.lastPosition() + 1;
    } finally {
      reader.close();
    }
  } catch {
    return undefined;
  }
}
