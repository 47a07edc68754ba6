import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownerOnly, writeOnce } from '#files';
import { type Config, type Logger, validateKey } from '#runtime';
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
 * start. Where it is kept is logged then; the key itself never is. One that was lost is replaced, and that is said: nothing
 * in the log was sealed or signed with it, and whoever may write to the directory may have all scopes anyway.
 *
 * @throws CannotStart if what is kept there is no key: a short one would be guessed.
 */
export function ensureAdminKey(config: Config, logger: Logger, isFirstStart = true): string {
  const { dataDirectory } = config;
  if (config.adminKey !== undefined) return config.adminKey;
  const kept = keptIn(dataDirectory, adminKey);
  if (kept !== undefined) return kept;
  const file = join(dataDirectory, adminKey.file);
  if (!isFirstStart)
    logger.warn({ file }, 'the admin key is missing: a new one is created, and the old one is no longer accepted');
  return makeKey(file, adminKey, logger);
}

/** What seals the secrets of webhooks in the event store; undefined if it is neither configured nor kept. @throws CannotStart */
export function ensureWebhookKey({ webhookKey: configured, dataDirectory }: Config): string | undefined {
  return configured ?? keptIn(dataDirectory, webhookKey);
}

/** @throws CannotStart if another process made one and deleted it at the same time. */
export function makeWebhookKey({ dataDirectory }: Config, logger: Logger): string {
  return makeKey(join(dataDirectory, webhookKey.file), webhookKey, logger);
}

function keptIn(dataDirectory: string, wanted: KeptKey): string | undefined {
  const file = join(dataDirectory, wanted.file);
  const kept = keptKey(file);
  if (kept === undefined) return undefined;
  const error = validateKey(kept);
  if (error !== undefined) throw new CannotStart(`${file}: ${wanted.name} ${error}; delete the file to have one made`);
  return kept;
}

function keptKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (readCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of two processes that make one, one's is kept. */
function makeKey(file: string, { name, prefix }: KeptKey, logger: Logger): string {
  const made = `${prefix}${randomBytes(32).toString('base64url')}`;
  if (writeOnce(file, `${made}\n`, ownerOnly)) {
    logger.info({ file }, `${name} was created; it is in this file`);
    return made;
  }
  const kept = keptKey(file);
  if (kept === undefined)
    throw new CannotStart(`${file}: ${name} was created and deleted at the same time; start again`);
  return kept;
}

function readCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
