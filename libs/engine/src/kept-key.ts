import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { keyFault, type Config, type Logger } from '#runtime';
import { CannotStart } from './cannot-start.ts';

/** A key that is made at the first start unless the configuration has one, and kept in a file of the data directory. */
interface KeptKey {
  readonly file: string;
  /** As messages call it. */
  readonly name: string;
  /** What its text begins with. */
  readonly prefix: string;
}

const adminKey: KeptKey = { file: 'admin.key', name: 'an admin key', prefix: 'hf_admin_' };
const webhookKey: KeptKey = { file: 'webhook.key', name: 'a webhook key', prefix: 'hf_webhook_' };

/**
 * The bootstrap secret with all scopes: the configured one, else that of the data directory, which is made at the first
 * start. Where it is kept is logged then; the key itself never is.
 *
 * @throws CannotStart if what is kept there is no key: a short one would be guessed.
 */
export function adminKeyOf(config: Config, logger: Logger): string {
  return config.adminKey ?? keptOrMade(config, adminKey, logger);
}

/** What seals the secrets of webhooks in the event store, in the same way. @throws CannotStart */
export function webhookKeyOf(config: Config, logger: Logger): string {
  return config.webhookKey ?? keptOrMade(config, webhookKey, logger);
}

function keptOrMade({ dataDirectory }: Config, wanted: KeptKey, logger: Logger): string {
  const file = join(dataDirectory, wanted.file);
  const kept = keptKey(file);
  if (kept === undefined) return makeKey(dataDirectory, file, wanted, logger);
  const fault = keyFault(kept);
  if (fault !== undefined) throw new CannotStart(`${file}: ${wanted.name} ${fault}; delete the file to have one made`);
  return kept;
}

function keptKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file is there whole or not at all, whenever the power goes; of two processes that make one, one's is kept. */
function makeKey(dataDirectory: string, file: string, { name, prefix }: KeptKey, logger: Logger): string {
  const made = `${prefix}${randomBytes(32).toString('base64url')}`;
  const draft = `${file}.${String(process.pid)}.new`;
  mkdirSync(dataDirectory, { recursive: true });
  const unfinished = openSync(draft, 'w', 0o600);
  writeSync(unfinished, `${made}\n`);
  fsyncSync(unfinished);
  closeSync(unfinished);
  try {
    linkSync(draft, file);
  } catch (error) {
    const kept = codeOf(error) === 'EEXIST' ? keptKey(file) : undefined;
    if (kept === undefined) throw error;
    return kept;
  } finally {
    rmSync(draft);
  }
  logger.info({ file }, `${name} was made; it is in this file`);
  return made;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
