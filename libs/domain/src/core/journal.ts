import type { AccountEvent } from './events.ts';
import type { LatePackConsumption, PackConsumption, PackForfeit } from '../packs/events.ts';
import { negated, parseMoney, plus, zero, type Money } from '../kernel/money.ts';

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

/** The journal entry of an event: its postings sum to zero. Empty for events that move no money. */
export function postings(event: AccountEvent): readonly Posting[] {
  switch (event.type) {
    case 'funds-deposited.v1':
      return transfer('platform:cash', 'customer:available', parseMoney(event.data.amount));
    case 'funds-withdrawn.v1':
      return transfer('customer:available', 'platform:cash', parseMoney(event.data.amount));
    case 'balance-adjusted.v1':
      return transfer('platform:adjustments', 'customer:available', parseMoney(event.data.amount, 'signed'));
    case 'funds-frozen.v2':
      return transfer('customer:available', 'customer:frozen', parseMoney(event.data.amount));
    case 'hold-released.v2':
    case 'hold-expired.v2':
      return [
        ...transfer('customer:frozen', 'customer:available', parseMoney(event.data.amount)),
        ...broken(event.data.forfeited),
      ];
    case 'hold-settled.v2':
      return [
        ...transfer('customer:frozen', 'platform:revenue', parseMoney(event.data.amount)),
        ...transfer('customer:frozen', 'customer:available', parseMoney(event.data.returned)),
        ...consumed(event.data.packs),
        ...broken(event.data.forfeited),
      ];
    case 'hold-settled-late.v2':
      return [
        ...transfer('customer:available', 'platform:revenue', parseMoney(event.data.amount)),
        ...consumed(event.data.packs),
        ...reclaimed(event.data.packs),
      ];
    case 'charge-refunded.v2':
      return transfer('platform:revenue', 'customer:available', parseMoney(event.data.amount));
    case 'deposit-reversed.v1':
      return transfer('customer:available', 'platform:cash', parseMoney(event.data.amount));
    case 'pack-bought.v1':
      return transfer('customer:available', 'platform:pack-liability', parseMoney(event.data.price));
    case 'pack-expired.v1':
      return transfer('platform:pack-liability', 'platform:breakage', parseMoney(event.data.amount));
    case 'pack-refunded.v1':
      return [
        ...transfer('platform:pack-liability', 'customer:available', parseMoney(event.data.amount)),
        ...transfer('platform:pack-liability', 'platform:revenue', parseMoney(event.data.recognised)),
      ];
    case 'account-closed.v2':
      return broken(event.data.forfeited);
    case 'account-opened.v1':
    case 'charge-uncollected.v1':
    case 'call-failed.v1':
    case 'terms-changed.v1':
    case 'account-suspended.v1':
    case 'account-resumed.v1':
    case 'warning-raised.v1':
    case 'budget-set.v1':
    case 'zone-noted.v1':
    case 'bill-issued.v1':
    case 'arrears-suspended.v1':
    case 'arrears-cleared.v1':
    case 'order-opened.v1':
    case 'order-paid.v1':
    case 'order-closed.v1':
    case 'pack-granted.v1':
    case 'trial-taken.v1':
      return [];
  }
}

/** Units consumed: what is owed for them becomes revenue. */
function consumed(packs: readonly PackConsumption[] | null): readonly Posting[] {
  return (packs ?? []).flatMap(({ recognised }) =>
    transfer('platform:pack-liability', 'platform:revenue', parseMoney(recognised)),
  );
}

/** Units forfeited: what is owed for them is owed no more. */
function broken(forfeited: readonly PackForfeit[] | null): readonly Posting[] {
  return (forfeited ?? []).flatMap(({ amount }) =>
    transfer('platform:pack-liability', 'platform:breakage', parseMoney(amount)),
  );
}

/** Units that were forfeited and are consumed after all were breakage, and are revenue. */
function reclaimed(packs: readonly LatePackConsumption[] | null): readonly Posting[] {
  return (packs ?? []).flatMap(({ reclaimed: part }) =>
    part === null ? [] : transfer('platform:breakage', 'platform:revenue', parseMoney(part.amount)),
  );
}

function transfer(from: JournalAccount, to: JournalAccount, amount: Money): readonly Posting[] {
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
