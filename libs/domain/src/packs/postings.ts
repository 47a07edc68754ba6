import { type Posting, transfer } from '../core/journal.ts';
import { parseMoney } from '../kernel/money.ts';
import type { LatePackConsumption, PackConsumption, PackForfeit } from './events.ts';

/** Units consumed: what is owed for them becomes revenue. */
export function consumedPostings(packs: readonly PackConsumption[] | null): readonly Posting[] {
  return (packs ?? []).flatMap(({ recognised }) =>
    transfer('platform:pack-liability', 'platform:revenue', parseMoney(recognised)),
  );
}

/** Units forfeited: what is owed for them is owed no more. */
export function forfeitedPostings(forfeited: readonly PackForfeit[] | null): readonly Posting[] {
  return (forfeited ?? []).flatMap(({ amount }) =>
    transfer('platform:pack-liability', 'platform:breakage', parseMoney(amount)),
  );
}

/** Units that were forfeited and are consumed after all were breakage, and are revenue. */
export function reclaimedPostings(packs: readonly LatePackConsumption[] | null): readonly Posting[] {
  return (packs ?? []).flatMap(({ reclaimed }) =>
    reclaimed === null ? [] : transfer('platform:breakage', 'platform:revenue', parseMoney(reclaimed.amount)),
  );
}
