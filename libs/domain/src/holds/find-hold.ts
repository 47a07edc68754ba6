import { strict as assert } from 'node:assert';
import type { IdempotencyIndex } from '../core/decision.ts';
import type { AccountState } from '../core/state.ts';
import type { FundsFrozen } from './events.ts';
import type { HoldFacts } from './hold.ts';
import { elsewhere, type KeptOpening } from './kept-opening.ts';

/** One hold's lifecycle: from the account's state while it is open or just ended, else from the id index. */
export function holdFacts(state: AccountState, known: IdempotencyIndex, holdId: string): HoldFacts | undefined {
  const open = state.openHolds.get(holdId);
  if (open !== undefined) return { opening: wholeOpening(state, known, open.opening) };
  const lately = state.recentHolds.ended(holdId);
  const ended =
    lately === undefined
      ? known.hold(holdId)
      : { opening: wholeOpening(state, known, lately.opening), ending: lately.ending };
  if (ended === undefined) return undefined;
  const followUps = state.recentHolds.followUps(holdId);
  return followUps === undefined ? ended : { ...ended, ...followUps };
}

/** The opening with its metadata, wherever that is. */
export function wholeOpening(state: AccountState, known: IdempotencyIndex, opening: KeptOpening): FundsFrozen {
  const { holdId, metadata } = opening;
  if (metadata !== elsewhere) return opening as FundsFrozen;
  const whole = state.recentHolds.metadata(holdId) ?? known.metadata(holdId);
  assert(whole !== undefined, `the metadata of hold ${holdId} is in the id index`);
  return { ...opening, metadata: whole };
}
