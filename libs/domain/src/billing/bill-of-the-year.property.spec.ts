import { describe, expect, it } from '@jest/globals';
import { formatMoney, lateWindowMs, parseMoney } from '#domain';
import { AccountDriver, said } from '../../../../test/support/account-driver.ts';
import fc from '../../../../test/support/fast-check.ts';

/** Published totals of the two books: units billed in one agreement year and what they cost. */
const published = [
  ['dcloud-2023', 10_000, '8500'],
  ['dcloud-2023', 100_000, '80500'],
  ['dcloud-2023', 110_000, '87500'],
  ['dcloud-2023', 550_000, '330500'],
  ['dcloud-legacy', 100_000, '85000'],
  ['dcloud-legacy', 110_000, '93000'],
  ['dcloud-legacy', 550_000, '405000'],
] as const;

/** One thing that happens on the way, on some open hold: how far down the list, and how big. */
interface Turn {
  readonly what: 'freeze' | 'settle' | 'settle in part' | 'mismatch' | 'release' | 'fail' | 'expire' | 'late settle';
  readonly pick: number;
  readonly share: number;
}

const turns = fc.array(
  fc.record<Turn>({
    what: fc.constantFrom(
      'freeze',
      'freeze',
      'freeze',
      'settle',
      'settle in part',
      'mismatch',
      'release',
      'fail',
      'expire',
      'late settle',
    ),
    pick: fc.nat({ max: 1_000 }),
    share: fc.integer({ min: 1, max: 40 }),
  }),
  { minLength: 5, maxLength: 60, size: 'max' },
);

/** Bills exactly `total` units, with any detours. */
class Year {
  readonly account = new AccountDriver();
  billed = 0;
  readonly #total: number;
  readonly #open: { holdId: string; quantity: number; openedAt: number; expiresAt: number }[] = [];
  #count = 0;

  constructor(book: string, total: number) {
    this.#total = total;
    this.account.operator = true;
    this.account.open({ priceBook: book });
    this.account.deposit('d0', '999999999');
  }

  take({ what, pick, share }: Turn): void {
    if (what === 'freeze') {
      // More may be open than is left to bill: what is too much is released or settled in part in the end.
      this.#freeze(Math.max(1, Math.min(1_000_000, Math.floor((this.#total * share) / 80))));
      return;
    }
    const hold = this.#open[pick % Math.max(1, this.#open.length)];
    if (hold === undefined) return;
    if (what === 'fail') {
      this.account.fail(hold.holdId, `a${String((this.#count += 1))}`);
      return;
    }
    this.#open.splice(this.#open.indexOf(hold), 1);
    this.#end(hold, what, share);
  }

  /** Bills what is left to the unit. */
  finish(): void {
    for (const hold of this.#open.splice(0)) this.#end(hold, 'settle', 1);
    while (this.billed < this.#total) {
      const quantity = Math.min(1_000_000, this.#total - this.billed);
      this.#freeze(quantity);
      for (const hold of this.#open.splice(0)) this.#end(hold, 'settle', 1);
    }
  }

  #freeze(quantity: number): void {
    const holdId = `h${String((this.#count += 1))}`;
    const { account } = this;
    expect(said(account.freeze(holdId, { quantity }))).toBe('accepted');
    this.#open.push({ holdId, quantity, openedAt: account.now, expiresAt: account.now + 1_800_000 });
  }

  #end(
    hold: { holdId: string; quantity: number; openedAt: number; expiresAt: number },
    what: Turn['what'],
    share: number,
  ): void {
    const { account } = this;
    const left = this.#total - this.billed;
    const wanted = what === 'settle in part' ? Math.ceil(hold.quantity / share) : hold.quantity;
    const quantity = Math.min(wanted, left);
    if (account.now >= hold.expiresAt) {
      if (what !== 'late settle' || quantity === 0) return;
      const settled = account.settle(hold.holdId, { quantity, completedAt: hold.openedAt });
      if (account.now < hold.expiresAt + lateWindowMs) expect(said(settled)).toBe('accepted');
      if (settled.kind === 'accepted') this.billed += quantity;
      return;
    }
    if (what === 'release' || quantity === 0) {
      expect(said(account.release(hold.holdId))).toBe('accepted');
      return;
    }
    if (what === 'expire' || what === 'late settle') {
      account.now = hold.expiresAt;
      if (what === 'late settle') this.#end(hold, what, share);
      return;
    }
    const outcome = what === 'mismatch' ? 'mismatch' : 'match';
    expect(said(account.settle(hold.holdId, { outcome, quantity: quantity === hold.quantity ? null : quantity }))).toBe(
      'accepted',
    );
    this.billed += quantity;
  }
}

describe('a year on one table costs exactly the table’s total, however freezes and endings interleave', () => {
  it.each(published)('%s: %i units cost %s', (book, total, cost) => {
    fc.assert(
      fc.property(turns, (scenario) => {
        const year = new Year(book, total);
        for (const turn of scenario) year.take(turn);
        year.finish();
        expect(year.billed).toBe(total);
        const { settled, frozen, available } = year.account.state.summary.balance;
        expect(formatMoney(settled)).toBe(cost);
        expect(formatMoney(frozen)).toBe('0');
        expect(available + settled).toBe(parseMoney('999999999'));
      }),
      { numRuns: 60 },
    );
  });
});
