import type { ChargeUncollected } from '../holds/events.ts';
import { formatMoney, type Money, negated, plus, withinRange, zero } from '../kernel/money.ts';
import type { Balance } from './balance.ts';
import type { Posting } from './journal.ts';
import type { Violation } from './violation.ts';

/** A balance that an audit adds up from what the events state, whatever follows from it. */
export type Figures = { -readonly [Part in keyof Balance]: Money };

export function emptyFigures(): Figures {
  return {
    available: zero,
    frozen: zero,
    settled: zero,
    packs: zero,
    deposited: zero,
    credited: zero,
    withdrawn: zero,
  };
}

/** The balance equation: told when its two sides move apart, not for every event that comes after. */
export class Equation {
  #difference = 0n;

  error(figures: Figures): Violation | undefined {
    const difference = computeDifference(figures);
    if (difference === this.#difference) return undefined;
    this.#difference = difference;
    return { kind: 'balance-equation', detail: `the two sides are ${formatMoney(difference as Money)} apart` };
  }
}

/** How far the two sides of the balance equation are apart: zero. */
function computeDifference(figures: Figures): bigint {
  const { available, frozen, settled, packs, withdrawn, deposited, credited } = figures;
  return available + frozen + settled + packs + withdrawn - deposited - credited;
}

/** What is wrong with the bounds of a balance; undefined if nothing is. */
export function checkBounds(figures: Figures): Violation | undefined {
  const { available, frozen, settled, packs, deposited, withdrawn } = figures;
  if (frozen < 0n || settled < 0n || packs < 0n) {
    const parts = `frozen ${formatMoney(frozen)}, settled ${formatMoney(settled)}, packs ${formatMoney(packs)}`;
    return { kind: 'balance-negative', detail: parts };
  }
  if ([available, frozen, settled, deposited, withdrawn].every(withinRange)) return undefined;
  return { kind: 'balance-out-of-range', detail: `available ${formatMoney(available)}` };
}

/**
 * What is wrong with an event's journal entry, given what the event did to the balance and to what is owed in units of packs;
 * undefined if nothing is.
 */
export function checkJournal(
  entry: readonly Posting[],
  before: Figures,
  after: Figures,
  owedMore: bigint,
): Violation | undefined {
  let sum = 0n;
  let available = 0n;
  let frozen = 0n;
  let owed = 0n;
  for (const { account, amount } of entry) {
    sum += amount;
    if (account === 'customer:available') available += amount;
    if (account === 'customer:frozen') frozen += amount;
    if (account === 'platform:pack-liability') owed += amount;
  }
  if (sum !== 0n) {
    return { kind: 'postings-unbalanced', detail: `its postings sum to ${formatMoney(sum as Money)}` };
  }
  const moved = available === after.available - before.available && frozen === after.frozen - before.frozen;
  if (moved && owed === owedMore) return undefined;
  return { kind: 'postings-differ', detail: 'its postings are not what it does to the balance' };
}

/** What is wrong with a withdrawal that was just made. */
export function checkWithdrawals(
  { available, deposited, withdrawn }: Figures,
  suspended: boolean,
  amount: string,
): readonly Violation[] {
  const errors: Violation[] = [];
  if (suspended) errors.push({ kind: 'withdrawal-while-suspended', detail: amount });
  if (available < 0n) errors.push({ kind: 'overdraft', detail: `a withdrawal leaves ${formatMoney(available)}` });
  if (withdrawn <= deposited) return errors;
  return [...errors, { kind: 'withdrawn-above-deposited', detail: `${formatMoney(withdrawn)} in all` }];
}

/** What an account that was closed still had; undefined if it was empty. Holds of free units freeze nothing. */
export function checkClosed({ available, frozen }: Figures, holds: number, stillDue: boolean): Violation | undefined {
  if (available === 0n && frozen === 0n && holds === 0 && !stillDue) return undefined;
  const left = `available ${formatMoney(available)}, frozen ${formatMoney(frozen)}, ${String(holds)} open holds`;
  return {
    kind: 'closed-not-empty',
    detail: `${left}, units of packs, or an expired hold that could still be charged`,
  };
}

/** What is wrong with a charge that is said not to have been paid for; undefined if nothing is, or there is no hold. */
export function checkUncollected(
  { available }: Figures,
  creditLimit: Money,
  { holdId, amount }: ChargeUncollected,
  charge: Money | undefined,
): Violation | undefined {
  if (charge === undefined || available - charge < negated(creditLimit)) return undefined;
  return { kind: 'uncollected-wrong', detail: `hold ${holdId}: the balance would have paid ${amount}` };
}

/** How far something has brought available below the credit limit; undefined if it has not. */
export function checkCredit({ available }: Figures, creditLimit: Money, what: string): Violation | undefined {
  if (available >= negated(creditLimit)) return undefined;
  const limit = `${formatMoney(creditLimit)} is the credit limit`;
  return { kind: 'overdraft', detail: `${what} leaves ${formatMoney(available)}; ${limit}` };
}

/** Adds to each part of the figures what it gains; may be negative. */
export function add(figures: Figures, movement: Partial<Figures>): void {
  for (const part in movement) {
    const amount = movement[part as keyof Figures];
    if (amount !== undefined) figures[part as keyof Figures] = plus(figures[part as keyof Figures], amount);
  }
}
