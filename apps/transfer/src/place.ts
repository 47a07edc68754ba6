import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EventStore } from '#application/ports';
import { assertFileFormats, assertRestored, KurrentDbEventStore, LogReader, SqliteEventStore } from '#event-store';
import { namespaceShape } from '#runtime';

/** Where a ledger is kept. */
export type Place =
  | { readonly engine: 'sqlite'; readonly directory: string }
  | { readonly engine: 'kurrentdb'; readonly url: string; readonly namespace: string };

/** What is said on the command line cannot be used, or there is nothing at that place. */
export class PlaceError extends Error {
  override readonly name = 'PlaceError';
}

/** A store at a place, for this process alone if it is in SQLite. */
export interface OpenPlace {
  readonly store: EventStore;
  /** How many events there were when it was opened; undefined where nobody knows. */
  readonly events: number | undefined;
  readonly close: () => Promise<void>;
}

/** The word for the KurrentDB that the environment names, so that its credentials are on no command line. */
export const kurrentDbWord = 'kurrentdb';

const connectionString = /^(kurrentdb|kurrent|kdb|esdb)([+]discover)?:\/\//i;

/**
 * @param word as it is written on the command line.
 * @param kurrentDbUrl what {@link kurrentDbWord} stands for.
 * @throws PlaceError.
 */
export function parsePlace(word: string, namespace: string, kurrentDbUrl: string | undefined): Place {
  if (!namespaceShape.test(namespace)) throw new PlaceError('a namespace has letters, digits, - and _ only');
  if (word === '') throw new PlaceError('a place is a directory or a connection string, and not empty');
  if (word === kurrentDbWord) return { engine: 'kurrentdb', url: urlIn(kurrentDbUrl), namespace };
  if (!word.includes('://')) return { engine: 'sqlite', directory: resolve(word) };
  if (!connectionString.test(word)) throw new PlaceError('a connection string begins with kurrentdb:// or the like');
  // Everybody on the machine can read the command lines of everybody else.
  if (word.includes('@'))
    throw new PlaceError(`with a password in it, it goes into KURRENTDB_URL: say ${kurrentDbWord}`);
  return { engine: 'kurrentdb', url: word, namespace };
}

function urlIn(kurrentDbUrl: string | undefined): string {
  if (kurrentDbUrl === undefined || kurrentDbUrl === '') throw new PlaceError('KURRENTDB_URL is not set');
  if (!connectionString.test(kurrentDbUrl)) throw new PlaceError('KURRENTDB_URL is no connection string');
  return kurrentDbUrl;
}

/** The place in words, without credentials and settings. */
export function describePlace(place: Place): string {
  if (place.engine === 'sqlite') return place.directory;
  const servers = place.url.slice(place.url.indexOf('://') + 3, end(place.url)).replace(/^.*@/s, '');
  return `KurrentDB ${servers} (${place.namespace}.)`;
}

function end(url: string): number {
  const settings = url.indexOf('?', url.lastIndexOf('@') + 1);
  return settings < 0 ? url.length : settings;
}

export function isSame(one: Place, other: Place): boolean {
  if (one.engine === 'sqlite') return other.engine === 'sqlite' && real(one.directory) === real(other.directory);
  return other.engine === 'kurrentdb' && one.url === other.url;
}

function real(directory: string): string {
  return existsSync(directory) ? realpathSync(directory) : directory;
}

/** @throws PlaceError if there is no ledger; RestoreUnfinished; whatever the engine throws that cannot be opened. */
export async function openExisting(place: Place): Promise<OpenPlace> {
  if (place.engine === 'sqlite') assertRestored(place.directory);
  if (place.engine === 'sqlite' && !existsSync(logFile(place.directory))) {
    throw new PlaceError(`${place.directory}: there is no event log`);
  }
  return openOrMake(place);
}

/** @throws whatever the engine throws that cannot be opened. */
export async function openOrMake(place: Place): Promise<OpenPlace> {
  if (place.engine === 'sqlite') return openSqlite(logFile(place.directory));
  const store = await KurrentDbEventStore.open(place.url, { streamPrefix: `${place.namespace}.` });
  return { store, events: undefined, close: () => store.close() };
}

/** As the one writer, also where nothing is written: so no service can be writing meanwhile. */
async function openSqlite(file: string): Promise<OpenPlace> {
  assertFileFormats(file);
  const store = await SqliteEventStore.open(file);
  const reader = LogReader.open(file);
  const events = reader.lastPosition() + 1;
  reader.close();
  return { store, events, close: () => store.close() };
}

function logFile(directory: string): string {
  return join(directory, 'events.db');
}
