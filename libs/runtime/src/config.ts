import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { contradictions } from './contradictions.ts';
import { type HttpLimits, readHttpLimits, validateHttpLimits } from './http-limits.ts';
import { type Environment, readSecret } from './secrets.ts';
import { unknownVariables } from './unknown-variables.ts';
import {
  checkedText,
  isNetwork,
  isRedisUrl,
  validateChannelSecret,
  validateKey,
  validatePort,
  yesOrNo,
} from './value-shapes.ts';

/** How this process is to run: read once at boot, checked, and not changed afterwards. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Absolute. Everything that the process keeps on this machine is in here. */
  readonly dataDirectory: string;
  /** Where the events are: in a file of the data directory, or in KurrentDB. */
  readonly eventStore: { readonly kind: 'sqlite' } | { readonly kind: 'kurrentdb'; readonly url: string };
  /** Redis of all processes of this ledger; undefined: on a file, this is the only process, and there are no alarms. */
  readonly redisUrl: string | undefined;
  /** What the names of all streams and keys in shared engines begin with. */
  readonly namespace: string;
  /** Whether this process looks for what is due by itself. */
  readonly sweeper: boolean;
  /** Whether this process bills all accounts every day; undefined: a worker does, and a ledger without Redis. */
  readonly billing: boolean | undefined;
  /** Whether processes share out the accounts by leases, where there is Redis. */
  readonly leases: boolean;
  /** How long the process goes on serving once it was told to stop and says that it is not ready, in ms. */
  readonly stopDelayMs: number;
  /** The bootstrap secret with all scopes; undefined: the service makes one and keeps it in the data directory. */
  readonly adminKey: string | undefined;
  /** Holds the keys that sign checkpoints; absolute. Made at the first start where there is none. */
  readonly signingKeyFile: string;
  /** A checkpoint is made so often, if something has changed, in ms; 0: only when asked for. */
  readonly checkpointEveryMs: number;
  /** Where checkpoints are written besides; undefined: nowhere. */
  readonly checkpointFile: string | undefined;
  /** With which the channel of tests and demos signs; undefined: there is no such channel. */
  readonly referenceChannelSecret: string | undefined;
  /** How much clients may use of this process before and while they are served. */
  readonly httpLimits: HttpLimits;
  /** Where callers reach the service, for its documents; undefined: where it listens. */
  readonly publicUrl: string | undefined;
  /** Whether this process delivers webhooks. */
  readonly webhooks: boolean;
  /** Seals the secrets of webhooks; undefined: the service makes one and keeps it in the data directory. */
  readonly webhookKey: string | undefined;
  /** Networks that are not public and that webhooks may reach all the same. */
  readonly webhookNetworks: readonly string[];
  /** Whether webhooks may go over http. */
  readonly webhookHttp: boolean;
  readonly logLevel: LogLevel;
  /** Whether the documents are shown at `/docs`. */
  readonly showDocs: boolean;
  /** Start although the clock is behind the newest stored event. */
  readonly acceptClockBehind: boolean;
  /** Start although the log lacks what checkpoints that were kept outside cover. */
  readonly acceptTruncation: boolean;
  /** Start although the ledger's signing key or webhook key is not there, and go on with another. */
  readonly acceptLostKeys: boolean;
  /** Start although others than its owner can get at what is kept. */
  readonly allowWideModes: boolean;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];

/** Longest time that a stop may be put off, in s. */
const stopDelayMaxSeconds = 300;
const stopDelayError = `is a number of seconds from 0 to ${String(stopDelayMaxSeconds)}`;

/** Longest time between two checkpoints of the schedule, in minutes: a week. */
const checkpointMaxMinutes = 10_080;
const checkpointError = `is a number of minutes from 0 to ${String(checkpointMaxMinutes)}`;

/** The port where the environment names none. */
const portDefault = 3000;

/** What names of streams and keys of a ledger begin with. Without dots, so that none begins as another's. */
export const namespaceShape = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

export const namespaceDefault = 'holdfast';

