import { type Money, negated, plus, zero } from '../kernel/money.ts';

/** The accounts of the double-entry journal: the customer's own two, and the platform's. */
export type JournalAccount =
  | 'customer:available'
  | 'customer:frozen'
  | 'platform:cash'
  | 'platform:adjustments'
  | 'platform:revenue'
  | 'platform:pack-liability'
  | 'platform:breakage';

/** One line of a journal entry: what an account gains (or, below zero, gives). */
export interface Posting {
  readonly account: JournalAccount;
  readonly amount: Money;
}

/** Money that goes from one account to another; nothing is posted of nothing. */
export function transfer(from: JournalAccount, to: JournalAccount, amount: Money): readonly Posting[] {
  if (amount === 0n) return [];
  return [
    { account: from, amount: negated(amount) },
    { account: to, amount },
  ];
}

/** What each journal account holds; over all accounts together always zero. */
export class TrialBalance {
  readonly #totals = new Map<JournalAccount, Money>();

  post(entry: readonly Posting[]): void {
    for (const { account, amount } of entry) this.#totals.set(account, plus(this.of(account), amount));
  }

  of(account: JournalAccount): Money {
    return this.#totals.get(account) ?? zero;
  }

  /** The sum over all accounts: zero unless an entry did not balance. */
  difference(): Money {
    let difference = zero;
    for (const amount of this.#totals.values()) difference = plus(difference, amount);
    return difference;
  }
}
