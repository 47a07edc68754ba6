import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '#files';

/** Makes a folder and those above it, as far as they are not there, and returns when their names are on disk. */
export function makeFolder(folder: string, mode?: number): void {
  const first = mkdirSync(folder, { recursive: true, ...(mode !== undefined && { mode }) });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}
