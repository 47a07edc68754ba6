import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  accountStream,
  chainHash,
  chainStart,
  decodeEvent,
  evolve,
  initialState,
  restoreState,
  type AccountEvent,
  type AccountState,
} from '#domain';
import { readCharactersMax, readPageMax } from '../limits.ts';
import type { EventStore, Position, RecordedEvent } from '../ports/event-store.ts';
import { BEGINNING } from '../ports/event-store.ts';
import type { Snapshot } from '../ports/snapshots.ts';

/** A stored event contradicts its stream: the account cannot be trusted any further. */
export class BrokenHistory extends Error {
  override readonly name = 'BrokenHistory';
}

/** Names of the errors that say that a history cannot be trusted. By name, since an error may come from another realm. */
const contradictions: readonly unknown[] = ['BrokenHistory', 'UnreadableEvent', 'AssertionError'];

/** The error is the account's own history contradicting itself; any other is the machine's, and may pass. */
export function contradictsItself(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && contradictions.includes(error.name);
}

/** An account's state at the last event that was folded into it. */
export interface LoadedAccount {
  readonly state: AccountState;
  /** Chain hash of that event. */
  hash: string;
  position: Position;
}

/**
 * The state that a snapshot holds, or an account without any event if there is none that can be used. A snapshot that
 * cannot be read or restored is none: the events are still there.
 */
export function startFrom(find: () => Snapshot | undefined): LoadedAccount {
  return restored(find) ?? { state: initialState(), hash: chainStart, position: BEGINNING };
}

function restored(find: () => Snapshot | undefined): LoadedAccount | undefined {
  try {
    const snapshot = find();
    const state = snapshot === undefined ? undefined : restoreState(snapshot.state);
    if (snapshot === undefined || state === undefined) return undefined;
    return { state, hash: snapshot.hash, position: snapshot.position };
  } catch {
    return undefined;
  }
}

/**
 * Reads forward and folds what came after `account`'s last event, page by page, checking the chain.
 *
 * @param upTo folds only the events for which this holds; the first other one ends the reading.
 * @param folded is told of every page, so that what the id index has can be forgotten early.
 * @returns how many events were folded.
 * @throws BrokenHistory, UnreadableEvent, AssertionError if the history cannot be trusted; EventStoreError.
 */
export async function readForward(
  store: EventStore,
  accountId: string,
  account: LoadedAccount,
  upTo: (event: AccountEvent, revision: number) => boolean,
  folded: (events: readonly RecordedEvent[]) => void,
): Promise<number> {
  const stream = accountStream(accountId);
  let count = 0;
  for (;;) {
    const from = account.state.standing.revision + 1;
    const page = await store.readStream(stream, from, readPageMax, readCharactersMax);
    for (const event of page.events) {
      if (!foldRecorded(account, event, upTo)) return count;
      count += 1;
    }
    folded(page.events);
    if (page.events.length === 0 || account.state.standing.revision >= page.head) return count;
    // Between pages, so that a long history holds nobody else up and a short one costs nothing.
    await nextTurn();
  }
}

/** Folds one event unless `upTo` ends the reading before it. */
function foldRecorded(
  account: LoadedAccount,
  event: RecordedEvent,
  upTo: (event: AccountEvent, revision: number) => boolean,
): boolean {
  const revision = account.state.standing.revision + 1;
  if (event.revision !== revision) {
    throw new BrokenHistory(`${event.stream}: revision ${String(event.revision)} follows ${String(revision - 1)}`);
  }
  const hash = chainHash(account.hash, event.stream, revision, event.type, event.data, event.metadata);
  if (hash !== event.hash)
    throw new BrokenHistory(`${event.stream}: the hash of revision ${String(revision)} is wrong`);
  const decoded = decodeEvent(event.type, event.data);
  if (!upTo(decoded, revision)) return false;
  evolve(account.state, decoded);
  account.state.undo.commit();
  account.hash = hash;
  account.position = event.position;
  return true;
}
