import { setTimeout as pause } from 'node:timers/promises';
import { deposit, release, settle } from './commands.ts';
import type { Dice } from './dice.ts';
import type { History, SharedTime } from './history.ts';
import type { BusyAccount } from './load-client.ts';

/** How long the time of day stands still at each of its places around a deadline, in ms. */
const standMsMax = 2;

/** How far the time of day goes on between races, at most, in ms. */
const jumpMsMax = 40;

/**
 * Moves the time of day from deadline to deadline, and around each of them in steps of one ms while several processes
 * are asked at once to settle, to release and to expire.
 */
export class DeadlineRaces {
  readonly #accounts: readonly BusyAccount[];
  readonly #history: History;
  readonly #time: SharedTime;
  readonly #dice: Dice;
  readonly #asked: Promise<unknown>[] = [];
  races = 0;

  constructor(accounts: readonly BusyAccount[], history: History, time: SharedTime, dice: Dice) {
    this.#accounts = accounts;
    this.#history = history;
    this.#time = time;
    this.#dice = dice;
  }

  /** Goes on until `signal` aborts, and then waits for the last answers. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = this.#nearest();
      if (next === undefined || this.#dice.falls(30)) {
        await this.#stand(this.#time.now + this.#dice.between(1, jumpMsMax));
        continue;
      }
      await this.#race(next.accountId, next.holdId, next.deadline);
    }
    await Promise.all(this.#asked);
  }

  #nearest(): { accountId: string; holdId: string; deadline: number } | undefined {
    const next = this.#accounts.flatMap((account) => {
      const hold = account.nextDeadline(this.#time.now);
      return hold === undefined ? [] : [{ accountId: account.accountId, ...hold }];
    });
    return next.toSorted((left, right) => left.deadline - right.deadline)[0];
  }

  async #race(accountId: string, holdId: string, deadline: number): Promise<void> {
    this.races += 1;
    await this.#stand(deadline - 1);
    const first = this.#dice.between(0, 2);
    const ask = (replica: number, command: Parameters<History['ask']>[2]): void => {
      this.#asked.push(this.#history.ask(first + replica, accountId, command, true));
    };
    const commands = [settle(holdId, deadline - 1), settle(holdId), release(holdId), { kind: 'expire-due' }] as const;
    for (const [replica, command] of commands.entries()) {
      if (this.#dice.falls(50)) ask(replica, command);
    }
    await this.#stand(deadline);
    if (this.#dice.falls(30)) this.#asked.push(this.#overtake(accountId, first));
    for (const [replica, command] of commands.entries()) {
      if (this.#dice.falls(50)) ask(replica + 1, command);
    }
    await this.#stand(deadline + 1);
  }

  /**
   * One process lets expire what is due and goes on; then another, which may know nothing of either, is asked to let the
   * same expire and to show the account.
   */
  async #overtake(accountId: string, replica: number): Promise<void> {
    await this.#history.ask(replica, accountId, { kind: 'expire-due' });
    await this.#history.ask(replica, accountId, deposit(`race-${String(this.races)}`, '1'));
    await Promise.all([
      this.#history.ask(replica + 1, accountId, { kind: 'expire-due' }),
      this.#history.read(replica + 1, accountId),
    ]);
  }

  async #stand(time: number): Promise<void> {
    this.#time.moveTo(time);
    await pause(this.#dice.between(0, standMsMax));
  }
}
