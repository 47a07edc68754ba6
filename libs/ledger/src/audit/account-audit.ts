import { AccountCalendar, isDate, isTimeZone, localDate } from '../calendar.ts';
import type { AccountEvent, AccountEventData, EventOf, SuspensionCause } from '../events.ts';
import { formatMoney, negated, parseMoney, plus, type Money } from '../money.ts';
import type { PriceBooks } from '../price-book.ts';
import { DuesAudit, isHappening } from './dues-audit.ts';
import { boundFault, deadlineFault } from './audited-hold.ts';
import type { Breach, BreachKind } from './breach.ts';
import { boundsFault, differenceOf, emptyFigures, journalFault, type Figures } from './figures.ts';
import { HoldsAudit } from './holds-audit.ts';
import { SpendAudit } from './spend-audit.ts';
import { usedKeyOf, type UsedIds } from './used-ids.ts';

/**
 * Follows the events of one account and says which rules they break. Works from what the events state, with figures of
 * its own: it calls neither `decide` nor `evolve`. Remembers what a later check needs and no more.
 */
export class AccountAudit {
  readonly accountId: string;
  readonly balance: Figures = emptyFigures();
  readonly holds: HoldsAudit;
  readonly #dues = new DuesAudit();
  readonly spend = new SpendAudit();
  opened: AccountEventData['account-opened.v1'] | undefined;
  suspendedFor: readonly SuspensionCause[] = [];
  closed = false;
  /** Time of the last event, ms since 1970. */
  lastAt = 0;
  readonly #breaches: Breach[] = [];
  readonly #ids: UsedIds;
  readonly #priceBooks: PriceBooks;
  #creditLimit: Money = 0n as Money;
  #calendar: AccountCalendar | undefined;
  #difference = 0n;
  #lastCommandAt = 0;