const environment = z.object({
  HOLDFAST_HOST: z.string().min(1).default('127.0.0.1'),
  HOLDFAST_PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: ({ input }) => validatePort(String(input)) })
    .transform(Number)
    .refine((port) => port <= 65_535, { error: 'is a port number from 0 to 65535' })
    .optional(),
  HOLDFAST_DATA_DIR: z.string().min(1).default('./data'),
  HOLDFAST_EVENT_STORE: z.enum(['sqlite', 'kurrentdb'], { error: 'is sqlite or kurrentdb' }).optional(),
  KURRENTDB_URL: z
    .string()
    .regex(/^(kurrentdb|kurrent|kdb|esdb)(\+discover)?:\/\/\S+$/, { error: 'is a kurrentdb:// connection string' })
    .optional(),
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, {
      error: 'is a redis:// or rediss:// URL; in a password, all but letters and digits as %2F and the like',
    })
    .optional(),
  HOLDFAST_NAMESPACE: z
    .string()
    .regex(namespaceShape, { error: 'has 1 to 63 letters, digits, - and _' })
    .default(namespaceDefault),
  HOLDFAST_SWEEPER: yesOrNo.default('true'),
  HOLDFAST_BILLING: yesOrNo.optional(),
  HOLDFAST_LEASES: yesOrNo.optional(),
  HOLDFAST_STOP_DELAY_SECONDS: z
    .string()
    .regex(/^\d{1,3}$/, { error: stopDelayError })
    .transform(Number)
    .refine((seconds) => seconds <= stopDelayMaxSeconds, { error: stopDelayError })
    .default(0),
  HOLDFAST_SIGNING_KEY_FILE: z.string().min(1).optional(),
  HOLDFAST_CHECKPOINT_MINUTES: z
    .string()
    .regex(/^\d{1,5}$/, { error: checkpointError })
    .transform(Number)
    .refine((minutes) => minutes <= checkpointMaxMinutes, { error: checkpointError })
    .default(60),
  HOLDFAST_CHECKPOINT_FILE: z.string().min(1).optional(),
  HOLDFAST_ADMIN_KEY: checkedText(validateKey).optional(),
  HOLDFAST_REFERENCE_CHANNEL_SECRET: checkedText(validateChannelSecret).optional(),
  HOLDFAST_HTTP_LIMITS: checkedText(validateHttpLimits).optional(),
  HOLDFAST_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'is an http or https URL' }).optional(),
  HOLDFAST_ACCEPT_CLOCK_BEHIND: yesOrNo.default('false'),
  HOLDFAST_ACCEPT_TRUNCATION: yesOrNo.default('false'),
  HOLDFAST_ACCEPT_LOST_KEYS: yesOrNo.default('false'),
  HOLDFAST_WEBHOOKS: yesOrNo.default('true'),
  HOLDFAST_WEBHOOK_KEY: checkedText(validateKey).optional(),
  HOLDFAST_WEBHOOK_NETWORKS: z
    .string()
    .transform((text) => text.split(',').map((network) => network.trim()))
    .refine((networks) => networks.every(isNetwork), { error: 'is a list of networks such as 10.1.0.0/16,fd00::/8' })
    .optional(),
  HOLDFAST_WEBHOOK_HTTP: yesOrNo.default('false'),
  LOG_LEVEL: z.enum(logLevels, { error: `is one of ${logLevels.join(', ')}` }).default('info'),
  NODE_ENV: z
    .enum(['production', 'development', 'test'], { error: 'is production, development or test' })
    .default('development'),
  HOLDFAST_ALLOW_WIDE_MODES: yesOrNo.default('false'),
});

/** Variables that may name a file instead, as `<name>_FILE`. */
const secrets = [
  'HOLDFAST_ADMIN_KEY',
  'HOLDFAST_WEBHOOK_KEY',
  'HOLDFAST_REFERENCE_CHANNEL_SECRET',
  'KURRENTDB_URL',
  'REDIS_URL',
] as const;

const knownVariables: readonly string[] = [...Object.keys(environment.shape), ...secrets.map((name) => `${name}_FILE`)];

