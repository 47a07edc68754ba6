import { type LoadedAccount, readForward, startFrom } from './account-history.ts';
import type { LaneDependencies } from './dependencies.ts';
import { IndexLag } from './index-lag.ts';
import type { Lane } from './lane.ts';

/**
 * Reads an account that is not in memory.
 *
 * @throws UntrustedEvent, AssertionError if its history cannot be trusted; EventStoreError.
 */
export async function loadAccount(lane: Lane, dependencies: LaneDependencies): Promise<void> {
  const { idIndex, memory, snapshots } = dependencies;
  await memory.load(async () => {
    const account = startFrom(() => snapshots.newest(lane.accountId));
    lane.snapshots.startFrom(account.state.summary.revision);
    lane.indexLag = new IndexLag(idIndex);
    await catchUp(lane, account, dependencies);
    lane.account = account;
    lane.size = memory.measured(lane.size, account.state);
  });
}

/**
 * Folds what others have written.
 *
 * @returns how many events that were.
 * @throws as {@link loadAccount} does.
 */
export async function catchUp(lane: Lane, account: LoadedAccount, { store }: LaneDependencies): Promise<number> {
  const { accountId, indexLag } = lane;
  const all = (): boolean => true;
  const waiting = lane.entries.length;
  const count = await readForward(store, accountId, account, all, (events) => {
    for (const event of events) indexLag.add(event, 1, event.data.length + event.metadata.length);
    account.state.recentIds.forget(indexLag.passed());
  });
  lane.isBehind = false;
  lane.seenToHead = waiting;
  return count;
}
