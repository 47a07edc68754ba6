import type { AccountEvent } from '../events.ts';
import { postings } from '../journal.ts';
import { formatMoney, negated, plus, withinRange, zero, type Money } from '../money.ts';
import type { Balance } from '../state.ts';
import type { Breach } from './breach.ts';

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

/** How far the two sides of the balance equation are apart: zero. */
export function differenceOf(figures: Figures): bigint {
  const { available, frozen, settled, packs, withdrawn, deposited, credited } = figures;
  return available + frozen + settled + packs + withdrawn - deposited - credited;
}

/** What is wrong with the bounds of a balance; undefined if nothing is. */
export function boundsFault(figures: Figures): Breach | undefined {
  const { available, frozen, settled, packs, deposited, withdrawn } = figures;
  if (frozen < 0n || settled < 0n || packs < 0n) {
    const parts = `frozen ${formatMoney(frozen)}, settled ${formatMoney(settled)}, packs ${formatMoney(packs)}`;
    return { kind: 'balance-negative', detail: parts };
  }
  if ([available, frozen, settled, deposited, withdrawn].every(withinRange)) return undefined;
  return { kind: 'balance-out-of-range', detail: `available ${formatMoney(available)}` };
}

/** What is wrong with an event's journal entry, given what it did to the balance; undefined if nothing is. */
export function journalFault(event: AccountEvent, before: Figures, after: Figures): Breach | undefined {
  let sum = 0n;
  let available = 0n;
  let frozen = 0n;
  for (const { account, amount } of postings(event)) {
    sum += amount;
    if (account === 'customer:available') available += amount;
    if (account === 'customer:frozen') frozen += amount;
  }
  if (sum !== 0n) {
    return { kind: 'postings-unbalanced', detail: `its postings sum to ${formatMoney(sum as Money)}` };
  }
  if (available === after.available - before.available && frozen === after.frozen - before.frozen) return undefined;
  return { kind: 'postings-differ', detail: 'its postings are not what it does to the balance' };
}

/** What an account that was closed still had; undefined if it was empty. Holds of free units freeze nothing. */
export function closedFault(
  { available, frozen }: Figures,
  holds: number,
  lateWindowOpen: boolean,
): Breach | undefined {
  if (available === 0n && frozen === 0n && holds === 0 && !lateWindowOpen) return undefined;
  const left = `available ${formatMoney(available)}, frozen ${formatMoney(frozen)}, ${String(holds)} open holds`;
  return { kind: 'closed-not-empty', detail: `${left}, or an expired hold that could still be charged` };
}

/** How far something has brought available below the credit limit; undefined if it has not. */
export function creditFault({ available }: Figures, creditLimit: Money, what: string): Breach | undefined {
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