/**
 * Reads the configuration. An empty variable counts as not set.
 *
 * @param defaults.port where the environment names none; default 3000.
 * @throws ConfigError naming every variable that cannot be used.
 */
export function readConfig(variables: Environment, defaults: { readonly port?: number } = {}): Config {
  const errors: string[] = [...mistypedVariables(variables)];
  const result = environment.safeParse(withSecrets(variables, errors));
  if (!result.success) {
    for (const { path, message } of result.error.issues) errors.push(`${path.join('.')} ${message}`);
  }
  if (result.success) errors.push(...contradictions(result.data));
  if (!result.success || errors.length > 0) throw new ConfigError(errors.join('\n'));
  const values = result.data;
  return Object.freeze({
    host: values.HOLDFAST_HOST,
    port: values.HOLDFAST_PORT ?? defaults.port ?? portDefault,
    dataDirectory: resolve(values.HOLDFAST_DATA_DIR),
    eventStore:
      values.KURRENTDB_URL === undefined
        ? ({ kind: 'sqlite' } as const)
        : ({ kind: 'kurrentdb', url: values.KURRENTDB_URL } as const),
    redisUrl: values.REDIS_URL,
    namespace: values.HOLDFAST_NAMESPACE,
    sweeper: values.HOLDFAST_SWEEPER === 'true',
    billing: values.HOLDFAST_BILLING === undefined ? undefined : values.HOLDFAST_BILLING === 'true',
    leases: values.HOLDFAST_LEASES !== 'false',
    stopDelayMs: values.HOLDFAST_STOP_DELAY_SECONDS * 1_000,
    adminKey: values.HOLDFAST_ADMIN_KEY,
    signingKeyFile: resolve(values.HOLDFAST_SIGNING_KEY_FILE ?? join(values.HOLDFAST_DATA_DIR, 'signing.key')),
    checkpointEveryMs: values.HOLDFAST_CHECKPOINT_MINUTES * 60_000,
    checkpointFile:
      values.HOLDFAST_CHECKPOINT_FILE === undefined ? undefined : resolve(values.HOLDFAST_CHECKPOINT_FILE),
    referenceChannelSecret: values.HOLDFAST_REFERENCE_CHANNEL_SECRET,
    httpLimits: readHttpLimits(values.HOLDFAST_HTTP_LIMITS),
    publicUrl: values.HOLDFAST_PUBLIC_URL,
    webhooks: values.HOLDFAST_WEBHOOKS === 'true',
    webhookKey: values.HOLDFAST_WEBHOOK_KEY,
    webhookNetworks: values.HOLDFAST_WEBHOOK_NETWORKS ?? [],
    webhookHttp: values.HOLDFAST_WEBHOOK_HTTP === 'true',
    logLevel: values.LOG_LEVEL,
    showDocs: values.NODE_ENV !== 'production',
    acceptClockBehind: values.HOLDFAST_ACCEPT_CLOCK_BEHIND === 'true',
    acceptTruncation: values.HOLDFAST_ACCEPT_TRUNCATION === 'true',
    acceptLostKeys: values.HOLDFAST_ACCEPT_LOST_KEYS === 'true',
    allowWideModes: values.HOLDFAST_ALLOW_WIDE_MODES === 'true',
  });
}

/** What is mistyped in an environment, for programs that take few of the settings. One line for each variable. */
export function mistypedVariables(variables: Environment): readonly string[] {
  return [...unknownVariables(variables, knownVariables), ...stray(variables)];
}

/** White space or quotation marks round a value came with it from a file: a directory of that name would begin empty. */
function stray(variables: Environment): readonly string[] {
  return knownVariables.flatMap((name) => {
    const value = variables[name] ?? '';
    if (value !== value.trim()) return [`${name} begins or ends with white space`];
    return /^(["']).*\1$/s.test(value) ? [`${name} has quotation marks round it`] : [];
  });
}

function withSecrets(variables: Environment, errors: string[]): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  for (const name of secrets) {
    try {
      set[name] = readSecret(variables, name);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      errors.push(error.message);
    }
  }
  return set;
}
