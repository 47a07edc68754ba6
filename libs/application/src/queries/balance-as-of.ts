import {
  type AccountState,
  type BudgetView,
  budgetView,
  type decodeEvent,
  type HoldFacts,
  holdFacts,
  type IdempotencyIndex,
  nothingOlder,
  type OpenHold,
  sweep,
} from '#domain';
import { type PackFigures, packFigures } from '../answers/pack-answer.ts';
import { listCharactersMax } from '../limits.ts';
import { contradictsItself, type LoadedAccount, readForward, startFrom } from '../pipeline/account-history.ts';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import { type Clock } from '../ports/clock.ts';
import { type EventStore } from '../ports/event-store.ts';
import { type Snapshots } from '../ports/snapshots.ts';
import { assertWaitedFor, type Client, Unavailable } from '../request.ts';
import { type AccountAnswer, accountAnswer } from './account-answer.ts';

/** A moment of an account's history: every event up to a time and then what was due, or exactly up to a revision. */
export type Moment = { readonly at: number } | { readonly revision: number };

/** Most open holds that an answer lists; the count is always the full one. */
export const openHoldsListedMax = 1_000;

/** Most budgets that an answer lists, those that come first by name. */
export const budgetsListedMax = 1_000;

/** An account as it was at a moment or after a revision. */
export interface AsOf extends AccountAnswer {
  /** Open holds of that moment in opening order, at most {@link openHoldsListedMax}, and fewer if they are large. */
  readonly holds: readonly HoldFacts[];
  /** Budgets by name, with what was used of them in the period of that moment, at most {@link budgetsListedMax}. */
  readonly budgets: readonly BudgetView[];
  /** Packs in the order in which they came, with where their units were; as many as an account may have, and those that have ended and are not forgotten. */
  readonly packs: readonly PackFigures[];
}

/** Balances of any moment, from the nearest snapshot before it and the events since. */
export class BalanceAsOf {
  readonly #lanes: AccountLanes;
  readonly #store: EventStore;
  readonly #snapshots: Snapshots;
  readonly #clock: Clock;

  constructor(lanes: AccountLanes, store: EventStore, snapshots: Snapshots, clock: Clock) {
    this.#lanes = lanes;
    this.#store = store;
    this.#snapshots = snapshots;
    this.#clock = clock;
  }

  /**
   * @returns undefined before the account's opening and beyond its last revision. A time later than now is answered as
   * of now, and says so.
   * @throws Unavailable
   */
  async at(accountId: string, moment: Moment, client?: Client): Promise<AsOf | undefined> {
    if ('at' in moment && moment.at >= this.#clock.now()) {
      return this.#lanes.read(accountId, ({ state, now, revision }) => this.#seen(accountId, state, now, revision));
    }
    // A command of before that moment may be on its way to the store: the lane answers after it. And the lane knows from
    // then on what time it told, so that no later command, by a clock set back, is decided before that moment.
    if ('at' in moment) await this.#lanes.read(accountId, () => undefined);
    try {
      return await this.#lanes.longReads.run(accountId, client, () => this.#replay(accountId, moment, client));
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      throw new Unavailable(contradictsItself(error) ? 'account_quarantined' : 'store_unavailable');
    }
  }

  async #replay(accountId: string, moment: Moment, client: Client | undefined): Promise<AsOf | undefined> {
    if ('at' in moment) {
      const account = startFrom(() => this.#snapshots.newestAt(accountId, moment.at));
      await this.#fold(accountId, account, (event) => event.data.at <= moment.at, client);
      const { revision } = account.state.summary;
      sweep(account.state, moment.at, Number.POSITIVE_INFINITY);
      return this.#seen(accountId, account.state, moment.at, revision);
    }
    const account = startFrom(() => this.#snapshots.newestUpTo(accountId, moment.revision));
    await this.#fold(accountId, account, (_, revision) => revision <= moment.revision, client);
    const { revision, lastAt } = account.state.summary;
    return revision < moment.revision ? undefined : this.#seen(accountId, account.state, lastAt, revision);
  }

  async #fold(
    accountId: string,
    account: LoadedAccount,
    upTo: (event: ReturnType<typeof decodeEvent>, revision: number) => boolean,
    client: Client | undefined,
  ): Promise<void> {
    const { state } = account;
    await readForward(this.#store, accountId, account, upTo, (events) => {
      assertWaitedFor(client);
      // What the index has not passed is known from here alone.
      const passed = events.findLast(({ position }) => position <= this.#lanes.indexed);
      if (passed !== undefined) state.recentIds.forget(Math.min(passed.revision, state.summary.revision));
    });
  }

  #seen(accountId: string, state: AccountState, asOf: number, revision: number): AsOf | undefined {
    const answer = accountAnswer(state, asOf, revision);
    if (answer === undefined) return undefined;
    const known: IdempotencyIndex = {
      ...nothingOlder,
      metadata: (holdId) => this.#lanes.readMetadata(accountId, holdId),
    };
    const holds: HoldFacts[] = [];
    let characters = 0;
    for (const { opening } of firstOpened(state.openHolds)) {
      const facts = holdFacts(state, known, opening.holdId);
      if (facts === undefined || characters >= listCharactersMax) break;
      holds.push(facts);
      characters += JSON.stringify(facts).length;
    }
    const budgets = state.budgets.page(null, budgetsListedMax).map((budget) => budgetView(budget, asOf));
    return { ...answer, holds, budgets, packs: state.packs.all().map(packFigures) };
  }
}

/** The holds that were opened first. They are kept in that order but for such as an undone ending brought back. */
function firstOpened(openHolds: AccountState['openHolds']): readonly OpenHold[] {
  const first: OpenHold[] = [];
  let last = -1;
  for (const hold of openHolds.values()) {
    if (hold.order < last) return [...openHolds.values()].sort(byOpening).slice(0, openHoldsListedMax);
    last = hold.order;
    if (first.length < openHoldsListedMax) first.push(hold);
  }
  return first;
}

function byOpening(left: OpenHold, right: OpenHold): number {
  return left.order - right.order;
}
