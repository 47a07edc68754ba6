import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { restoreMarkFile } from '#event-store';
import { syncFolder, writeOnce } from '#files';
import { isOfViews, logFiles, namesIn } from './data-directory.ts';
import { BackupFault } from './fault.ts';

const ownerOnly = 0o600;
const folderOfOwnerOnly = 0o700;

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
  /** Which backup they are of, for whoever finds the exchange unfinished. */
  readonly from: string;
  readonly now: number;
  /** Is told before each step that may be the last. */
  readonly reached: (step: string) => void;
}

/**
 * Puts new files in the place of old ones. The old ones are moved to a folder of the directory, the log with its
 * write-ahead log, which holds a part of it. From the first move to the last a mark keeps every process from starting;
 * done again, an exchange that was interrupted goes on.
 *
 * @returns the folder with the old files; undefined if there were none.
 */
export function exchange({ directory, stage, names, from, now, reached }: Exchange): string | undefined {
  const aside = markedAside(directory, from, now);
  const old = new Set<string>([...logFiles, ...names]);
  const views = namesIn(directory).filter(isOfViews);
  for (const name of views) {
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
  return existsSync(aside) ? aside : undefined;
}

/** What stands aside already is the old one, so what stands here is of a restore that was interrupted: the backup has it. */
function putAside(directory: string, aside: string, name: string): void {
  const file = join(directory, name);
  if (!existsSync(file)) return;
  if (existsSync(join(aside, name))) {
    rmSync(file);
    return;
  }
  mkdirSync(aside, { recursive: true, mode: folderOfOwnerOnly });
  renameSync(file, join(aside, name));
  syncFolder(aside);
  syncFolder(directory);
}

/** Where the old files go: where they went before, if this goes on with an exchange that was interrupted. */
function markedAside(directory: string, from: string, now: number): string {
  const file = restoreMarkFile(directory);
  const name = `${asidePrefix}${new Date(now).toISOString().replaceAll(':', '-')}`;
  const mark = { from, oldFilesIn: name, since: new Date(now).toISOString() };
  if (writeOnce(file, `${JSON.stringify(mark)}\n`, ownerOnly)) return join(directory, name);
  const { oldFilesIn } = JSON.parse(readFileSync(file, 'utf8')) as { readonly oldFilesIn?: unknown };
  if (typeof oldFilesIn === 'string' && /^replaced-[\w.-]+$/.test(oldFilesIn)) return join(directory, oldFilesIn);
  throw new BackupFault(`${file}: it does not say where the old files are; look for them before you delete it`);
}
