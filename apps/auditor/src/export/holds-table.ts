import { type AccountEvent, csvRow, decimal, type HoldFacts, type HoldView, holdView, lateWindowMs } from '#domain';
import { inPeriod, type Selection } from '../source/selection.ts';
import { timeText } from '../texts.ts';

/** The first row of a table of holds. */
export const holdColumns = csvRow([
  'account',
  'hold',
  'status',
  'product',
  'quantity',
  'frozen',
  'charged',
  'charged_quantity',
  'opened_at',
  'expires_at',
  'ended_at',
  'settled_at',
  'late',
  'outcome',
  'uncollected',
  'price_book',
  'budget',
  'reason',
]);

/** A hold as it reads at the end of what was followed. */
export interface HoldSeen {
  readonly accountId: string;
  readonly view: HoldView;
  /** What a late settle would have charged, and the balance could not pay; null where that did not happen. */
  readonly uncollected: string | null;
}

/** What of an account's holds can still change. */
interface FollowedHolds {
  readonly open: Map<string, HoldFacts>;
  /** Ended unused, in the order of their ends, until nobody can charge them late any more. */
  readonly unused: Map<string, HoldFacts>;
}

/**
 * Follows the holds of many accounts and gives each as soon as nothing can happen to it any more but refunds. So it
 * remembers those that are open or ended unused within a day, and no others.
 */
export class HoldsFollowed {
  readonly #selection: Selection;
  readonly #accounts = new Map<string, FollowedHolds>();

  /** @param selection of its period are the holds that were opened in it. */
  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** Takes the next event of an account; returns the holds that are done with. */
  take(accountId: string, event: AccountEvent): readonly HoldSeen[] {
    const followed = this.#followed(accountId);
    const { open, unused } = followed;
    const done = overdue(followed, event.data.at).map((facts) => seen(accountId, facts));
    switch (event.type) {
      case 'funds-frozen.v1':
        if (inPeriod(this.#selection, event.data.at)) open.set(event.data.holdId, { opening: event.data });
        return done;
      case 'hold-settled.v1':
      case 'hold-released.v1':
      case 'hold-expired.v1': {
        const facts = open.get(event.data.holdId);
        if (facts === undefined) return done;
        open.delete(event.data.holdId);
        const ended = { ...facts, ending: event };
        if (event.type === 'hold-settled.v1') return [...done, seen(accountId, ended)];
        unused.set(event.data.holdId, ended);
        return done;
      }
      case 'hold-settled-late.v1': {
        const facts = unused.get(event.data.holdId);
        if (facts === undefined) return done;
        unused.delete(event.data.holdId);
        return [...done, seen(accountId, { ...facts, late: event })];
      }
      case 'charge-uncollected.v1': {
        const facts = unused.get(event.data.holdId);
        if (facts !== undefined) unused.set(event.data.holdId, { ...facts, uncollected: event });
        return done;
      }
      default:
        return done;
    }
  }

  /**
   * All that are left. A hold whose deadline has come has expired at it, whether or not anybody wrote that down.
   *
   * @param now ms since 1970.
   */
  *rest(now: number): Generator<HoldSeen> {
    for (const [accountId, { open, unused }] of this.#accounts) {
      for (const facts of unused.values()) yield seen(accountId, facts);
      for (const facts of open.values()) yield seen(accountId, expiredBy(facts, now));
    }
  }

  #followed(accountId: string): FollowedHolds {
    const known = this.#accounts.get(accountId);
    if (known !== undefined) return known;
    const followed = { open: new Map<string, HoldFacts>(), unused: new Map<string, HoldFacts>() };
    this.#accounts.set(accountId, followed);
    return followed;
  }
}

/** Takes out the oldest of those that ended unused, as long as nobody can charge them late any more. */
function overdue({ unused }: FollowedHolds, at: number): readonly HoldFacts[] {
  const over: HoldFacts[] = [];
  for (const [holdId, facts] of unused) {
    if (facts.opening.expiresAt + lateWindowMs > at) break;
    unused.delete(holdId);
    over.push(facts);
  }
  return over;
}

function expiredBy(facts: HoldFacts, now: number): HoldFacts {
  const { holdId, amount, expiresAt } = facts.opening;
  if (expiresAt > now) return facts;
  return { ...facts, ending: { type: 'hold-expired.v1', data: { at: expiresAt, holdId, amount, forfeited: null } } };
}

function seen(accountId: string, facts: HoldFacts): HoldSeen {
  return { accountId, view: holdView(facts), uncollected: facts.uncollected?.data.amount ?? null };
}

export function holdRow({ accountId, view, uncollected }: HoldSeen): string {
  return csvRow([
    accountId,
    view.holdId,
    view.status,
    view.product,
    view.quantity,
    decimal(view.amount),
    decimal(view.settledAmount),
    view.settledQuantity,
    timeText(view.openedAt),
    timeText(view.expiresAt),
    timeOrNull(view.endedAt),
    timeOrNull(view.settledAt),
    view.late,
    view.outcome,
    decimal(uncollected),
    view.pricing?.book ?? null,
    view.budget,
    view.reason,
  ]);
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : timeText(at);
}