  constructor(accountId: string, ids: UsedIds, priceBooks: PriceBooks) {
    this.accountId = accountId;
    this.#ids = ids;
    this.#priceBooks = priceBooks;
    this.holds = new HoldsAudit(ids, priceBooks, this.#breaches);
  }

  /** The rules that the event at a revision breaks. It is followed all the same, as far as that can be. */
  follow(event: AccountEvent, revision: number): readonly Breach[] {
    this.#breaches.length = 0;
    this.spend.lastBudget = undefined;
    const { at } = event.data;
    if (at < this.lastAt) this.#say('time-backwards', `${String(this.lastAt - at)} ms before the event before it`);
    if (this.closed) this.#say('event-after-close', `${event.type} on a closed account`);
    if (this.opened === undefined && event.type !== 'account-opened.v1') {
      this.#say('account-not-opened', `${event.type} comes before the account's opening`);
    }
    const key = usedKeyOf(event);
    if (key !== undefined && !this.#ids.use(key)) this.#say('id-used-twice', `the id of ${key} was used before`);
    this.#note(this.#dues.follow(event));
    const before = { ...this.balance };
    this.#apply(event, revision);
    if (this.#breaches.length === 0) this.#note(journalFault(event, before, this.balance));
    this.#note(boundsFault(this.balance));
    this.#checkEquation();
    if (!isHappening(event)) {
      this.#lastCommandAt = at;
      this.holds.commandAt(at);
    }
    this.lastAt = Math.max(at, this.lastAt);
    this.holds.forget(this.lastAt);
    return this.#breaches.length === 0 ? none : [...this.#breaches];
  }

  /** What can only be said at the end of the history. */
  finish(): readonly Breach[] {
    this.#breaches.length = 0;
    for (const [holdId, { expiresAt }] of this.holds.open) {
      // Before a command, everything up to its very moment is swept.
      const missed = expiresAt < this.lastAt || expiresAt <= this.#lastCommandAt;
      if (missed) this.#say('expiry-missed', `hold ${holdId} is open after its deadline`);
    }
    this.#breaches.push(...this.#dues.finish(this.lastAt, this.#lastCommandAt));
    return [...this.#breaches];
  }

  /** What falls due besides holds, by kind and subject, and when. */
  get dues(): ReadonlyMap<string, number> {
    return this.#dues.open;
  }

  #apply(event: AccountEvent, revision: number): void {
    switch (event.type) {
      case 'account-opened.v1':
        this.#open(event.data);
        return;
      case 'funds-deposited.v1': {
        const amount = this.#amountAboveZero(event.data.amount);
        this.#move({ available: amount, deposited: amount });
        return;
      }
      case 'funds-withdrawn.v1':
        this.#withdraw(event.data);
        return;
      case 'balance-adjusted.v1': {
        const amount = parseMoney(event.data.amount, 'signed');
        if (amount === 0n) this.#say('amount-invalid', 'an adjustment of nothing');
        this.#move({ available: amount, credited: amount });
        return;
      }
      case 'funds-frozen.v2':
        this.#freeze(event.data, revision);
        return;
      case 'call-failed.v1':
        this.holds.fail(event.data);
        return;
      case 'hold-settled.v2':
      case 'hold-released.v2':
      case 'hold-expired.v2':
        this.#endHold(event);
        return;
      case 'hold-settled-late.v2':
        this.#settleLate(event.data);
        return;
      case 'charge-uncollected.v1': {
        const charge = this.holds.uncollected(event.data);
        if (charge === undefined || this.balance.available - charge < negated(this.#creditLimit)) return;
        this.#say('uncollected-wrong', `hold ${event.data.holdId}: the balance would have paid ${event.data.amount}`);
        return;
      }
      case 'account-suspended.v1':
      case 'account-resumed.v1':
        this.suspendedFor = event.data.suspendedFor;
        return;
      case 'account-closed.v1':
        this.#close(event.data);
        return;
      case 'budget-set.v1':
        this.#note(this.spend.setBudget(event.data));
        return;
    }
  }

  #open(opened: AccountEventData['account-opened.v1']): void {
    if (this.opened !== undefined) {
      this.#say('account-opened-twice', 'the account was opened before');
      return;
    }
    this.opened = opened;
    this.#creditLimit = parseMoney(opened.creditLimit);
    const { accountId, timeZone, agreementStart, at } = opened;
    if (accountId !== this.accountId) this.#say('terms-invalid', `the event opens ${accountId}`);
    if (!isTimeZone(timeZone) || !isDate(agreementStart)) {
      this.#say('terms-invalid', `no years can be counted from ${agreementStart} in ${timeZone}`);
      return;
    }
    if (agreementStart > localDate(timeZone, at)) this.#say('terms-invalid', 'its agreement starts after its opening');
    this.#calendar = new AccountCalendar(timeZone, agreementStart);
    this.spend.calendar = this.#calendar;
  }

  #withdraw({ amount: text }: AccountEventData['funds-withdrawn.v1']): void {
    const amount = this.#amountAboveZero(text);
    if (this.suspendedFor.length > 0) this.#say('withdrawal-while-suspended', text);
    this.#move({ available: negated(amount), withdrawn: amount });
    const { available, deposited, withdrawn } = this.balance;
    if (available < 0n) this.#say('overdraft', `a withdrawal leaves ${formatMoney(available)}`);
    if (withdrawn > deposited) this.#say('withdrawn-above-deposited', `${formatMoney(withdrawn)} in all`);
  }

  #freeze(opening: AccountEventData['funds-frozen.v2'], revision: number): void {
    const { pricing, at } = opening;
    const hold = this.holds.freeze(opening, revision);
    if (this.suspendedFor.length > 0) this.#say('freeze-while-suspended', `hold ${opening.holdId}`);
    this.#note(deadlineFault(opening));
    const charged = pricing === null ? 0 : this.holds.unitsCharged(pricing.year, pricing.counter);
    this.#note(boundFault(opening, hold, this.#priceBooks, this.opened?.priceBook ?? null, charged));
    const year = pricing === null ? undefined : this.#calendar?.yearOf(at).name;
    if (pricing !== null && year !== undefined && pricing.year !== year) {
      this.#say('price-table-wrong', `hold ${opening.holdId} belongs to the year ${year}, not ${pricing.year}`);
    }
    this.#move({ available: negated(hold.amount), frozen: hold.amount });
    if (hold.amount > 0n) this.#checkCredit(`a freeze of ${opening.amount}`);
    const { limits } = this.opened ?? {};
    const frozen = { openHolds: this.holds.open.size, frozen: this.balance.frozen };
    this.#breaches.push(...this.spend.freeze(hold, limits, frozen));
  }

  /** The figures move as the event states them: if it states them wrong, the equation shows it. */
  #endHold(event: EventOf<'hold-settled.v2'> | EventOf<'hold-released.v2'> | EventOf<'hold-expired.v2'>): void {
    if (event.type === 'hold-settled.v2') {
      const hold = this.holds.settle(event.data);
      if (hold === undefined) return;
      const { amount, returned } = event.data;
      const settled = parseMoney(amount);
      this.#move({ available: parseMoney(returned), frozen: negated(hold.amount), settled });
      this.spend.change(hold, settled - hold.amount);
      return;
    }
    const hold = event.type === 'hold-released.v2' ? this.holds.release(event.data) : this.holds.expire(event.data);
    if (hold === undefined) return;
    this.#move({ available: parseMoney(event.data.amount), frozen: negated(hold.amount) });
    this.spend.change(hold, negated(hold.amount));
  }

  #settleLate(late: AccountEventData['hold-settled-late.v2']): void {
    if (!this.holds.settleLate(late)) return;
    const amount = parseMoney(late.amount);
    this.#move({ available: negated(amount), settled: amount });
    this.spend.change(late.hold, amount);
    if (amount > 0n) this.#checkCredit(`a late settle of ${late.amount}`);
  }

