import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '#application/ports';
import { discardFile, type TakenFile, takeNumberedFile } from './file/read-models-file.ts';
import { SqliteReadModels } from './sqlite-read-models.ts';

/** A process has a read model file open, so none can be rebuilt now. */
export class ReadModelsInUse extends Error {
  override readonly name = 'ReadModelsInUse';

  constructor(file: string) {
    super(`${file} is open in a process: stop the service first`);
  }
}

/** How often it is looked whether a rebuilding has failed, in ms. */
const failureCheckEveryMs = 100;

/**
 * Rebuilds every read model file of a directory from the store's log, or the first if there is none. Nobody can open any of
 * them until it is done; if it is cut off, a service rebuilds them by itself.
 *
 * @param filled is called with each file's read models when they have reached the log's end.
 * @returns the files.
 * @throws ReadModelsInUse before anything is changed, if a process has one of them; what SQLite or the store say.
 */
export async function rebuildReadModels(
  directory: string,
  store: EventStore,
  filled: (readModels: SqliteReadModels) => Promise<void>,
): Promise<readonly string[]> {
  const taken: TakenFile[] = [];
  try {
    for (const number of fileNumbers(directory)) {
      const file = takeNumberedFile(directory, number);
      if (file === undefined) throw new ReadModelsInUse(join(directory, `read-models-${String(number)}.db`));
      taken.push(file);
    }
    for (const { file } of taken) await rebuild(file, store, filled);
    return taken.map(({ file }) => file);
  } finally {
    for (const { release } of taken) release();
  }
}

function fileNumbers(directory: string): readonly number[] {
  const numbers = readdirSync(directory).flatMap((name) => {
    const [, number] = /^read-models-(\d+)\.db$/.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers.length === 0 ? [0] : numbers.sort((left, right) => left - right);
}

async function rebuild(
  file: string,
  store: EventStore,
  filled: (readModels: SqliteReadModels) => Promise<void>,
): Promise<void> {
  discardFile(file);
  const readModels = await SqliteReadModels.inProcess(file, store);
  let checking: NodeJS.Timeout | undefined;
  const failing = new Promise<never>((_, reject) => {
    checking = setInterval(() => {
      const { failure } = readModels.lists.progress();
      // A service tries again for ever; whoever waits for this command wants to know.
      if (failure !== undefined) reject(new Error(failure));
    }, failureCheckEveryMs);
  });
  try {
    await Promise.race([readModels.ready(), failing]);
    await filled(readModels);
  } finally {
    clearInterval(checking);
    await readModels.close();
  }
}
