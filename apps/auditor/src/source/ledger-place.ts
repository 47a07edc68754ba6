import { existsSync } from 'node:fs';
import { assertFileFormats, type LedgerRecord, ledgerRecordIn, UnreadableRecord } from '#event-store';
import { type Environment, namespaceDefault, namespaceShape, readSecret } from '#runtime';
import { logFile, readModelsFiles } from './data-directory.ts';
import { NoSuchData } from './open-log.ts';

/** Where the events of one installation are, and its read models. */
export type LedgerPlace =
  | { readonly engine: 'sqlite'; readonly directory: string }
  | {
      readonly engine: 'kurrentdb';
      /** Connection string; a secret. */
      readonly url: string;
      readonly namespace: string;
      /** Of a process of that very ledger: its read models are here; undefined where none is known. */
      readonly directory: string | undefined;
    };

/** What a command line says of it. */
export interface LedgerChoice {
  /** Data directory. */
  readonly data: string;
  /** A connection string; true: that of the environment; undefined: where the data directory says. */
  readonly kurrentdb?: string | true;
  /** What the names of its streams in KurrentDB begin with; undefined: as the directory or the environment say. */
  readonly namespace?: string;
}

/**
 * Which ledger is looked at. A data directory says it from its first start on; one that does not holds the log, or belongs to
 * the KurrentDB that the environment names.
 *
 * @throws NoSuchData if it cannot be told; OtherFormats; ConfigError if a secret cannot be read.
 */
export function ledgerPlace(
  { data: directory, kurrentdb, namespace }: LedgerChoice,
  environment: Environment,
): LedgerPlace {
  const record = recordIn(directory);
  if (kurrentdb === undefined && isOnFile(directory, record)) {
    assertFileFormats(logFile(directory));
    return { engine: 'sqlite', directory };
  }
  const url = typeof kurrentdb === 'string' ? kurrentdb : readSecret(environment, 'KURRENTDB_URL');
  if (url === undefined) {
    if (kurrentdb === undefined && record === undefined) return { engine: 'sqlite', directory };
    throw new NoSuchData(`KURRENTDB_URL is not set${record === undefined ? '' : `: ${placeText(record, directory)}`}`);
  }
  const recorded = record?.eventStore === 'kurrentdb' ? record.namespace : undefined;
  const here = environment['HOLDFAST_NAMESPACE'] === '' ? undefined : environment['HOLDFAST_NAMESPACE'];
  const meant = kurrentdb === undefined ? (recorded ?? here) : (here ?? recorded);
  const chosen = namespace ?? meant ?? namespaceDefault;
  if (!namespaceShape.test(chosen)) throw new NoSuchData('a namespace has letters, digits, - and _ only');
  // Of a server that is named here nothing says that the read models beside are of its log.
  const isRecorded = typeof kurrentdb !== 'string' && recorded === chosen;
  return { engine: 'kurrentdb', url, namespace: chosen, directory: isRecorded ? directory : undefined };
}

function isOnFile(directory: string, record: LedgerRecord | undefined): boolean {
  return record === undefined ? existsSync(logFile(directory)) : record.eventStore === 'sqlite';
}

function placeText(record: LedgerRecord, directory: string): string {
  if (record.eventStore === 'sqlite') return `the events of ${directory} are in a file`;
  return `the events of ${directory} are in KurrentDB, with the namespace ${record.namespace}`;
}

function recordIn(directory: string): LedgerRecord | undefined {
  try {
    return ledgerRecordIn(directory);
  } catch (error) {
    if (error instanceof UnreadableRecord) throw new NoSuchData(error.message);
    throw error;
  }
}

/** The read model files that belong to a ledger, as far as they are known. */
export function listReadModelsFiles({ directory }: LedgerPlace): readonly string[] {
  return directory === undefined ? [] : readModelsFiles(directory);
}
