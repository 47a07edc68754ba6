import type { Figures } from '../core/audit-figures.ts';
import type { AccountEvent } from '../core/events.ts';
import type { Violation, ViolationKind } from '../core/violation.ts';
import { formatMoney, type Money, parseMoney } from '../kernel/money.ts';
import type { Period } from '../kernel/period.ts';
import type { AccountCalendar } from '../zones/account-calendar.ts';
import { graceMs } from './billing-days.ts';
import type { ArrearsNoted, BillIssued } from './events.ts';

/** A natural day that has no bill yet, as the events tell it. */
interface AuditedDay {
  day: Period;
  readonly firstRevision: number;
  lastRevision: number;
  /** Of the last event, where the audit is told hashes. */
  hash: string | undefined;
  charged: bigint;
}

/** Where in its history an event stands, and whether it gives a day a bill. */
interface Place {
  readonly revision: number;
  readonly hash: string | undefined;
  readonly isNotice: boolean;
}

/** The bills of one account and what follows from them, told by its events alone. */
export class BillsAudit {
  readonly #violations: Violation[];
  readonly #days: AuditedDay[] = [];
  #billed: { readonly until: number; charged: bigint } | undefined;
  /** When the packs came that could be refunded. */
  readonly #packs = new Map<string, number>();
  #arrears: ArrearsNoted | undefined;
  /** Since when nothing is owed any more although the account counts as in arrears. */
  #paidAt: number | undefined;

  /** @param violations takes what is found. */
  constructor(violations: Violation[]) {
    this.#violations = violations;
  }

  get inArrears(): boolean {
    return this.#arrears !== undefined;
  }

  /** Before an event is applied: whether what was paid was noted at once. */
  reach(event: AccountEvent): void {
    const { at } = event.data;
    if (this.#paidAt !== undefined && at > this.#paidAt && event.type !== 'arrears-cleared.v1') {
      this.#report('arrears-wrong', 'nothing is owed any more, and the account still counts as in arrears');
      this.#paidAt = undefined;
    }
  }

  /** After an event was applied: it belongs to its day, and may have paid what was owed. */
  note(event: AccountEvent, { revision, hash, isNotice }: Place, calendar: AccountCalendar, balance: Figures): void {
    const { at } = event.data;
    const latest = this.#days.at(-1);
    // The day under way may end at another moment than it was to.
    if (event.type === 'zone-noted.v1' && latest !== undefined && at < latest.day.until)
      latest.day = calendar.findDay(latest.day.from);
    const charged = balance.settled + balance.packs;
    if (latest !== undefined && at < latest.day.until) Object.assign(latest, { lastRevision: revision, hash, charged });
    if ((latest === undefined || at >= latest.day.until) && !isNotice) {
      this.#days.push({ day: calendar.findDay(at), firstRevision: revision, lastRevision: revision, hash, charged });
    }
    this.#giveBack(event);
    if (this.#arrears === undefined || this.#owed(this.#billed?.charged, balance) > 0n) this.#paidAt = undefined;
    if (this.#arrears !== undefined && this.#owed(this.#billed?.charged, balance) === 0n) this.#paidAt ??= at;
  }

  /** A refund takes from the days that were over after what it is of was charged: earlier ones never had it. */
  #giveBack(event: AccountEvent): void {
    if (event.type === 'pack-bought.v1') this.#packs.set(event.data.packId, event.data.at);
    const refund = this.#readRefund(event);
    if (refund === undefined) return;
    const { at } = event.data;
    for (const day of this.#days) {
      if (refund.since < day.day.until && day.day.until <= at) day.charged -= refund.amount;
    }
    if (this.#billed !== undefined && refund.since < this.#billed.until) this.#billed.charged -= refund.amount;
  }

  #readRefund(event: AccountEvent): { readonly since: number; readonly amount: bigint } | undefined {
    if (event.type === 'charge-refunded.v1') {
      return { since: event.data.chargedAt, amount: parseMoney(event.data.amount) };
    }
    if (event.type !== 'pack-refunded.v1' && event.type !== 'pack-expired.v1') return undefined;
    const since = this.#packs.get(event.data.packId);
    this.#packs.delete(event.data.packId);
    if (since === undefined || event.type === 'pack-expired.v1') return undefined;
    return { since, amount: parseMoney(event.data.amount) };
  }

  /** Arrears suspend the account. */
  suspend(at: number): void {
    if (this.#arrears?.suspendsAt !== at) this.#report('arrears-wrong', 'it is not the end of the grace');
  }

  issue(bill: BillIssued, balance: Figures, closed: boolean): void {
    const { date, at } = bill;
    const index = this.#days.findIndex(({ day }) => day.name === date);
    const [day] = index < 0 ? [] : this.#days.splice(index, 1);
    if (day === undefined) {
      this.#report('bill-wrong', `${date} has a bill, or nothing happened on it`);
      return;
    }
    if (index > 0) this.#report('bill-out-of-order', `the bill of ${date} comes before that of an earlier day`);
    const same =
      bill.from === day.day.from &&
      bill.until === day.day.until &&
      bill.firstRevision === day.firstRevision &&
      bill.lastRevision === day.lastRevision &&
      (day.hash === undefined || bill.chainHash === day.hash);
    if (!same) this.#report('bill-wrong', `the bill of ${date} is not of the events of that day`);
    if (at < day.day.until) this.#report('bill-wrong', `the bill of ${date} comes before the day is over`);
    this.#billed = { until: day.day.until, charged: day.charged };
    const owed = this.#owed(day.charged, balance);
    if (formatMoney(owed) !== bill.owed)
      this.#report('bill-wrong', `${formatMoney(owed)} is owed, the bill says ${bill.owed}`);
    const arrears = owed > 0n && !closed ? (this.#arrears ?? { since: at, suspendsAt: at + graceMs }) : null;
    if (arrears?.since !== bill.arrears?.since || arrears?.suspendsAt !== bill.arrears?.suspendsAt) {
      this.#report('arrears-wrong', `the bill of ${date} tells the arrears otherwise than they are`);
    }
    this.#arrears ??= arrears ?? undefined;
  }

  clear(balance: Figures): void {
    if (this.#arrears === undefined) this.#report('arrears-wrong', 'there are no arrears');
    const owed = this.#owed(this.#billed?.charged, balance);
    if (owed > 0n) this.#report('arrears-wrong', `${formatMoney(owed)} is still owed`);
    this.#arrears = undefined;
  }

  /** A closed account has nothing left that could be paid. */
  close(): void {
    this.#arrears = undefined;
  }

  finish(): void {
    if (this.#paidAt !== undefined)
      this.#report('arrears-wrong', 'nothing is owed, and the account counts as in arrears');
  }

  #owed(charged: bigint | undefined, { deposited, credited, withdrawn }: Figures): Money {
    const owed = (charged ?? 0n) - (deposited + credited - withdrawn);
    return (charged === undefined || owed < 0n ? 0n : owed) as Money;
  }

  #report(kind: ViolationKind, detail: string): void {
    this.#violations.push({ kind, detail });
  }
}
