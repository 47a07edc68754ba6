import type { AccountLanes } from './lanes/account-lanes.ts';
import type { Clock } from './ports/clock.ts';
import type { Views } from './ports/views.ts';
import type { Request } from './request.ts';

/** How often the sweeper looks for due holds, in ms. */
export const sweepIntervalMs = 500;

/** Most accounts that one round of the sweeper wakes. */
export const sweepAccountsMax = 500;

/** Most accounts that one round looks at, those that are out of service included. */
export const sweepLookedAtMax = 10_000;

/** The command of the house itself by which what is due happens. */
export const expireDue: Request = {
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
  readonly #views: Views;
  readonly #lanes: AccountLanes;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<number> | undefined;

  constructor(views: Views, lanes: AccountLanes, clock: Clock) {
    this.#views = views;
    this.#lanes = lanes;
    this.#clock = clock;
  }

  /** Begins at a moment of its own, so that the sweepers of many processes do not all wake the same accounts at once. */
  start(intervalMs = sweepIntervalMs): void {
    this.#timer = setTimeout(() => {
      this.#timer = setInterval(() => {
        this.#round ??= this.#trySweep().finally(() => {
          this.#round = undefined;
        });
      }, intervalMs);
      this.#timer.unref();
    }, Math.random() * intervalMs);
    this.#timer.unref();
  }

  /**
   * One round: wakes the accounts that are longest overdue, but for those that are out of service: they stay overdue.
   *
   * @returns how many.
   * @throws Error if the lists cannot be read.
   */
  async sweep(): Promise<number> {
    if (this.#clock.unsure() !== undefined) return 0;
    const outOfService = new Set(this.#lanes.quarantined().map(([accountId]) => accountId));
    const lookedAt = Math.min(sweepAccountsMax + outOfService.size, sweepLookedAtMax);
    const due = this.#views.dueAccounts(this.#clock.now(), lookedAt);
    const accounts = due.filter((accountId) => !outOfService.has(accountId)).slice(0, sweepAccountsMax);
    await Promise.all(accounts.map((accountId) => this.#lanes.run(accountId, expireDue)));
    return accounts.length;
  }

  /** A round that fails because the lists cannot be read is made up for by a later one. */
  async #trySweep(): Promise<number> {
    try {
      return await this.sweep();
    } catch {
      return 0;
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#round;
  }
}
