import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOnce } from '#files';
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

const ownerOnly = 0o600;

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
  if (kept === undefined) return makeKey(file, wanted, logger);
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

/** Of two processes that make one, one's is kept. */
function makeKey(file: string, { name, prefix }: KeptKey, logger: Logger): string {
  const made = `${prefix}${randomBytes(32).toString('base64url')}`;
  if (writeOnce(file, `${made}\n`, ownerOnly)) {
    logger.info({ file }, `${name} was made; it is in this file`);
    return made;
  }
  const kept = keptKey(file);
  if (kept === undefined) throw new CannotStart(`${file}: ${name} was made and deleted at the same time; start again`);
  return kept;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
