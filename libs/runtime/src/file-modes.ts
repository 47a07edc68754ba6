import { statSync, type Stats } from 'node:fs';

/** The setting that lets wider modes pass, for those who know why. */
export const allowWideModes = 'HOLDFAST_ALLOW_WIDE_MODES';

const permissionBits = 0o777;
const othersBits = 0o007;
const groupBits = 0o070;
const groupReadBit = 0o040;

/**
 * Why others than the owner can get at a file or directory: its mode, and what mends it. Undefined if nobody else can, if
 * it is not there, and on Windows, which has no such modes.
 *
 * A file that belongs to somebody else and may be read, and no more, by the group of this process is as it should be:
 * so Kubernetes and the like hand secrets over.
 */
export function wideModeFault(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || process.getuid === undefined) return undefined;
  const wide = stats.mode & (othersBits | groupBits);
  if (wide === 0 || (wide === groupReadBit && !stats.isDirectory() && isHandedOver(stats))) return undefined;
  const mode = (stats.mode & permissionBits).toString(8).padStart(4, '0');
  const right = stats.isDirectory() ? '0700' : '0600';
  return (
    `${path} has mode ${mode}: others than its owner can get at it. ` +
    `chmod ${right} ${quoted(path)} mends it; ${allowWideModes}=true allows it`
  );
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
