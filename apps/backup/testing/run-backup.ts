import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChainedEvents } from '#application';
import { BEGINNING, NO_STREAM } from '#application/ports';
import { chainStart } from '#domain';
import { LogReader, SqliteEventStore } from '#event-store';
import { type Dependencies, runCommandLine } from '../src/command-line.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** What a command line ended with. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

export const now = Date.UTC(2026, 0, 29);

/** Runs a command line in this process. */
export async function backup(words: readonly string[], more: Partial<Dependencies> = {}): Promise<Ended> {
  let [out, errors] = ['', ''];
  const code = await runCommandLine(words, {
    write: (text) => (out += text),
    complain: (text) => (errors += text),
    errorTerminal: { write: () => true },
    environment: {},
    now: () => now,
    version: '0.0.0-spec',
    ...more,
  });
  return { code, out, errors };
}

/** Runs it in a process of its own. */
export function launch(words: readonly string[], through: readonly string[] = []): ChildProcess {
  const [command = '', ...args] = [...through, process.execPath, '--conditions=source', main, ...words];
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } });
}

/** The same to its end. */
export async function launched(words: readonly string[], through: readonly string[] = []): Promise<Ended> {
  const child = launch(words, through);
  const said = { out: '', errors: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.errors += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, ...said };
}

/** Appends so many events of a stream to the log of a directory, which it makes if it is not there. */
export async function written(directory: string, stream: string, count: number): Promise<void> {
  const store = await SqliteEventStore.open(join(directory, 'events.db'));
  await appended(store, stream, count);
  await store.close();
}

/** Hashes of all events, in the order of the log. */
export function hashesIn(directory: string): readonly string[] {
  const reader = LogReader.open(join(directory, 'events.db'));
  const { events } = reader.readAll(BEGINNING, Number.MAX_SAFE_INTEGER);
  reader.close();
  return events.map(({ hash }) => hash);
}

/** Appends to the log of a directory as a process does that is killed then: the events are in the write-ahead log alone. */
export async function withUnfinishedLog(directory: string, stream: string, count: number): Promise<void> {
  const scratch = join(directory, 'scratch');
  mkdirSync(scratch);
  for (const name of readdirSync(directory).filter((one) => one.startsWith('events.db')))
    copyFileSync(join(directory, name), join(scratch, name));
  const store = await SqliteEventStore.open(join(scratch, 'events.db'));
  await appended(store, stream, count);
  for (const name of ['events.db', 'events.db-wal']) copyFileSync(join(scratch, name), join(directory, name));
  await store.close();
  rmSync(scratch, { recursive: true });
}

async function appended(store: SqliteEventStore, stream: string, count: number): Promise<void> {
  const chain = new ChainedEvents(stream, NO_STREAM, chainStart);
  for (let number = 0; number < count; number += 1) {
    chain.add({ type: 'something-happened.v1', data: { number } }, { actor: 'spec', correlationId: 'spec' });
  }
  for (const [index, event] of chain.events.entries()) await store.append(stream, index - 1, [event]);
}
