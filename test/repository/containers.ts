import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ConfigError, readConfig } from '#runtime';
import { filesBelow, readText } from './repo.ts';

export const dockerfile = readText('docker/Dockerfile');

const sources = ['apps', 'libs'].flatMap(filesBelow).filter((file) => /\/src\/.*\.ts$/.test(file));

const { version } = JSON.parse(readText('package.json')) as { readonly version: string };

/** The image of all our programs, as it is called before it is in a registry. */
export const ourImage = `holdfast:${version}`;

/** The documents of a YAML file, with `<<` merged. */
export function readDocuments<T>(file: string): T[] {
  return parseAllDocuments(readText(file), { merge: true }).map((document) => {
    if ('errors' in document && document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as T;
  });
}

/** The value of a limit that exactly one source file states, as a product of numbers. */
export function readLimit(name: string, among: readonly string[] = sources): number {
  const found = among.flatMap((file) => {
    const stated = new RegExp(`\\b${name} = ([\\d_* ]+);`).exec(readText(file))?.[1];
    return stated === undefined ? [] : [stated];
  });
  if (found.length !== 1) throw new Error(`${name} is stated in ${String(found.length)} files`);
  return (found[0] ?? '')
    .split('*')
    .map((factor) => Number(factor.replaceAll('_', '')))
    .reduce((product, factor) => product * factor, 1);
}

/** How long a program may take to stop, in s, with its environment. */
export function stopMaxSeconds(environment: Readonly<Record<string, string>>): number {
  return readLimit('stopMaxMs') / 1_000 + Number(environment['HOLDFAST_STOP_DELAY_SECONDS'] ?? 0);
}

const settings = readText('libs/runtime/src/config.ts');
const fromFiles = /^const secrets\b[^=]*= \[([^\]]+)\]/m.exec(settings)?.[1]?.match(/[A-Z_]+/g) ?? [];

/** The variables that our programs read. */
export const knownVariables: ReadonlySet<string> = new Set([
  ...(settings.match(/\b(HOLDFAST_[A-Z_]*[A-Z]|KURRENTDB_URL|REDIS_URL|NODE_ENV|LOG_LEVEL)\b/g) ?? []),
  ...fromFiles.map((name) => `${name}_FILE`),
]);

/** What all programs of one ledger must have the same of. */
export const sharedByAll = [
  'HOLDFAST_EVENT_STORE',
  'KURRENTDB_URL',
  'REDIS_URL',
  'HOLDFAST_NAMESPACE',
  'HOLDFAST_ADMIN_KEY_FILE',
  'HOLDFAST_WEBHOOK_KEY_FILE',
  'HOLDFAST_SIGNING_KEY_FILE',
] as const;

/** Where our programs find the entry point of a program in the image. */
export const entryPoint = /^dist\/(apps\/[a-z]+\/src\/main)\.js$/;

/** What the secrets that are files might say. */
const secrets: Readonly<Record<string, string>> = {
  HOLDFAST_ADMIN_KEY_FILE: randomBytes(32).toString('hex'),
  HOLDFAST_WEBHOOK_KEY_FILE: randomBytes(32).toString('hex'),
  KURRENTDB_URL_FILE: 'kurrentdb+discover://name:secret@kurrentdb:2113?tls=true',
  REDIS_URL_FILE: 'rediss://:secret@redis:6379',
};

/** What our programs find wrong with an environment; undefined if nothing. */
export function configError(environment: Readonly<Record<string, string>>): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  try {
    const variables = Object.entries(environment).map(([name, value]) => {
      const secret = secrets[name];
      if (secret === undefined) return [name, value];
      writeFileSync(join(folder, name), `${secret}\n`, { mode: 0o600 });
      return [name, join(folder, name)];
    });
    readConfig(Object.fromEntries(variables) as Record<string, string>);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
