import { type Counted, NaiveBudgets, takenBy } from './naive-budgets.ts';
import { malformed, type Moved, type NaiveCommand, type NaiveTerms } from './naive-commands.ts';
import { NaiveCorrections } from './naive-corrections.ts';
import { cost, highest, type NaiveProduct, shanghaiDay, shanghaiYear, sum, type Units, units } from './naive-prices.ts';
import { NaiveAgreement } from './naive-terms.ts';

/*
 * The rules of an account, told a second time: lists that are searched from the front, sums taken over the whole
 * history for every question, and no code of the domain model. Slow and plain, so that it can be read against the rules.
 */

type Naive<Kind extends NaiveCommand['kind']> = Extract<NaiveCommand, { kind: Kind }>;

interface Settlement {
  readonly outcome: string;
  readonly quantity: number | null;
  readonly charged: Units;
}

export interface NaiveHold {
  readonly id: string;
  readonly content: readonly (readonly [field: string, value: string])[];
  readonly amount: Units;
  readonly product: NaiveProduct | null;
  readonly quantity: number | null;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly year: number;
  readonly budget: string | null;
  readonly failures: { readonly id: string; readonly reason: string }[];
  ended: 'no' | 'settled' | 'released' | 'expired';
  /** Of a release by its own command. */
  releaseReason: string | null;
  /** Of the settle that charged it, late or not, or that found nothing to bill. */
  settlement: Settlement | null;
  late: boolean;
  uncollected: boolean;
}

const lateMs = 24 * 3_600_000;

export class NaiveLedger {
  readonly holds: NaiveHold[] = [];
  /** Holds that ended unused and could still be settled late. */
  readonly #lateWindows = new Map<string, { holds: number; latest: number }>();
  readonly #moved: Moved[] = [];
  readonly #corrections = new NaiveCorrections();
  readonly #changes: { readonly kind: string; readonly id: string; readonly reason: string }[] = [];
  lastAt: number;
  readonly #agreement: NaiveAgreement;
  readonly #budgets: NaiveBudgets;

  constructor(terms: NaiveTerms, openedAt: number) {
    this.#agreement = new NaiveAgreement(terms);
    this.#budgets = new NaiveBudgets({ offsetMs: 8 * 3_600_000, changes: [] }, terms.agreementStart);
    this.lastAt = openedAt;
  }

  /** What is answered: `accepted`, `replayed`, or the refusal's code and, after a space, its field. */
  send(command: NaiveCommand, wallClock: number, operator: boolean): string {
    const now = this.sweep(wallClock);
    const answer = malformed(command) ?? this.#decide(command, now, wallClock, operator);
    if (answer === 'accepted' && command.kind !== 'expire-due') this.lastAt = now;
    return answer;
  }

  /** Lets expire what is due; returns the account's now. */
  sweep(wallClock: number): number {
    const now = Math.max(wallClock, this.lastAt);
    for (const hold of this.holds) {
      if (hold.ended !== 'no' || hold.expiresAt > now) continue;
      hold.ended = 'expired';
      this.#openWindow(hold);
      this.lastAt = Math.max(this.lastAt, hold.expiresAt);
    }
    return now;
  }

