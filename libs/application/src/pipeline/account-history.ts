import { type AccountEvent, type AccountState, chainStart, evolve, initialState, restoreState } from '#domain';
import type { EventStore, Position, RecordedEvent } from '../ports/event-store.ts';
import { BEGINNING } from '../ports/event-store.ts';
import type { Snapshot } from '../ports/snapshots.ts';
import { verifiedHistory } from '../ports/verified-history.ts';

/** Names of the errors that say that a history cannot be trusted. By name, since an error may come from another realm. */
const contradictions: readonly unknown[] = ['BrokenHistory', 'UntrustedEvent', 'AssertionError'];

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
 * @throws UntrustedEvent, AssertionError if the history cannot be trusted; EventStoreError.
 */
export async function readForward(
  store: EventStore,
  accountId: string,
  account: LoadedAccount,
  upTo: (event: AccountEvent, revision: number) => boolean,
  folded: (events: readonly RecordedEvent[]) => void,
): Promise<number> {
  let count = 0;
  const after = { revision: account.state.summary.revision, hash: account.hash };
  for await (const page of verifiedHistory(store, accountId, after)) {
    const events: RecordedEvent[] = [];
    for (const { recorded, event } of page) {
      if (!upTo(event, recorded.revision)) return count;
      fold(account, recorded, event);
      events.push(recorded);
      count += 1;
    }
    folded(events);
  }
  return count;
}

function fold(account: LoadedAccount, recorded: RecordedEvent, event: AccountEvent): void {
  evolve(account.state, event);
  account.state.undo.commit();
  account.hash = recorded.hash;
  account.position = recorded.position;
}
