import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** The setting that lets wider modes pass, for those who know why. */
export const allowWideModes = 'HOLDFAST_ALLOW_WIDE_MODES';

/** Most files that a message names. */
const namedMax = 4;

const permissionBits = 0o777;
const othersBits = 0o007;
const groupBits = 0o070;
const groupReadBit = 0o040;

/**
 * Why others than the owner can get at a file: its mode, and what mends it. Undefined if nobody else can, if it is not
 * there, and on Windows, which has no such modes.
 *
 * A file that belongs to somebody else and may be read, and no more, by the group of this process is as it should be:
 * so Kubernetes and the like hand secrets over.
 */
export function findWideMode(path: string): string | undefined {
  const mode = wideMode(path);
  if (mode === undefined) return undefined;
  return (
    `${path} has mode ${mode}: users other than its owner can access it. ` +
    `chmod 0600 ${quoted(path)} corrects it; ${allowWideModes}=true allows it`
  );
}

/**
 * The same of a data directory and of what the ledger keeps in it: whoever may read a database can hold a lock on it, and
 * so keep everybody from writing.
 *
 * @param isKept whether a name in it is one of a file that the ledger keeps.
 */
export function findWideDirectory(directory: string, isKept: (name: string) => boolean): string | undefined {
  const itself = wideMode(directory);
  const files = namesIn(directory)
    .filter(isKept)
    .flatMap((name) => {
      const mode = wideMode(join(directory, name));
      return mode === undefined ? [] : [`${name} has mode ${mode}`];
    });
  if (itself === undefined && files.length === 0) return undefined;
  const shown = [...(itself === undefined ? [] : [`it has mode ${itself}`]), ...files.slice(0, namedMax)];
  const more = files.length > namedMax ? `, and ${String(files.length - namedMax)} more` : '';
  return (
    `${directory}: users other than its owner can access this data directory: ${shown.join(', ')}${more}. ` +
    `chmod -R go= ${quoted(directory)} corrects it; ${allowWideModes}=true allows it`
  );
}

/** The mode of a file or directory that others than its owner can get at; undefined if nobody else can. */
function wideMode(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || process.getuid === undefined) return undefined;
  const wide = stats.mode & (othersBits | groupBits);
  if (wide === 0 || (wide === groupReadBit && !stats.isDirectory() && isHandedOver(stats))) return undefined;
  return (stats.mode & permissionBits).toString(8).padStart(4, '0');
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function isHandedOver({ uid }: Stats): boolean {
  return uid !== process.getuid?.();
}

/** As it can be pasted into a shell. */
function quoted(path: string): string {
  return /^[\w./+:-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * From here on whatever this process makes is for its owner only, whatever the umask was: also what SQLite and other
 * libraries make. Every program calls it first.
 */
export function keepFilesPrivate(): void {
  process.umask(groupBits | othersBits);
}
