import { basename, dirname, resolve } from 'node:path';

/** Of the settings, those that can contradict each other. */
interface Values {
  readonly HOLDFAST_EVENT_STORE?: string | undefined;
  readonly KURRENTDB_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly HOLDFAST_SWEEPER: string;
  readonly HOLDFAST_LEASES?: string | undefined;
  readonly HOLDFAST_ADMIN_KEY?: string | undefined;
  readonly HOLDFAST_WEBHOOK_KEY?: string | undefined;
  readonly HOLDFAST_DATA_DIR: string;
  readonly HOLDFAST_CHECKPOINT_FILE?: string | undefined;
  readonly HOLDFAST_SIGNING_KEY_FILE?: string | undefined;
}

/** What the settings say against each other: a half of them got lost, or was meant for another process. */
export function contradictions(values: Values): readonly string[] {
  return [store(values), ...alone(values), oneSecretForTwo(values), checkpointFile(values)].filter(
    (error) => error !== undefined,
  );
}

/** Where the events are must be said once: half of a setting would begin an empty ledger somewhere else. */
function store({ HOLDFAST_EVENT_STORE: wanted, KURRENTDB_URL: url }: Values): string | undefined {
  if (wanted === 'kurrentdb' && url === undefined) return 'KURRENTDB_URL is missing: HOLDFAST_EVENT_STORE is kurrentdb';
  if (wanted === 'sqlite' && url !== undefined) return 'KURRENTDB_URL is set, but HOLDFAST_EVENT_STORE is sqlite';
  return undefined;
}

/** Without Redis no worker rings, and on a file no other process can be there. */
function alone({
  REDIS_URL: redis,
  HOLDFAST_SWEEPER: sweeper,
  HOLDFAST_LEASES: leases,
}: Values): (string | undefined)[] {
  if (redis !== undefined) return [];
  return [
    sweeper === 'false'
      ? 'HOLDFAST_SWEEPER is false, but REDIS_URL is missing: nothing would process what is due'
      : undefined,
    leases === 'true' ? 'HOLDFAST_LEASES is true, but REDIS_URL is missing: leases are kept in Redis' : undefined,
  ];
}

function oneSecretForTwo(values: Values): string | undefined {
  const { HOLDFAST_ADMIN_KEY: adminKey, HOLDFAST_WEBHOOK_KEY: webhookKey } = values;
  if (adminKey === undefined || adminKey !== webhookKey) return undefined;
  return 'HOLDFAST_WEBHOOK_KEY is the same as HOLDFAST_ADMIN_KEY: each needs a secret of its own';
}

/** Lines appended to a file of the ledger would damage it. */
function checkpointFile(values: Values): string | undefined {
  const { HOLDFAST_CHECKPOINT_FILE: file, HOLDFAST_DATA_DIR: directory, HOLDFAST_SIGNING_KEY_FILE: key } = values;
  if (file === undefined) return undefined;
  const kept = /^(events|instance|readModels-\d+)\.|\.(key|lock)$|^ledger\.json$/;
  const isOurs = dirname(resolve(file)) === resolve(directory) && kept.test(basename(file));
  const isKey = key !== undefined && resolve(key) === resolve(file);
  return isOurs || isKey ? 'HOLDFAST_CHECKPOINT_FILE is a file that the ledger keeps something else in' : undefined;
}
