import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file that is there whole or not at all, whenever the power goes. False if there is one already: of two processes
 * that make it, one's is kept.
 *
 * @param mode who may read it.
 */
export function writeOnce(file: string, text: string, mode: number): boolean {
  // Not by the process id alone, which processes in containers share.
  const draft = `${file}.${randomUUID()}.new`;
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = openSync(draft, 'wx', mode);
  writeSync(unfinished, text);
  fsyncSync(unfinished);
  closeSync(unfinished);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}
