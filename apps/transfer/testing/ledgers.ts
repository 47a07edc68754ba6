import { join } from 'node:path';
import { ChainedEvents } from '#application';
import { BEGINNING, type EventStore, type NewEvent, NO_STREAM } from '#application/ports';
import { chainStart } from '#domain';
import { MemoryEventStore, SqliteEventStore } from '#event-store';
import { copied } from '../../../test/support/copied-ledger.ts';
import { type ExitCode, runCommandLine } from '../src/command-line.ts';
import type { OpenPlace } from '../src/place.ts';
import { type Outcome, transfer, type TransferOptions } from '../src/transfer.ts';

/** Fast, and as often as in earnest. */
export const limits = { triesMax: 8, retryPauseMs: 1, retryPauseMaxMs: 2 };

/** What of an event must not change. */
export type Kept = readonly [revision: number, id: string, type: string, data: string, metadata: string, hash: string];

/** Every stream of a store, in the order of its events. */
export async function streamsIn(store: EventStore): Promise<Readonly<Record<string, Kept[]>>> {
  const streams: Record<string, Kept[]> = {};
  const { events } = await store.readAll(BEGINNING, Number.MAX_SAFE_INTEGER);
  for (const { stream, revision, id, type, data, metadata, hash } of events) {
    (streams[stream] ??= []).push([revision, id, type, data, metadata, hash]);
  }
  return streams;
}

export async function readStreams(directory: string): Promise<Readonly<Record<string, Kept[]>>> {
  const store = SqliteEventStore.openReadOnly(join(directory, 'events.db'));
  const streams = await streamsIn(store);
  store.close();
  return streams;
}

/** The ledger of a directory in a store in memory, with its appends as they were. */
export async function inMemory(directory: string): Promise<MemoryEventStore> {
  const memory = new MemoryEventStore();
  await copied(directory, memory);
  return memory;
}

/** Events that a lane could have written, of no particular kind. */
export function chained(stream: string, count: number, text = ''): readonly NewEvent[] {
  const chain = new ChainedEvents(stream, NO_STREAM, chainStart);
  for (let number = 0; number < count; number += 1) {
    chain.add({ type: 'something-happened.v1', data: { number, text } }, { actor: 'spec', correlationId: 'spec' });
  }
  return chain.events;
}

/** Appends one by one, so that a part of them can stand in a store. */
export async function write(store: EventStore, stream: string, events: readonly NewEvent[], from = 0): Promise<void> {
  for (const [index, event] of events.entries()) await store.append(stream, from + index - 1, [event]);
}

function place(store: EventStore): OpenPlace {
  return { store, events: undefined, close: () => Promise.resolve() };
}

/** A transfer between stores that stay open. */
export function transferred(
  source: EventStore,
  target: EventStore,
  options: Partial<TransferOptions> = {},
): Promise<Outcome> {
  return transfer({ source: place(source), target: place(target) }, { verifyOnly: false, limits, ...options });
}

/** `kind stream revision` of what was found. */
export function findingsIn(outcome: Outcome): readonly string[] {
  if (outcome.kind !== 'verified') throw new Error(`it was not verified: ${JSON.stringify(outcome)}`);
  return outcome.verification.findings.lines().map((line) => line.replace(/:.*$/, '').replace('  ', ' '));
}

export interface Ended {
  readonly code: ExitCode;
  readonly out: string;
  readonly errors: string;
}

/** The command line, in this process. */
export async function commandLine(words: readonly string[], kurrentDbUrl?: string, namespace?: string): Promise<Ended> {
  let [out, errors] = ['', ''];
  const code = await runCommandLine(words, {
    write: (text) => (out += text),
    complain: (text) => (errors += text),
    errorTerminal: { isTTY: false, write: (text) => (errors += text) },
    kurrentDbUrl,
    namespace,
  });
  return { code, out, errors };
}
