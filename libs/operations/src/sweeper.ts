import type { AccountLanes } from './lanes/account-lanes.ts';
import type { Clock } from './ports/clock.ts';
import type { Views } from './ports/views.ts';
import type { Request } from './request.ts';

/** How often the sweeper looks for due holds, in ms. */
export const sweepIntervalMs = 500;

/** Most accounts that one round of the sweeper wakes. */
export const sweepAccountsMax = 500;

const expireDue: Request = {
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

  start(intervalMs = sweepIntervalMs): void {
    this.#timer = setInterval(() => {
      this.#round ??= this.sweep().finally(() => {
        this.#round = undefined;
      });
    }, intervalMs);
    this.#timer.unref();
  }

  /** One round: wakes the accounts that are longest overdue. Returns how many. */
  async sweep(): Promise<number> {
    if (this.#clock.unsure() !== undefined) return 0;
    const accounts = this.#views.dueAccounts(this.#clock.now(), sweepAccountsMax);
    await Promise.all(accounts.map((accountId) => this.#lanes.run(accountId, expireDue)));
    return accounts.length;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }
}
