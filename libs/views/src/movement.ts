import { minus, plus, postings, zero, type AccountEvent, type Balance, type Money } from '#ledger';

/** The parts of a balance, in the order in which they are stored. */
export const balanceParts = [
  'available',
  'frozen',
  'settled',
  'packs',
  'deposited',
  'credited',
  'withdrawn',
] as const satisfies readonly (keyof Balance)[];

export const emptyBalance: Balance = {
  available: zero,
  frozen: zero,
  settled: zero,
  packs: zero,
  deposited: zero,
  credited: zero,
  withdrawn: zero,
};

/**
 * The balance after an event, from the event's journal entry: a second way to the same figures, which the fold must
 * agree with.
 */
export function balanceAfter(balance: Balance, event: AccountEvent): Balance {
  const entry = postings(event);
  if (entry.length === 0) return balance;
  const after: { -readonly [Part in keyof Balance]: Money } = { ...balance };
  for (const { account, amount } of entry) {
    switch (account) {
      case 'customer:available':
        after.available = plus(after.available, amount);
        break;
      case 'customer:frozen':
        after.frozen = plus(after.frozen, amount);
        break;
      case 'platform:revenue':
        after.settled = plus(after.settled, amount);
        break;
      case 'platform:adjustments':
        after.credited = minus(after.credited, amount);
        break;
      case 'platform:cash':
        if (event.type === 'funds-withdrawn.v1') {
          after.withdrawn = plus(after.withdrawn, amount);
          break;
        }
        after.deposited = minus(after.deposited, amount);
        break;
    }
  }
  return after;
}
