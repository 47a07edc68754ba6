import { calendarOfTerms, termsFaults, zoneFault } from '../account/audit-opening.ts';
import type { AccountEvent, AccountEventData } from '../core/events.ts';
import type { SuspensionCause } from '../account/events.ts';
import { negated, parseMoney, type Money } from '../kernel/money.ts';
import type { PriceBooks } from '../pricing/price-book.ts';
import { AgreedPrices } from '../terms/audit.ts';
import { DuesAudit, isHappening } from '../core/audit-schedule.ts';
import type { Breach, BreachKind } from '../core/violation.ts';
import { BillsAudit } from '../billing/audit.ts';
import {
  add,
  boundsFault,
  closedFault,
  emptyFigures,
  Equation,
  journalFault,
  withdrawalFaults,
  type Figures,
} from '../core/audit-figures.ts';
import { correct } from '../corrections/audit-figures.ts';
import { HoldMoney } from '../holds/audit-money.ts';
import { PacksAudit } from '../packs/audit.ts';
import { HoldsAudit } from '../holds/audit.ts';
import { SpendAudit } from '../budgets/audit.ts';
import { OrdersAudit, type OrderEvent } from '../orders/audit.ts';
import { suspensionFault } from '../account/audit-suspension.ts';
import { dueChangeOf, postings, usedKeyOf } from './event-facts.ts';
import type { UsedIds } from '../core/audit-ids.ts';
import { WarningsAudit } from '../warnings/audit.ts';
import { statedAnew } from '../zones/stated-zone.ts';

/**
 * Follows the events of one account and says which rules they break. Works from what the events state, with figures of
 * its own: it calls neither `decide` nor `evolve`. Remembers what a later check needs and no more.
 */
