import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder } from './private.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Writes a file that is there whole or not at all, whenever the power goes or the disk is full. False if there is one
 * already: of two processes that make it, one's is kept.
 *
 * @param mode who may read it.
 */
export function writeOnce(file: string, text: string, mode: number): boolean {
  const folder = dirname(file);
  // Not by the process id alone, which processes in containers share.
  const draft = `${file}.${randomUUID()}.new`;
  makePrivateFolder(folder);
  try {
    writeNew(draft, text, mode);
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
    syncFolder(folder);
  }
}

/**
 * Writes a file that is not there yet, to its last byte and to the disk.
 *
 * @throws Error if there is one, or if not everything could be written; what was written of it stays.
 */
export function writeNew(file: string, text: string, mode: number): void {
  const made = openSync(file, 'wx', mode);
  try {
    // Not `writeSync`, which on a disk that is nearly full writes less, and says so in a number that is easily overlooked.
    writeFileSync(made, text);
    fsyncSync(made);
  } finally {
    closeSync(made);
  }
}
