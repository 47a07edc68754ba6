import type { HoldFacts } from '../holds.ts';
import type { AccountState } from '../state.ts';
import type { Known } from './decision.ts';

/** One hold's story: from the account's state while it is open or just ended, else from the id index. */
export function holdFacts(state: AccountState, known: Known, holdId: string): HoldFacts | undefined {
  const open = state.openHolds.get(holdId);
  if (open !== undefined) return { opening: open.opening };
  const ended = state.past.hold(holdId) ?? known.hold(holdId);
  if (ended === undefined) return undefined;
  const aftermath = state.past.aftermath(holdId);
  return aftermath === undefined ? ended : { ...ended, ...aftermath };
}
