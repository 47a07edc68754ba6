import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const notOurs = new Set(['node_modules', 'dist', 'data', 'coverage', '.git']);

/** A spec that another spec writes to see how it is run; it comes and goes beside whoever reads the files. */
const scratch = 'scratch-';

/** Our files below a folder, as paths from the root with `/`. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !notOurs.has(name) && !name.startsWith(scratch))
    .flatMap((entry) => {
      const place = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(place) : [place.split(sep).join('/')];
    });
}

export function readText(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

export function pathFrom(folder: string, file: string): string {
  return relative(join(root, folder), join(root, file)).split(sep).join('/');
}
