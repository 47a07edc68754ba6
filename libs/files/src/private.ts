import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/** Modes of what is kept: nobody but the owner can read it, write it or lock it. */
export const ownerOnly = 0o600;
export const folderOfOwnerOnly = 0o700;

/**
 * Makes a folder, and those above it that are missing, for its owner only, and returns when their names are on disk. One
 * that is there stays as it is.
 */
export function makePrivateFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: folderOfOwnerOnly });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}

/**
 * Makes an empty file for its owner only, whatever the umask is; one that is there is not touched. For a database: SQLite
 * gives the files beside it the same mode. A database that may be open must not be opened and closed by others in the
 * same process, which would let go of its locks.
 */
export function makePrivateFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', ownerOnly));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