  #close({ at }: AccountEventData['account-closed.v1']): void {
    this.closed = true;
    const { available, frozen } = this.balance;
    // Holds of free units freeze nothing.
    const holds = this.holds.open.size;
    if (available === 0n && frozen === 0n && holds === 0 && !this.holds.lateWindowOpen(at)) return;
    const left = `available ${formatMoney(available)}, frozen ${formatMoney(frozen)}, ${String(holds)} open holds`;
    this.#say('closed-not-empty', `${left}, or an expired hold that could still be charged`);
  }

  #checkCredit(what: string): void {
    const { available } = this.balance;
    if (available >= negated(this.#creditLimit)) return;
    const limit = `${formatMoney(this.#creditLimit)} is the credit limit`;
    this.#say('overdraft', `${what} leaves ${formatMoney(available)}; ${limit}`);
  }

  /** Told when it changes, not for every event that comes after. */
  #checkEquation(): void {
    const difference = differenceOf(this.balance);
    if (difference === this.#difference) return;
    this.#difference = difference;
    this.#say('balance-equation', `the two sides are ${formatMoney(difference as Money)} apart`);
  }

  #amountAboveZero(text: string): Money {
    const amount = parseMoney(text);
    if (amount === 0n) this.#say('amount-invalid', 'an amount of nothing');
    return amount;
  }

  #move(movement: Partial<Figures>): void {
    for (const part in movement) {
      const amount = movement[part as keyof Figures];
      if (amount !== undefined) this.balance[part as keyof Figures] = plus(this.balance[part as keyof Figures], amount);
    }
  }

  #note(breach: Breach | undefined): void {
    if (breach !== undefined) this.#breaches.push(breach);
  }

  #say(kind: BreachKind, detail: string): void {
    this.#breaches.push({ kind, detail });
  }
}

const none: readonly Breach[] = [];
