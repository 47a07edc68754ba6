import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CommandBus } from '@nestjs/cqrs';
import { ExpireDueHolds, type RequestTo } from '../cqrs/commands.ts';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReadModels } from '../ports/read-models.ts';

/** How often the sweeper looks for due holds, in ms. */
export const sweepIntervalMs = 500;

/** Most accounts that one round of the sweeper wakes. */
export const sweepAccountsMax = 500;

/** Most accounts that one round looks at, those included that it does not wake. */
export const sweepReadMax = 10_000;

/**
 * Most accounts that are swept at the same time, so that a storm of expiries leaves others their turns. Measured with
 * 100 000 holds that fall due at once on 1 000 accounts, on two cores: all have expired a second later, four at a time or
 * 500; but the slowest of 100 freezes beside them takes 23 ms instead of 440.
 */
export const sweptAtOnceMax = 4;

/** The command of the service itself by which what is due happens. */
export const expireDue: RequestTo<'expire-due'> = {
  command: { kind: 'expire-due' },
  actor: 'holdfast',
  correlationId: 'sweeper',
  operator: false,
};

/**
 * Writes down what has come due on accounts that nobody touches. Balances are right without it, since every command and
 * read sweeps its account first; the sweeper is for the others' sake: lists, reports, and money that waits.
 */
export class Sweeper {
  readonly #readModels: ReadModels;
  readonly #commands: CommandBus;
  readonly #lanes: Pick<AccountLanes, 'quarantined'>;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> | undefined;
  #stopping = false;
  /** Accounts that were swept and are still in the lists, which come behind; with the time up to which they were. */
  #sweptUpTo = new Map<string, number>();

  constructor(readModels: ReadModels, commands: CommandBus, lanes: Pick<AccountLanes, 'quarantined'>, clock: Clock) {
    this.#readModels = readModels;
    this.#commands = commands;
    this.#lanes = lanes;
    this.#clock = clock;
  }

  /** Begins at a moment of its own, so that the sweepers of many processes do not all wake the same accounts at once. */
  start(intervalMs = sweepIntervalMs): void {
    this.#timer = setTimeout(() => {
      this.#timer = setInterval(() => {
        this.#round ??= this.#sweepAll().finally(() => {
          this.#round = undefined;
        });
      }, intervalMs);
      this.#timer.unref();
    }, Math.random() * intervalMs);
    this.#timer.unref();
  }

  /**
   * One round: wakes the accounts that are longest overdue, but for those that are out of service: they stay overdue; and
   * for those that were swept already, of which the lists do not know yet.
   *
   * @returns of how many what was due has happened.
   * @throws Error if the lists cannot be read.
   */
  async sweep(): Promise<number> {
    if (this.#clock.untrusted() !== undefined) return 0;
    const now = this.#clock.now();
    const outOfService = new Set(this.#lanes.quarantined().map(([accountId]) => accountId));
    const listMax = Math.min(sweepAccountsMax + outOfService.size + this.#sweptUpTo.size, sweepReadMax);
    const listed = this.#readModels.dueAccounts(now, listMax);
    const behind = listed.filter(({ accountId, deadline }) => deadline <= (this.#sweptUpTo.get(accountId) ?? 0));
    this.#sweptUpTo = new Map(behind.map(({ accountId }) => [accountId, this.#sweptUpTo.get(accountId) ?? 0]));
    const due = listed
      .map(({ accountId }) => accountId)
      .filter((accountId) => !outOfService.has(accountId) && !this.#sweptUpTo.has(accountId))
      .slice(0, sweepAccountsMax);
    const waiting = due.values();
    const swept = await Promise.all(Array.from({ length: sweptAtOnceMax }, () => this.#sweepEach(waiting, now)));
    return swept.reduce((sum, count) => sum + count, 0);
  }

  /** Takes one account after the other from those that wait; returns of how many what was due has happened. */
  async #sweepEach(waiting: Iterator<string>, now: number): Promise<number> {
    let count = 0;
    for (let next = waiting.next(); next.done !== true && !this.#stopping; next = waiting.next()) {
      const answer = await this.#commands.execute(new ExpireDueHolds(next.value, expireDue));
      await nextTurn();
      if (answer.kind !== 'done') continue;
      this.#sweptUpTo.set(next.value, now);
      count += 1;
    }
    return count;
  }

  /**
   * Rounds until one has not enough to do, or cannot do it. One that fails because the lists cannot be read is made up
   * for later.
   */
  async #sweepAll(): Promise<void> {
    try {
      while ((await this.sweep()) === sweepAccountsMax) await nextTurn();
    } catch {
      return;
    }
  }

  /** For good. Ends with the accounts that are being swept: a round over all that is overdue can take minutes. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#round;
  }
}
