import type { AccountOpened, SuspensionCause } from '../account/events.ts';
import { BillsAudit } from '../billing/audit.ts';
import { SpendAudit } from '../budgets/audit.ts';
import type { AuditedAccount } from '../core/audit-definition.ts';
import { checkBounds, checkJournal, emptyFigures, Equation, type Figures } from '../core/audit-figures.ts';
import type { UsedIds } from '../core/audit-ids.ts';
import { ScheduleAudit } from '../core/audit-schedule.ts';
import type { AccountEvent } from '../core/events.ts';
import type { Violation, ViolationKind } from '../core/violation.ts';
import { HoldsAudit } from '../holds/audit.ts';
import { OrdersAudit } from '../orders/audit.ts';
import { PacksAudit } from '../packs/audit.ts';
import type { PriceBooks } from '../pricing/price-book.ts';
import { AgreedPrices } from '../terms/audit.ts';
import { WarningsAudit } from '../warnings/audit.ts';
import { findAuditDefinition } from './audit-events.ts';
import { postings, readUsedKey, scheduleChange } from './event-facts.ts';

/**
 * Follows the events of one account and says which rules they break. Works from what the events state, with figures of
 * its own: it calls neither `decide` nor `evolve`. Which id an event uses up, its postings and what it makes due are what
 * the event states, and are written once. Remembers what a later check needs and no more.
 */
export class AccountAudit implements AuditedAccount {
  readonly #violations: Violation[] = [];
  readonly accountId: string;
  readonly balance: Figures = emptyFigures();
  readonly holds: HoldsAudit;
  readonly packs: PacksAudit;
  readonly schedule = new ScheduleAudit();
  readonly #warnings: WarningsAudit;
  readonly spend = new SpendAudit();
  readonly bills = new BillsAudit(this.#violations);
  opened: AccountOpened | undefined;
  suspendedFor: readonly SuspensionCause[] = [];
  closed = false;
  /** Time of the last event, ms since 1970. */
  lastAt = 0;
  readonly orders = new OrdersAudit(this.#violations);
  readonly #ids: UsedIds;
  readonly prices: AgreedPrices;
  readonly #equation = new Equation();
  #lastCommandAt = 0;

  constructor(accountId: string, ids: UsedIds, priceBooks: PriceBooks) {
    this.accountId = accountId;
    this.#ids = ids;
    this.prices = new AgreedPrices(priceBooks);
    this.holds = new HoldsAudit(ids, this.prices, this.#violations);
    this.packs = new PacksAudit(priceBooks, this.#violations);
    this.#warnings = new WarningsAudit(this.packs.catalog, this.schedule);
  }

  /**
   * The rules that the event at a revision breaks. It is followed all the same, as far as that can be.
   * @param hash of the event in its chain; without it, that bills name the right one is not looked at.
   */
  follow(event: AccountEvent, revision: number, hash?: string): readonly Violation[] {
    this.#violations.length = 0;
    this.spend.lastBudget = undefined;
    const { at } = event.data;
    const { follow, isNotice, isByItself } = findAuditDefinition(event.type);
    if (at < this.lastAt) this.#report('time-backwards', `${String(this.lastAt - at)} ms before the event before it`);
    const afterwards = this.closed && event.type !== 'bill-issued.v1';
    if (afterwards) this.#report('event-after-close', `${event.type} on a closed account`);
    if (this.opened === undefined && event.type !== 'account-opened.v1')
      this.#report('account-not-opened', `${event.type} comes before the account's opening`);
    const key = readUsedKey(event);
    if (key !== undefined && !this.#ids.use(key)) this.#report('id-used-twice', `the id of ${key} was used before`);
    this.note(this.schedule.follow(at, isByItself, scheduleChange(event)));
    const before = { ...this.balance };
    this.bills.reach(event);
    const owed = this.packs.catalog.liability;
    this.orders.reach(event);
    follow(this, event, revision);
    const { calendar } = this.spend;
    if (calendar !== undefined) this.bills.note(event, { revision, hash, isNotice }, calendar, this.balance);
    if (this.#violations.length === 0)
      this.note(checkJournal(postings(event), before, this.balance, this.packs.catalog.liability - owed));
    this.note(checkBounds(this.balance));
    this.note(this.#equation.error(this.balance));
    this.note(this.#warnings.follow(event, this, this.prices.terms));
    if (!isByItself) {
      this.#lastCommandAt = at;
      this.holds.commandAt(at);
    }
    this.lastAt = Math.max(at, this.lastAt);
    this.holds.late.forget(this.lastAt);
    return this.#violations.slice();
  }

  /** What can only be said at the end of the history. */
  finish(): readonly Violation[] {
    this.#violations.length = 0;
    this.holds.finish(this.lastAt, this.#lastCommandAt);
    this.#violations.push(...this.#warnings.finish(), ...this.schedule.finish(this.lastAt, this.#lastCommandAt));
    this.bills.finish();
    this.orders.finish();
    return [...this.#violations];
  }

  note(violation: Violation | undefined): void {
    if (violation !== undefined) this.#violations.push(violation);
  }

  #report(kind: ViolationKind, detail: string): void {
    this.#violations.push({ kind, detail });
  }
}
