import type { CommandBus } from '@nestjs/cqrs';
import { accountStream, type FinishedDay, nextUnbilled } from '#domain';
import { ExpireDueHolds, IssueBill } from '../cqrs/commands.ts';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import type { EventStore } from '../ports/event-store.ts';
import { type Request, Unavailable, type UnavailableCode } from '../request.ts';

/** How often a bill is tried again because something was written to its day after it was looked up. */
const triesMax = 20;

/** Who asks for bills. */
export type BillingCause = Pick<Request, 'actor' | 'correlationId'>;

/** The day that is to be billed next, and whether what fell due in it is written down. */
interface NextDay {
  readonly day: FinishedDay;
  readonly swept: boolean;
}

/** Issues the bills that an account lacks. Safe to be done by many at once, and again: a bill is issued once. */
export class BillIssuer {
  readonly #commands: CommandBus;
  readonly #lanes: AccountLanes;
  readonly #store: EventStore;

  constructor(commands: CommandBus, lanes: AccountLanes, store: EventStore) {
    this.#commands = commands;
    this.#lanes = lanes;
    this.#store = store;
  }

  /**
   * Bills every day up to and including a local date that is over and has no bill, one after the other.
   *
   * @param dateAt the date by the time zone of the account.
   * @returns how many bills were issued here; those that others issued meanwhile do not count.
   * @throws Unavailable; EventStoreError
   */
  async issueUpTo(accountId: string, date: string, cause: BillingCause): Promise<number> {
    let issued = 0;
    let tries = 0;
    while (tries < triesMax) {
      const next = await this.#nextDay(accountId, date);
      if (next === undefined) return issued;
      const done = await this.#issue(accountId, next, cause);
      if (done === 'issued') issued += 1;
      tries = done === 'again' ? tries + 1 : 0;
    }
    throw new Unavailable('account_busy');
  }

  #nextDay(accountId: string, date: string): Promise<NextDay | undefined> {
    return this.#lanes.read(accountId, ({ state: { summary }, now, revision }) => {
      const day = nextUnbilled(summary.days, summary, now);
      if (day === undefined || day.day.name > date) return undefined;
      return { day, swept: day.lastRevision <= revision };
    });
  }

  async #issue(accountId: string, { day, swept }: NextDay, cause: BillingCause): Promise<'issued' | 'known' | 'again'> {
    if (!swept) {
      const request = { command: { kind: 'expire-due' }, operator: false, ...cause } as const;
      await this.#run(new ExpireDueHolds(accountId, request));
      return 'again';
    }
    const { lastRevision } = day;
    const page = await this.#store.readStream(accountStream(accountId), lastRevision, 1);
    const chainHash = page.events[0]?.hash;
    if (chainHash === undefined) return 'again';
    const command = { kind: 'issue-bill', date: day.day.name, lastRevision, chainHash } as const;
    return this.#run(new IssueBill(accountId, { command, operator: false, ...cause }));
  }

  async #run(command: ExpireDueHolds | IssueBill): Promise<'issued' | 'known' | 'again'> {
    const answer = await this.#commands.execute(command);
    if (answer.kind === 'done') return answer.replayed ? 'known' : 'issued';
    // Another process has written to the day, or has billed it, since it was looked up.
    if (answer.code === 'invalid_request' || answer.code === 'bill_not_found') return 'again';
    throw new Unavailable(answer.code as UnavailableCode);
  }
}
