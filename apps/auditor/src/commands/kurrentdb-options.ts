import type { Command } from 'commander';
import { KurrentDbEventStore } from '#event-store';
import { NoSuchData } from '../open-log.ts';
import type { Surroundings } from './surroundings.ts';

/** For commands that also read the log in a KurrentDB. */
export interface KurrentDbChoice {
  readonly kurrentdb: boolean;
  readonly namespace: string;
}

const namespaceDefault = 'holdfast';

export function withKurrentDb(command: Command, surroundings: Surroundings): Command {
  const here = surroundings.namespace === '' ? undefined : surroundings.namespace;
  return command
    .option('--kurrentdb', 'the log in the KurrentDB that KURRENTDB_URL names, instead of a directory', false)
    .option('--namespace <name>', 'with --kurrentdb: stands before the names of all streams', here ?? namespaceDefault);
}

/** @throws NoSuchData if it is not said which KurrentDB; EventStoreError if nobody answers there. */
export function openKurrentDb(
  { namespace }: KurrentDbChoice,
  { kurrentDbUrl }: Surroundings,
): Promise<KurrentDbEventStore> {
  if (kurrentDbUrl === undefined || kurrentDbUrl === '') throw new NoSuchData('KURRENTDB_URL is not set');
  return KurrentDbEventStore.open(kurrentDbUrl, { streamPrefix: `${namespace}.` });
}