export class AccountAudit {
  readonly #breaches: Breach[] = [];
  readonly accountId: string;
  readonly balance: Figures = emptyFigures();
  readonly holds: HoldsAudit;
  readonly packs: PacksAudit;
  readonly dues = new DuesAudit();
  readonly #warnings: WarningsAudit;
  readonly spend = new SpendAudit();
  readonly bills = new BillsAudit(this.#breaches);
  opened: AccountEventData['account-opened.v1'] | undefined;
  suspendedFor: readonly SuspensionCause[] = [];
  closed = false;
  /** Time of the last event, ms since 1970. */
  lastAt = 0;
  readonly #orders = new OrdersAudit(this.#breaches);
  readonly #ids: UsedIds;
  readonly #prices: AgreedPrices;
  readonly #holdMoney: HoldMoney;
  readonly #equation = new Equation();
  #lastCommandAt = 0;

  constructor(accountId: string, ids: UsedIds, priceBooks: PriceBooks) {
    this.accountId = accountId;
    this.#ids = ids;
    this.#prices = new AgreedPrices(priceBooks);
    this.holds = new HoldsAudit(ids, this.#prices, this.#breaches);
    this.packs = new PacksAudit(priceBooks, this.#breaches);
    this.#holdMoney = new HoldMoney(this, this.#prices, this.#breaches);
    this.#warnings = new WarningsAudit(this.packs.shelf, this.dues);
  }

  /**
   * The rules that the event at a revision breaks. It is followed all the same, as far as that can be.
   * @param hash of the event in its chain; without it, that bills name the right one is not looked at.
   */
  follow(event: AccountEvent, revision: number, hash?: string): readonly Breach[] {
    this.#breaches.length = 0;
    this.spend.lastBudget = undefined;
    const { at } = event.data;
    if (at < this.lastAt) this.#say('time-backwards', `${String(this.lastAt - at)} ms before the event before it`);
    const afterwards = this.closed && event.type !== 'bill-issued.v1';
    if (afterwards) this.#say('event-after-close', `${event.type} on a closed account`);
    if (this.opened === undefined && event.type !== 'account-opened.v1')
      this.#say('account-not-opened', `${event.type} comes before the account's opening`);
    const key = usedKeyOf(event);
    if (key !== undefined && !this.#ids.use(key)) this.#say('id-used-twice', `the id of ${key} was used before`);
    this.#note(this.dues.follow(event, dueChangeOf(event)));
    const before = { ...this.balance };
    this.bills.reach(event);
    const owed = this.packs.shelf.liability;
    if (!this.#orders.follows(event)) this.#apply(event, revision);
    if (this.spend.calendar !== undefined) this.bills.note(event, revision, hash, this.spend.calendar, this.balance);
    if (this.#breaches.length === 0)
      this.#note(journalFault(postings(event), before, this.balance, this.packs.shelf.liability - owed));
    this.#note(boundsFault(this.balance));
    this.#note(this.#equation.fault(this.balance));
    this.#note(this.#warnings.follow(event, this, this.#prices.terms));
    if (!isHappening(event)) {
      this.#lastCommandAt = at;
      this.holds.commandAt(at);
    }
    this.lastAt = Math.max(at, this.lastAt);
    this.holds.late.forget(this.lastAt);
    return this.#breaches.slice();
  }

  /** What can only be said at the end of the history. */
  finish(): readonly Breach[] {
    this.#breaches.length = 0;
    this.holds.finish(this.lastAt, this.#lastCommandAt);
    this.#breaches.push(...this.#warnings.finish(), ...this.dues.finish(this.lastAt, this.#lastCommandAt));
    this.bills.finish();
    this.#orders.finish();
    return [...this.#breaches];
  }

  #apply(event: Exclude<AccountEvent, OrderEvent>, revision: number): void {
    switch (event.type) {
      case 'account-opened.v1':
        this.#open(event.data);
        return;
      case 'funds-deposited.v1': {
        const amount = this.#amountAboveZero(event.data.amount);
        add(this.balance, { available: amount, deposited: amount });
        return;
      }
      case 'funds-withdrawn.v1':
        this.#withdraw(event.data);
        return;
      case 'balance-adjusted.v1': {
        const amount = parseMoney(event.data.amount, 'signed');
        if (amount === 0n) this.#say('amount-invalid', 'an adjustment of nothing');
        add(this.balance, { available: amount, credited: amount });
        return;
      }
      case 'funds-frozen.v2':
        this.#holdMoney.freeze(event.data, revision, this.suspendedFor.length > 0);
        return;
      case 'call-failed.v1':
        this.holds.fail(event.data);
        return;
      case 'hold-settled.v2':
      case 'hold-released.v2':
      case 'hold-expired.v2':
        this.#holdMoney.end(event);
        return;
      case 'hold-settled-late.v2':
        this.#holdMoney.settleLate(event.data);
        return;
      case 'charge-uncollected.v1':
        this.#note(this.#prices.uncollectedFault(this.balance, event.data, this.holds.late.uncollected(event.data)));
        return;
      case 'charge-refunded.v2':
      case 'deposit-reversed.v1':
        this.#note(correct(this.balance, this.spend, event));
        return;
      case 'terms-changed.v1':
        this.#note(this.#prices.change(event.data));
        return;
      case 'account-suspended.v1':
      case 'account-resumed.v1':
        this.#note(suspensionFault(this.suspendedFor, event));
        this.suspendedFor = event.data.suspendedFor;
        return;
      case 'account-closed.v2':
        this.#close(event.data);
        return;
      case 'warning-raised.v1':
        return;
      case 'zone-noted.v1':
        this.#noteZone(event.data);
        return;
      case 'budget-set.v1':
        this.#note(this.spend.setBudget(event.data));
        return;
      case 'bill-issued.v1':
      case 'arrears-suspended.v1':
      case 'arrears-cleared.v1':
        this.suspendedFor = this.bills.follow(event, this.balance, this.closed, this.suspendedFor);
        return;
      case 'pack-bought.v1':
      case 'pack-granted.v1':
      case 'trial-taken.v1':
      case 'pack-expired.v1':
      case 'pack-refunded.v1':
        this.packs.follow(event, revision, this);
        return;
    }
  }

  #open(opened: AccountEventData['account-opened.v1']): void {
    if (this.opened !== undefined) {
      this.#say('account-opened-twice', 'the account was opened before');
      return;
    }
    this.opened = opened;
    this.#prices.open(opened);
    for (const fault of termsFaults(opened, this.accountId)) this.#note(fault);
    this.spend.calendar = calendarOfTerms(opened);
  }

  #noteZone(noted: AccountEventData['zone-noted.v1']): void {
    const before = this.spend.calendar;
    if (before === undefined) return;
    this.#note(zoneFault(before.zone, noted));
    this.spend.calendar = before.by(statedAnew(before.zone, noted.zone));
  }

  #withdraw({ amount: text }: AccountEventData['funds-withdrawn.v1']): void {
    const amount = this.#amountAboveZero(text);
    add(this.balance, { available: negated(amount), withdrawn: amount });
    this.#breaches.push(...withdrawalFaults(this.balance, this.suspendedFor.length > 0, text));
  }

  #close(closed: AccountEventData['account-closed.v2']): void {
    this.closed = true;
    this.bills.close();
    const unitsLeft = this.packs.close(closed);
    this.#note(closedFault(this.balance, this.holds.open.size, unitsLeft || this.holds.late.isOpen(closed.at)));
  }

  #amountAboveZero(text: string): Money {
    const amount = parseMoney(text);
    if (amount === 0n) this.#say('amount-invalid', 'an amount of nothing');
    return amount;
  }

  #note(breach: Breach | undefined): void {
    if (breach !== undefined) this.#breaches.push(breach);
  }

  #say(kind: BreachKind, detail: string): void {
    this.#breaches.push({ kind, detail });
  }
}
