import { expect } from '@jest/globals';
import { readOutcome } from './caller.ts';
import { Dice } from './dice.ts';
import { EventRecord } from './event-record.ts';
import type { Fleet } from './fleet.ts';
import { Client } from './traffic.ts';
import { until } from './until.ts';

/** Answers of each client that show that a fleet goes on. */
const answersEach = 10;

/** Clients at work on a fleet, until they are told to stop. No request of theirs may be answered with a no. */
export class FleetTraffic {
  readonly #fleet: Fleet;
  readonly #accounts: readonly string[];
  readonly #clients: readonly Client[];
  readonly #work: Promise<unknown>;
  #stopped = false;

  constructor(fleet: Fleet, accounts: readonly string[], clientCount: number, dice = new Dice()) {
    this.#fleet = fleet;
    this.#accounts = accounts;
    this.#clients = Array.from({ length: clientCount }, (_, n) => new Client(`c${String(n)}`, accounts, dice));
    const stopping = { status: 499, headers: new Headers(), text: '{"code":"the test stops here"}' };
    const caller = {
      post: (path: string, body: object) => (this.#stopped ? Promise.resolve(stopping) : fleet.post(path, body)),
    };
    this.#work = Promise.all(
      this.#clients.map(async (client) => {
        const last = await client.work(caller);
        return last === undefined ? 'nothing' : readOutcome(last);
      }),
    );
  }

  get answered(): number {
    return this.#clients.reduce(
      (sum, { errands }) => sum + errands.filter(({ answer }) => answer !== undefined).length,
      0,
    );
  }

  /** Resolves when many more requests have been answered. */
  async goesOn(): Promise<void> {
    const wanted = this.answered + answersEach * this.#clients.length;
    await until(() => this.answered >= wanted);
  }

  /** Ends the work; every client must have been answered up to then. */
  async stop(): Promise<void> {
    this.#stopped = true;
    expect(new Set((await this.#work) as readonly string[])).toEqual(new Set(['499 the test stops here']));
  }

  /** Every answer is in the log once, and there is nothing else; each ledger shows the balance that it comes to. */
  async expectAllOnce(): Promise<void> {
    for (const accountId of this.#accounts) {
      const record = await new EventRecord(accountId).readOn(this.#fleet.at(0));
      const answered = this.#clients.flatMap(({ errands }) =>
        errands.filter((errand) => errand.accountId === accountId && errand.answer !== undefined),
      );
      expect(record.names.toSorted()).toEqual(
        [`account-opened.v1 ${accountId}`, 'funds-deposited.v1 first', ...answered.map(({ event }) => event)].sort(),
      );
      for (const index of this.#fleet.ledgers.keys()) {
        const { balance } = await this.#fleet.at(index).read<{ balance: object }>(`/v1/accounts/${accountId}`);
        expect(balance).toEqual(record.balance);
      }
    }
  }
}
