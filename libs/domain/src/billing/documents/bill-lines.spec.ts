import { describe, expect, it } from '@jest/globals';
import type { BillContent } from '#domain';
import { type AccountDriver, opened, said, start } from '../../../../../test/support/account-driver.ts';
import { billContent } from '../../../../../test/support/bill-contents.ts';

const day = 86_400_000;

/** The bill, or the statement, of all events from a revision on. */
function billFrom(account: AccountDriver, first = 0): BillContent {
  return billContent(account, first, account.events.length - 1);
}

function lines({ lines: all }: BillContent): readonly string[] {
  return all.map(({ kind, product, price, units, amount, charged }) =>
    [kind, product, price, units, amount, charged].map(String).join(' '),
  );
}

describe('a line of a bill', () => {
  it('is of one product and price: what crosses a tier boundary is on two', () => {
    const account = opened('100000');
    account.freeze('many', { quantity: 9_999 });
    account.settle('many');
    account.freeze('across', { quantity: 3 });
    account.settle('across');
    expect(lines(billFrom(account))).toEqual([
      'charge face-verify 0.8 2 1.6 1.6',
      'charge face-verify 0.85 10000 8500 8500',
    ]);
  });

  it('is of its own for a refund, which comes off the total', () => {
    const account = opened('10');
    account.freeze('h1', { quantity: 2 });
    account.settle('h1');
    account.refund('r1', 'h1', '0.85');
    account.refund('r2', 'h1', '0.05');
    const content = billFrom(account);
    expect(lines(content)).toEqual(['charge face-verify 0.85 2 1.7 1.7', 'refund face-verify null null 0.9 -0.9']);
    expect(content.total).toBe('0.8');
  });

  it('is of its own for a call that could not be collected, which is not charged', () => {
    const account = opened('1');
    account.freeze('h1', { amount: '1', ttlSeconds: 60 });
    account.now += 60_000;
    account.withdraw('w1', '1');
    expect(said(account.settle('h1', { completedAt: start }))).toBe('insufficient_available_balance');
    const content = billFrom(account);
    expect(lines(content)).toEqual(['uncollected null null null 1 0']);
    expect([content.total, content.closing.settled]).toEqual(['0', '0']);
  });
});

describe('the total of a bill', () => {
  it('of a month rounds its own exact sum, not those of its days', () => {
    const account = opened('10');
    const days = [0, 1, 2].map((n) => {
      const from = account.events.length;
      account.freeze(`h${String(n)}`, { amount: '0.005' });
      account.settle(`h${String(n)}`);
      const { totalRounded } = billFrom(account, from);
      account.now += day;
      return Number(totalRounded);
    });
    expect(days).toEqual([0.01, 0.01, 0.01]);
    const { total, totalRounded } = billFrom(account);
    expect([total, Number(totalRounded)]).toEqual(['0.015', 0.02]);
  });
});
