import { type Config, findWideDirectory, findWideMode } from '#runtime';
import { CannotStart } from './cannot-start.ts';

/** Names of what a ledger keeps in its data directory. What else is there is none of its business. */
const kept =
  /^(events|instance|readModels-\d+)\.|\.key$|^(ledger|restore-unfinished)\.json$|^(replaced|restore-stage)-/;

/**
 * Whoever else can read the directory could copy every account and every key; whoever can open a database can lock it, and
 * then nobody can write.
 *
 * @throws CannotStart if others than the owner can get at what is kept, unless that is allowed.
 */
export function assertPrivateData(config: Pick<Config, 'dataDirectory' | 'signingKeyFile' | 'allowWideModes'>): void {
  if (config.allowWideModes) return;
  const wide =
    findWideDirectory(config.dataDirectory, (name) => kept.test(name)) ?? findWideMode(config.signingKeyFile);
  if (wide !== undefined) throw new CannotStart(wide);
}
