import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { adminKeyFault, type Config, type Logger } from '#runtime';
import { CannotStart } from './cannot-start.ts';

/** In the data directory, readable by its owner only. */
const adminKeyFile = 'admin.key';

/**
 * The bootstrap secret with all scopes: the configured one, else that of the data directory, which is made at the first
 * start. Where it is kept is logged then; the key itself never is.
 *
 * @throws CannotStart if what is kept there is no key: a short one would be guessed.
 */
export function adminKeyOf({ adminKey, dataDirectory }: Config, logger: Logger): string {
  if (adminKey !== undefined) return adminKey;
  const file = join(dataDirectory, adminKeyFile);
  const kept = keptKey(file);
  if (kept === undefined) return makeKey(dataDirectory, file, logger);
  const fault = adminKeyFault(kept);
  if (fault !== undefined) throw new CannotStart(`${file}: an admin key ${fault}; delete the file to have one made`);
  return kept;
}

function keptKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file is there whole or not at all, whenever the power goes. */
function makeKey(dataDirectory: string, file: string, logger: Logger): string {
  const made = `hf_admin_${randomBytes(32).toString('base64url')}`;
  mkdirSync(dataDirectory, { recursive: true });
  const unfinished = openSync(`${file}.new`, 'w', 0o600);
  writeSync(unfinished, `${made}\n`);
  fsyncSync(unfinished);
  closeSync(unfinished);
  renameSync(`${file}.new`, file);
  logger.info({ file }, 'an admin key was made; it is in this file');
  return made;
}
