import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, Logger } from '#runtime';

/** In the data directory, readable by its owner only. */
export const adminKeyFile = 'admin.key';

/**
 * The bootstrap secret with all scopes: the configured one, else that of the data directory, which is made at the first
 * start. Where it is kept is logged then; the key itself never is.
 */
export function adminKeyOf({ adminKey, dataDirectory }: Config, logger: Logger): string {
  if (adminKey !== undefined) return adminKey;
  const file = join(dataDirectory, adminKeyFile);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const made = `hf_admin_${randomBytes(32).toString('base64url')}`;
  mkdirSync(dataDirectory, { recursive: true });
  writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
  logger.info({ file }, 'an admin key was made; it is in this file');
  return made;
}
