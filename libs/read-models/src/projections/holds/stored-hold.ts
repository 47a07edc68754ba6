import type { FundsFrozen, HoldEnding, HoldFacts } from '#domain';
import { readStoredEvent } from '../../file/stored-event.ts';

/** One hold `h` of `holds` with all that was recorded about it, as {@link readHoldFacts} takes it. */
export const storedHoldColumns =
  'h.opening, e.type AS ending_type, e.data AS ending, a.late, a.uncollected, a.refunded';
export const storedHoldJoins = 'LEFT JOIN endings AS e ON e.hold = h.hold LEFT JOIN followUps AS a ON a.hold = h.hold';

export interface StoredHold {
  readonly opening: string;
  readonly ending_type: HoldEnding['type'] | null;
  readonly ending: string | null;
  readonly late: string | null;
  readonly uncollected: string | null;
  readonly refunded: string | null;
}

/** The texts were checked against their types before they were stored here. */
export function readHoldFacts(stored: StoredHold): HoldFacts {
  const opening = JSON.parse(stored.opening) as FundsFrozen;
  if (stored.ending_type === null || stored.ending === null) return { opening };
  const ending = readStoredEvent(stored.ending_type, stored.ending);
  if (stored.late === null && stored.uncollected === null && stored.refunded === null) return { opening, ending };
  return {
    opening,
    ending,
    ...(stored.late === null ? {} : { late: readStoredEvent('hold-settled-late.v1', stored.late) }),
    ...(stored.uncollected === null
      ? {}
      : { uncollected: readStoredEvent('charge-uncollected.v1', stored.uncollected) }),
    ...(stored.refunded === null ? {} : { refunded: stored.refunded }),
  };
}
