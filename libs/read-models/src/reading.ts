import type { StatementSync } from 'node:sqlite';
import { knownEvent, type AccountEvent, type AccountEventType, type HoldEnding, type HoldFacts } from '#domain';
import { accountNumbersCachedMax } from './limits.ts';
import type { ReadWindow } from './read-window.ts';

/** The numbers of accounts, which never change while a views file lives. */
export class AccountNumbers {
  readonly #window: ReadWindow;
  readonly #find: StatementSync;
  /** Oldest first. */
  readonly #known = new Map<string, number>();

  constructor(window: ReadWindow) {
    this.#window = window;
    this.#find = window.database.prepare('SELECT number FROM accounts WHERE account_id = ?');
  }

  /** Undefined while the views have not seen the account. */
  of(accountId: string): number | undefined {
    const known = this.#known.get(accountId);
    if (known !== undefined) return known;
    const row = this.#window.look(() => this.#find.get(accountId)) as { number: number } | undefined;
    const found = row?.number;
    if (found !== undefined) this.#remember(accountId, found);
    return found;
  }

  #remember(accountId: string, number: number): void {
    if (this.#known.size >= accountNumbersCachedMax) {
      const [oldest] = this.#known.keys();
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(accountId, number);
  }
}

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

/** @param type as the event was decoded, of its present version. */
export function eventOf(type: string, text: string): AccountEvent {
  return knownEvent(type as AccountEventType, text) as AccountEvent;
}
