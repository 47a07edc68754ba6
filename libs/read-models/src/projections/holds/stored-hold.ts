import { knownEvent, type HoldEnding, type HoldFacts } from '#domain';
import { eventOf } from '../../file/stored-event.ts';

/** One hold `h` of `holds` with all that was recorded about it, as {@link factsOf} takes it. */
export const storyColumns = 'h.opening, e.type AS ending_type, e.data AS ending, a.late, a.uncollected, a.refunded';
export const storyJoins = 'LEFT JOIN endings AS e ON e.hold = h.hold LEFT JOIN aftermath AS a ON a.hold = h.hold';

export interface StoredStory {
  readonly opening: string;
  readonly ending_type: string | null;
  readonly ending: string | null;
  readonly late: string | null;
  readonly uncollected: string | null;
  readonly refunded: string | null;
}

/** The texts were checked against their types before they were stored here. */
export function factsOf(story: StoredStory): HoldFacts {
  const opening = knownEvent('funds-frozen.v2', story.opening).data;
  if (story.ending_type === null || story.ending === null) return { opening };
  const ending = eventOf(story.ending_type, story.ending) as HoldEnding;
  if (story.late === null && story.uncollected === null && story.refunded === null) return { opening, ending };
  return {
    opening,
    ending,
    ...(story.late === null ? {} : { late: knownEvent('hold-settled-late.v2', story.late) }),
    ...(story.uncollected === null ? {} : { uncollected: knownEvent('charge-uncollected.v1', story.uncollected) }),
    ...(story.refunded === null ? {} : { refunded: story.refunded }),
  };
}
