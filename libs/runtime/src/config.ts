import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

/** How this process is to run: read once at boot, checked, and not changed afterwards. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute. Everything that the service keeps is in here. */
  readonly dataDirectory: string;
  /** The bootstrap secret with all scopes; undefined: the service makes one and keeps it in the data directory. */
  readonly adminKey: string | undefined;
  /** Where callers reach the service, for its documents; undefined: where it listens. */
  readonly publicUrl: string | undefined;
  readonly logLevel: LogLevel;
  /** Whether the documents are shown at `/docs`. */
  readonly showDocs: boolean;
  /** Start although the clock is behind the newest stored event. */
  readonly acceptClockBehind: boolean;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];

/** What is wrong with the environment: one line for every variable that cannot be used. */
export class ConfigFault extends Error {
  override readonly name = 'ConfigFault';
}

type Environment = Readonly<Record<string, string | undefined>>;

const yesOrNo = z.enum(['true', 'false'], { error: 'is true or false' }).default('false');

const onlySqlite = 'this version keeps its events in SQLite only';

/** What is wrong with an admin key; undefined if nothing is. */
export function adminKeyFault(text: string): string | undefined {
  return /^[\x21-\x7e]{32,256}$/.test(text) ? undefined : 'has 32 to 256 visible ASCII characters and no spaces';
}

const environment = z.object({
  HOLDFAST_HOST: z.string().min(1).default('127.0.0.1'),
  HOLDFAST_PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'is a port number from 0 to 65535' })
    .transform(Number)
    .refine((port) => port <= 65_535, { error: 'is a port number from 0 to 65535' })
    .default(3000),
  HOLDFAST_DATA_DIR: z.string().min(1).default('./data'),
  HOLDFAST_EVENT_STORE: z.literal('sqlite', { error: `is "sqlite": ${onlySqlite}` }).default('sqlite'),
  KURRENTDB_URL: z.undefined({ error: `is not supported: ${onlySqlite}` }).optional(),
  REDIS_URL: z.undefined({ error: 'is not supported: this version runs as one process, without Redis' }).optional(),
  HOLDFAST_ADMIN_KEY: z
    .string()
    .superRefine((text, context) => {
      const fault = adminKeyFault(text);
      if (fault !== undefined) context.addIssue(fault);
    })
    .optional(),
  HOLDFAST_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'is an http or https URL' }).optional(),
  HOLDFAST_ACCEPT_CLOCK_BEHIND: yesOrNo,
  LOG_LEVEL: z.enum(logLevels, { error: `is one of ${logLevels.join(', ')}` }).default('info'),
  NODE_ENV: z.string().default('development'),
});

/** Variables that may name a file instead, as `<name>_FILE`, because they hold secrets. */
const fileNames = ['HOLDFAST_ADMIN_KEY'] as const;

/**
 * Reads the configuration. An empty variable counts as not set.
 *
 * @throws ConfigFault naming every variable that cannot be used.
 */
export function readConfig(variables: Environment): Config {
  const faults: string[] = [];
  const result = environment.safeParse(withFiles(variables, faults));
  if (!result.success) {
    for (const { path, message } of result.error.issues) faults.push(`${path.join('.')} ${message}`);
  }
  if (!result.success || faults.length > 0) throw new ConfigFault(faults.join('\n'));
  const values = result.data;
  return Object.freeze({
    host: values.HOLDFAST_HOST,
    port: values.HOLDFAST_PORT,
    dataDirectory: resolve(values.HOLDFAST_DATA_DIR),
    adminKey: values.HOLDFAST_ADMIN_KEY,
    publicUrl: values.HOLDFAST_PUBLIC_URL,
    logLevel: values.LOG_LEVEL,
    showDocs: values.NODE_ENV !== 'production',
    acceptClockBehind: values.HOLDFAST_ACCEPT_CLOCK_BEHIND === 'true',
  });
}

function withFiles(variables: Environment, faults: string[]): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  for (const name of fileNames) {
    const file = set[`${name}_FILE`];
    if (file === undefined) continue;
    if (set[name] !== undefined) faults.push(`${name} and ${name}_FILE exclude each other`);
    try {
      set[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      faults.push(`${name}_FILE cannot be read: ${(error as Error).message}`);
    }
  }
  return set;
}
