import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NoSuchData } from './open-log.ts';

/** The event log of a data directory. */
export function logFile(directory: string): string {
  return join(directory, 'events.db');
}

/** The read model files of a data directory, one for each process that ran on it. */
export function readModelsFiles(directory: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(directory);
  } catch {
    throw new NoSuchData(`${directory}: there is no such directory`);
  }
  return names
    .filter((name) => /^read-models-\d+\.db$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}
