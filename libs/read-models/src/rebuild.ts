import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '#application/ports';
import { SqliteViews } from './sqlite-read-models.ts';
import { discardFile, takeNumberedFile, type TakenFile } from './file/views-file.ts';

/** A process has some views file open, so they cannot be made anew now. */
export class ViewsInUse extends Error {
  override readonly name = 'ViewsInUse';

  constructor(file: string) {
    super(`${file} is open in a process: stop the service first`);
  }
}

/** How often it is looked whether a rebuilding has failed, in ms. */
const failureLookEveryMs = 100;

/**
 * Makes every views file of a directory anew from the store's log, or the first if there is none. Nobody can open any of
 * them until it is done; if it is cut off, a service begins them anew by itself.
 *
 * @param filled is called with each file's views when they have reached the log's end.
 * @returns the files.
 * @throws ViewsInUse before anything is changed, if a process has one of them; what SQLite or the store say.
 */
export async function rebuildViews(
  directory: string,
  store: EventStore,
  filled: (views: SqliteViews) => Promise<void>,
): Promise<readonly string[]> {
  const taken: TakenFile[] = [];
  try {
    for (const number of viewsNumbers(directory)) {
      const file = takeNumberedFile(directory, number);
      if (file === undefined) throw new ViewsInUse(join(directory, `views-${String(number)}.db`));
      taken.push(file);
    }
    for (const { file } of taken) await rebuild(file, store, filled);
    return taken.map(({ file }) => file);
  } finally {
    for (const { release } of taken) release();
  }
}

function viewsNumbers(directory: string): readonly number[] {
  const numbers = readdirSync(directory).flatMap((name) => {
    const [, number] = /^views-(\d+)\.db$/.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers.length === 0 ? [0] : numbers.sort((left, right) => left - right);
}

async function rebuild(file: string, store: EventStore, filled: (views: SqliteViews) => Promise<void>): Promise<void> {
  discardFile(file);
  const views = await SqliteViews.inProcess(file, store);
  let looking: NodeJS.Timeout | undefined;
  const failing = new Promise<never>((_, reject) => {
    looking = setInterval(() => {
      const { failure } = views.lists.progress();
      // A service tries again for ever; whoever waits for this command wants to know.
      if (failure !== undefined) reject(new Error(failure));
    }, failureLookEveryMs);
  });
  try {
    await Promise.race([views.ready(), failing]);
    await filled(views);
  } finally {
    clearInterval(looking);
    await views.close();
  }
}
