import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { restoreMarkFile } from '#event-store';
import { folderOfOwnerOnly, makePrivateFolder, ownerOnly, syncFolder, writeOnce } from '#files';
import { BackupError } from './backup-error.ts';
import { isOfReadModels, logFiles, namesIn } from './data-directory.ts';

/** Where the files of a restore are made ready; what is left of one that was killed is deleted. */
const stagePrefix = 'restore-stage-';
const asidePrefix = 'replaced-';

export function stageIn(directory: string, unique: string): string {
  const stage = join(directory, `${stagePrefix}${unique}`);
  mkdirSync(stage, { mode: folderOfOwnerOnly });
  return stage;
}

/** Only while nobody else can be restoring into it. */
export function deleteOldStages(directory: string): void {
  for (const name of namesIn(directory)) {
    if (name.startsWith(stagePrefix)) rmSync(join(directory, name), { recursive: true });
  }
}

/** Whether a name in a data directory keeps nothing: its loss would not be noticed. */
export function isNothing(name: string): boolean {
  return name.startsWith('instance.db') || name.startsWith(stagePrefix) || name === 'lost+found';
}

export interface Exchange {
  /** Data directory; nobody may have it open. */
  readonly directory: string;
  /** A folder in it with the new files, whole and on disk. */
  readonly stage: string;
  /** Of the new files. */
  readonly names: readonly string[];
  /** Where the old files go: what {@link markedAside} has said. */
  readonly aside: string;
  /** Is told before each step that may be the last. */
  readonly reached: (step: string) => void;
}

/**
 * Puts new files in the place of old ones. The old ones are moved to a folder of the directory, the log with its
 * write-ahead log, which holds a part of it. From before the first move to the last a mark keeps every process from
 * starting; done again, also with another backup, an exchange that was interrupted goes on.
 */
export function exchange({ directory, stage, names, aside, reached }: Exchange): void {
  const old = new Set<string>([...logFiles, ...names]);
  for (const name of namesIn(aside).filter((one) => !old.has(one))) {
    reached(`bring back ${name}`);
    bringBack(directory, aside, name);
  }
  const readModels = namesIn(directory).filter(isOfReadModels);
  for (const name of readModels) {
    reached(`delete ${name}`);
    rmSync(join(directory, name), { force: true });
  }
  for (const name of old) {
    reached(`put aside ${name}`);
    putAside(directory, aside, name);
  }
  // The log comes last: where it stands, all else does.
  for (const name of [...names.filter((one) => one !== 'events.db'), 'events.db']) {
    reached(`place ${name}`);
    renameSync(join(stage, name), join(directory, name));
  }
  syncFolder(directory);
  reached('end');
  rmSync(stage, { recursive: true });
  rmSync(restoreMarkFile(directory));
  syncFolder(directory);
}

/** A key that another backup had, whose restore was interrupted, and that this one leaves as it was. */
function bringBack(directory: string, aside: string, name: string): void {
  renameSync(join(aside, name), join(directory, name));
  syncFolder(directory);
  syncFolder(aside);
}

/** What stands aside already is the old one, so what stands here is of a restore that was interrupted: the backup has it. */
function putAside(directory: string, aside: string, name: string): void {
  const file = join(directory, name);
  if (!existsSync(file)) return;
  if (existsSync(join(aside, name))) {
    rmSync(file);
    return;
  }
  makePrivateFolder(aside);
  renameSync(file, join(aside, name));
  syncFolder(aside);
  syncFolder(directory);
}

/**
 * Marks the directory: from now on nothing starts on it until the exchange has ended.
 *
 * @param from which backup it is, for whoever finds the exchange unfinished.
 * @returns the folder for the old files: where they went before, if this goes on with an exchange that was interrupted, else
 *   one that is not there yet.
 */
export function markedAside(directory: string, from: string, now: number): string {
  const file = restoreMarkFile(directory);
  const name = freeName(directory, `${asidePrefix}${new Date(now).toISOString().replaceAll(':', '-')}`);
  const mark = { from, oldFilesIn: name, since: new Date(now).toISOString() };
  if (writeOnce(file, `${JSON.stringify(mark)}\n`, ownerOnly)) return join(directory, name);
  const { oldFilesIn } = JSON.parse(readFileSync(file, 'utf8')) as { readonly oldFilesIn?: unknown };
  if (typeof oldFilesIn === 'string' && /^replaced-[\w.-]+$/.test(oldFilesIn)) return join(directory, oldFilesIn);
  throw new BackupError(`${file}: it does not say where the old files are; look for them before you delete it`);
}

/** Clocks are set back: what stands aside of an earlier restore must not be taken for the old files of this one. */
function freeName(directory: string, wanted: string): string {
  const there = namesIn(directory);
  let name = wanted;
  for (let count = 2; there.includes(name); count += 1) name = `${wanted}-${String(count)}`;
  return name;
}