  get balance(): Record<'available' | 'frozen' | 'settled' | 'deposited' | 'credited' | 'withdrawn', Units> {
    const moved = (kind: string): Units =>
      sum(this.#moved.filter((entry) => entry.kind === kind).map((entry) => entry.amount));
    const deposited = moved('deposit') - this.#corrections.reversed;
    const credited = moved('adjust');
    const withdrawn = moved('withdraw');
    const frozen = sum(this.holds.filter((hold) => hold.ended === 'no').map((hold) => hold.amount));
    const charged = sum(this.holds.map((hold) => hold.settlement?.charged ?? 0n));
    const settled = charged - this.#corrections.refunded;
    return {
      available: deposited + credited - withdrawn - frozen - settled,
      frozen,
      settled,
      deposited,
      credited,
      withdrawn,
    };
  }

  get closed(): boolean {
    return this.#changes.some((change) => change.kind === 'close');
  }

  get suspended(): boolean {
    return this.#changes.findLast(({ kind }) => kind === 'suspend' || kind === 'resume')?.kind === 'suspend';
  }

  status(hold: NaiveHold): string {
    if (hold.late) return 'settled';
    return hold.ended === 'no' ? 'open' : hold.ended;
  }

  /** `name used left` of every budget, in the order of their names. */
  budgets(now: number): readonly string[] {
    return this.#budgets.lines(this.#counted, now);
  }

  #decide(command: NaiveCommand, now: number, wallClock: number, operator: boolean): string {
    switch (command.kind) {
      case 'deposit':
      case 'withdraw':
      case 'adjust':
        return this.#move(command);
      case 'freeze':
        return this.#freeze(command, now, wallClock, operator);
      case 'settle':
        return this.#settle(command, now);
      case 'fail':
        return this.#fail(command);
      case 'release':
        return this.#release(command, operator);
      case 'refund':
        return this.#corrections.refund(command, this.#hold(command.id), this.closed);
      case 'reverse':
        return this.#corrections.reverse(command, this.#movedBefore('deposit', command.id), this.closed);
      case 'suspend':
      case 'resume':
      case 'close':
        return this.#change(command, now);
      case 'terms':
        return this.#changeTerms(command);
      case 'set-budget':
        return this.#budgets.set(command, this.closed);
      case 'expire-due':
        return 'accepted';
    }
  }

