import { strict as assert } from 'node:assert';
import { largest, minus, type Money, plus, zero } from '../kernel/money.ts';
import type { Period } from '../kernel/period.ts';

/** A natural day on which something happened to the account. */
export interface EventfulDay {
  readonly day: Period;
  /** Of the day's first event that is not a notice (see {@link isNotice}). */
  readonly firstRevision: number;
}

/** A day that is over: nothing can enter it any more. */
export interface FinishedDay extends EventfulDay {
  /** Of the day's last event of any kind. */
  readonly lastRevision: number;
  /** Charged in all up to its end, settled and paid for packs, less what was given back of that since. */
  readonly charged: Money;
}

/** The days that have no bill yet: what a bill has to fix is known without looking at the history again. */
export interface BillingDays {
  /** Days that a later event has ended, oldest first. */
  readonly over: readonly FinishedDay[];
  /** The day of the last events; null once it has its bill. */
  readonly latest: EventfulDay | null;
}

/** How far an account is billed. */
export interface Billed {
  /** The last billed day, `YYYY-MM-DD`. */
  readonly date: string;
  /** Charged in all up to its end, less what was given back of that since. */
  readonly charged: Money;
}

/** A bill was issued and is not paid in full. */
export interface Arrears {
  /** When that bill was issued, ms since 1970; later bills change nothing about it. */
  readonly since: number;
  /** The account is suspended at that very instant if it still owes something, ms since 1970. */
  readonly suspendsAt: number;
}

/** How long after a bill an account that does not pay goes on: 24 hours. */
export const graceMs = 24 * 60 * 60 * 1_000;

export const noDays: BillingDays = { over: [], latest: null };

/** The parts of a balance that tell what was charged. */
type Charges = Readonly<Record<'settled' | 'packs', Money>>;

/** The parts of a balance that tell what was paid in. */
type Payments = Readonly<Record<'deposited' | 'credited' | 'withdrawn', Money>>;

/** How far an account is billed, and what of it is not. */
interface Billing {
  readonly days: BillingDays;
  readonly billed: Billed | null;
}

/** What stood before an event, as far as the end of a day is told by it. */
interface Before {
  readonly balance: Charges;
  readonly revision: number;
}

/** The days after an event that begins a day of its own. */
export function dayBegun(days: BillingDays, before: Before, day: Period): BillingDays {
  return { over: dayEnded(days, before).over, latest: { day, firstRevision: before.revision + 1 } };
}

/** The days once the latest is over. */
export function dayEnded(days: BillingDays, before: Before): BillingDays {
  if (days.latest === null) return days;
  return { over: [...days.over, finished(days.latest, before)], latest: null };
}

/** The first day that is over at `now` and has no bill; undefined if there is none. */
export function nextUnbilled(days: BillingDays, before: Before, now: number): FinishedDay | undefined {
  const [first] = days.over;
  if (first !== undefined) return first;
  const { latest } = days;
  return latest !== null && latest.day.until <= now ? finished(latest, before) : undefined;
}

/** Whether the date is that of an unbilled day, over or not. */
export function isUnbilled(days: BillingDays, date: string): boolean {
  return days.latest?.day.name === date || days.over.some(({ day }) => day.name === date);
}

/** The days without the oldest, which now has its bill. */
export function dayBilled(days: BillingDays, date: string, firstRevision: number, lastRevision: number): BillingDays {
  const [day, ...over] = days.over;
  assert(day?.day.name === date, 'days are billed in order, each once it is over');
  assert(day.firstRevision === firstRevision && day.lastRevision === lastRevision, 'a bill is of the whole day');
  return { over, latest: days.latest };
}

function finished(latest: EventfulDay, { balance, revision }: Before): FinishedDay {
  return { ...latest, lastRevision: revision, charged: chargedIn(balance) };
}

/**
 * What is still charged for days that are over when some of it is given back. A refund counts at once, as money that is paid
 * in does: who owes nothing any more must not wait for the next bill to hear it. It counts for the day on which what it is
 * of was charged: its hold was settled, its pack bought.
 *
 * @param day `YYYY-MM-DD`.
 */
export function givenBack({ days, billed }: Billing, day: string, amount: Money): Billing {
  const less = <Over extends Pick<Billed, 'charged'>>(over: Over): Over => {
    return { ...over, charged: minus(over.charged, amount) };
  };
  return {
    days: { ...days, over: days.over.map((over) => (day <= over.day.name ? less(over) : over)) },
    billed: billed !== null && day <= billed.date ? less(billed) : billed,
  };
}

/** Charged in all: to holds, less what was refunded of that, and for packs. */
export function chargedIn({ settled, packs }: Charges): Money {
  return plus(settled, packs);
}

/**
 * What is owed for the billed days: holds and days without a bill do not count, refunds count at once. Never below zero, and
 * never more than all that was charged less all that was paid in.
 */
export function owedFor(billed: Pick<Billed, 'charged'> | null, balance: Payments): Money {
  if (billed === null) return zero;
  const paidIn = minus(plus(balance.deposited, balance.credited), balance.withdrawn);
  return largest(zero, minus(billed.charged, paidIn));
}

declare module '../core/state.ts' {
  interface AccountSummary {
    readonly days: BillingDays;
    /** Null before the first bill. */
    readonly billed: Billed | null;
    /** Null while nothing is owed for billed days. */
    readonly arrears: Arrears | null;
  }
}
