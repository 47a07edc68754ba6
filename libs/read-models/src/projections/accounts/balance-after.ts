import { type AccountEvent, type Balance, minus, type Money, plus, postings, zero } from '#domain';

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
      // What of a pack's price becomes revenue or breakage moves among these three and sums to zero: only money charged
      // to holds is left.
      case 'platform:revenue':
      case 'platform:pack-liability':
      case 'platform:breakage':
        if (isPaidForPack(event)) break;
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
  if (isPaidForPack(event)) after.packs = plus(after.packs, minus(balance.available, after.available));
  return after;
}

/** Of these events all that the customer pays, or gets back, is for packs. */
function isPaidForPack({ type }: AccountEvent): boolean {
  return type === 'pack-bought.v1' || type === 'pack-refunded.v1';
}