  #hold(id: string): NaiveHold | undefined {
    return this.holds.find((hold) => hold.id === id);
  }

  #movedBefore(kind: string, id: string): Moved | undefined {
    return this.#moved.find((entry) => entry.kind === kind && entry.id === id);
  }

  #move(command: Naive<'deposit' | 'withdraw' | 'adjust'>): string {
    const { kind, id, text } = command;
    const amount = units(command.amount);
    const before = this.#movedBefore(kind, id);
    if (before !== undefined) {
      if (before.amount !== amount) return 'idempotency_conflict amount';
      if (before.text !== text) return `idempotency_conflict ${kind === 'adjust' ? 'reason' : 'reference'}`;
      return 'replayed';
    }
    if (this.closed) return 'account_closed';
    if (kind === 'withdraw') {
      if (this.suspended) return 'account_suspended';
      const { available, deposited, withdrawn } = this.balance;
      if (available - amount < 0n || withdrawn + amount > deposited) return 'insufficient_available_balance';
    }
    this.#moved.push({ kind, id, amount, text });
    return 'accepted';
  }

  #freeze(command: Naive<'freeze'>, now: number, wallClock: number, operator: boolean): string {
    const quantity = command.product === null ? null : (command.quantity ?? 1);
    const content = [
      ['product', String(command.product)],
      ['quantity', String(quantity)],
      ['amount', command.amount === null ? 'none' : String(units(command.amount))],
      ['ttlSeconds', String(command.ttlSeconds ?? 1800)],
      ['budget', String(command.budget)],
      ['metadata', JSON.stringify(Object.entries(command.metadata ?? { none: '' }).sort())],
    ] as const;
    const before = this.#hold(command.id);
    if (before !== undefined) {
      const other = content.find(([, value], index) => before.content[index]?.[1] !== value);
      return other === undefined ? 'replayed' : `idempotency_conflict ${other[0]}`;
    }
    if (this.lastAt > wallClock + 60_000) return 'clock_untrusted';
    if (this.closed) return 'account_closed';
    if (this.suspended) return 'account_suspended';
    const ttlSeconds = command.ttlSeconds ?? 1800;
    const year = shanghaiYear(this.#agreement.terms.agreementStart, now);
    let amount = units(command.amount ?? '0');
    let product: NaiveProduct | null = null;
    if (command.product !== null) {
      const found = this.#agreement.product(command.product);
      if (found === undefined) return 'unknown_product product';
      if (found.steps.length === 0) return 'price_not_agreed product';
      if (ttlSeconds < found.credentialSeconds && !operator) return 'forbidden ttlSeconds';
      product = found;
      amount = highest(found.steps, this.#charged(found.counter, year), quantity ?? 1);
    }
    if (command.budget !== null && !this.#budgets.has(command.budget)) return 'unknown_budget budget';
    const refusal = this.#limitsRefuse(amount, now, command.budget);
    if (refusal !== null) return refusal;
    this.holds.push({
      id: command.id,
      content,
      amount,
      product,
      quantity,
      openedAt: now,
      expiresAt: now + ttlSeconds * 1000,
      year,
      budget: command.budget,
      failures: [],
      ended: 'no',
      releaseReason: null,
      settlement: null,
      late: false,
      uncollected: false,
    });
    return 'accepted';
  }

  get #counted(): readonly Counted[] {
    return this.holds.map((hold) => ({ ...hold, refunded: this.sumRefunds(hold) }));
  }

  #limitsRefuse(amount: Units, now: number, budget: string | null): string | null {
    const { frozen, available } = this.balance;
    const terms = this.#agreement.terms;
    if (this.holds.filter((hold) => hold.ended === 'no').length >= terms.openHolds) return 'too_many_open_holds';
    const guarded = amount > 0n;
    if (guarded && terms.frozen !== null && frozen + amount > units(terms.frozen)) return 'frozen_limit_exceeded';
    const today = this.#counted.filter((hold) => shanghaiDay(hold.openedAt) === shanghaiDay(now));
    const spent = sum(today.map(takenBy)) + amount;
    if (guarded && terms.dailySpend !== null && spent > units(terms.dailySpend)) return 'spend_limit_exceeded';
    if (guarded && budget !== null && this.#budgets.exceededBy(budget, amount, this.#counted, now))
      return 'budget_exceeded';
    return available - amount < -units(terms.creditLimit) ? 'insufficient_available_balance' : null;
  }

  /** Units charged so far on a counter in an agreement year. */
  #charged(counter: string, year: number): number {
    let count = 0;
    for (const hold of this.holds) {
      if (hold.product?.counter !== counter || hold.year !== year) continue;
      if (this.status(hold) === 'settled') count += hold.settlement?.quantity ?? 0;
    }
    return count;
  }

  #settle(command: Naive<'settle'>, now: number): string {
    const hold = this.#hold(command.id);
    if (hold === undefined) return 'hold_not_found';
    if (hold.settlement !== null) return this.#settleAgain(command, hold, hold.settlement);
    if (hold.ended !== 'no') return this.#settleLate(command, hold, now);
    const { completedAt } = command;
    if (completedAt !== null && (hold.openedAt - completedAt > 60_000 || completedAt - now > 60_000)) {
      return 'completed_at_invalid';
    }
    const charge = this.#charge(command, hold);
    if (typeof charge === 'string') return charge;
    const nothing = hold.product?.matchOnly === true && command.outcome === 'mismatch';
    hold.ended = nothing ? 'released' : 'settled';
    hold.settlement = { ...charge, charged: nothing ? 0n : charge.charged };
    return 'accepted';
  }

  #settleAgain(command: Naive<'settle'>, hold: NaiveHold, before: Settlement): string {
    const code = this.status(hold) === 'settled' ? 'hold_already_settled' : 'hold_already_released';
    if (command.outcome !== before.outcome) return `${code} outcome`;
    if (hold.product !== null && command.amount !== null) return `${code} amount`;
    const amount = command.amount === null ? hold.amount : units(command.amount);
    if (hold.product === null && amount !== before.charged) return `${code} amount`;
    if ((command.quantity ?? hold.quantity) !== before.quantity) return `${code} quantity`;
    return 'replayed';
  }

  #charge(command: Naive<'settle'>, hold: NaiveHold): Settlement | string {
    if (hold.product === null) {
      if (command.quantity !== null) return 'invalid_request quantity';
      const charged = command.amount === null ? hold.amount : units(command.amount);
      if (charged > hold.amount) return 'settle_amount_exceeds_hold amount';
      return { outcome: command.outcome, quantity: null, charged };
    }
    if (command.amount !== null) return 'invalid_request amount';
    const quantity = command.quantity ?? hold.quantity ?? 1;
    if (quantity > (hold.quantity ?? 1)) return 'settle_amount_exceeds_hold quantity';
    const charged = cost(hold.product.steps, this.#charged(hold.product.counter, hold.year), quantity);
    return { outcome: command.outcome, quantity, charged };
  }

  #settleLate(command: Naive<'settle'>, hold: NaiveHold, now: number): string {
    const over = hold.ended === 'expired' ? 'hold_expired' : 'hold_already_released';
    const { completedAt } = command;
    if (completedAt === null) return over;
    if (completedAt < hold.openedAt || completedAt >= hold.expiresAt) return 'completed_at_invalid';
    if (completedAt > now) return 'completed_at_invalid';
    if (now >= hold.expiresAt + lateMs) return over;
    if (hold.product?.matchOnly === true && command.outcome === 'mismatch') return over;
    if (this.closed) return 'account_closed';
    const charge = this.#charge(command, hold);
    if (typeof charge === 'string') return charge;
    if (charge.charged > 0n && this.balance.available - charge.charged < -units(this.#agreement.terms.creditLimit)) {
      if (!hold.uncollected) this.lastAt = now;
      hold.uncollected = true;
      return 'insufficient_available_balance';
    }
    hold.settlement = charge;
    hold.late = true;
    const window = this.#lateWindows.get(spanName(hold));
    if (window !== undefined) window.holds -= 1;
    if (window?.holds === 0) this.#lateWindows.delete(spanName(hold));
    return 'accepted';
  }

  #fail(command: Naive<'fail'>): string {
    const hold = this.#hold(command.id);
    if (hold === undefined) return 'hold_not_found';
    const before = hold.failures.find((failure) => failure.id === command.attempt);
    if (before !== undefined) return before.reason === command.reason ? 'replayed' : 'idempotency_conflict reason';
    const ended = this.#endedCode(hold);
    if (ended !== null) return ended;
    if (hold.failures.length >= 100) return 'too_many_attempts';
    hold.failures.push({ id: command.attempt, reason: command.reason });
    return 'accepted';
  }

  #release(command: Naive<'release'>, operator: boolean): string {
    const hold = this.#hold(command.id);
    if (hold === undefined) return 'hold_not_found';
    if (hold.releaseReason === command.reason) return 'replayed';
    const ended = this.#endedCode(hold);
    if (ended !== null) return ended;
    if (hold.failures.length > 0 && !operator) return 'credential_outstanding';
    hold.ended = 'released';
    hold.releaseReason = command.reason;
    this.#openWindow(hold);
    return 'accepted';
  }

  #endedCode(hold: NaiveHold): string | null {
    const status = this.status(hold);
    if (status === 'open') return null;
    return status === 'expired' ? 'hold_expired' : `hold_already_${status}`;
  }

  sumRefunds(hold: NaiveHold): Units {
    return this.#corrections.sumRefunds(hold);
  }

  #changeTerms(command: Naive<'terms'>): string {
    const again = this.#agreement.again(command);
    if (again !== null) return again;
    if (this.#changes.some(({ id }) => id === command.id)) return 'idempotency_conflict changeId';
    if (this.closed) return 'account_closed';
    const answer = this.#agreement.change(command);
    if (answer === 'accepted') this.#changes.push({ kind: 'terms', id: command.id, reason: command.reason });
    return answer;
  }

  #change(command: Naive<'suspend' | 'resume' | 'close'>, now: number): string {
    const { kind, id, reason } = command;
    const before = this.#changes.find((change) => change.id === id);
    if (before !== undefined) {
      if (before.kind !== kind) return 'idempotency_conflict changeId';
      return before.reason === reason ? 'replayed' : 'idempotency_conflict reason';
    }
    if (this.closed) return 'account_closed';
    if (kind === 'close') {
      const { available, frozen } = this.balance;
      const anyOpen = this.holds.some((hold) => hold.ended === 'no');
      if (available !== 0n || frozen !== 0n || anyOpen || this.#lateWindowIsOpen(now)) return 'account_not_empty';
    }
    this.#changes.push({ kind, id, reason });
    return 'accepted';
  }

  #openWindow(hold: NaiveHold): void {
    const { holds, latest } = this.#lateWindows.get(spanName(hold)) ?? { holds: 0, latest: 0 };
    this.#lateWindows.set(spanName(hold), { holds: holds + 1, latest: Math.max(latest, hold.expiresAt) });
  }

  #lateWindowIsOpen(now: number): boolean {
    return [...this.#lateWindows.values()].some(({ latest }) => now < latest + lateMs);
  }
}

/**
 * The late window is kept to the second: holds of one second stay closable together, so one that was settled late may
 * keep the window of the others in its second open for up to a second more. Of holds of more than a day, to the minute.
 */
function spanName({ openedAt, expiresAt }: NaiveHold): string {
  return expiresAt - openedAt > lateMs
    ? `minute ${String(Math.floor(expiresAt / 60_000))}`
    : `second ${String(Math.floor(expiresAt / 1_000))}`;
}
