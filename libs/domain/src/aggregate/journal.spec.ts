import { describe, expect, it } from '@jest/globals';
import { allSampleEvents, sampleEvents } from '../../../../test/support/sample-events.ts';
import {
  type AccountEvent,
  type AccountEventType,
  accountEventTypes,
  formatMoney,
  parseMoney,
  postings,
  TrialBalance,
} from '../index.ts';

function entry(type: AccountEventType, index = 0): string[] {
  const event = { type, data: sampleEvents[type][index] } as AccountEvent;
  return postings(event).map(({ account, amount }) => `${account} ${formatMoney(amount)}`);
}

describe('the journal entry of', () => {
  it.each<[string, AccountEventType, number, string[]]>([
    ['a deposit', 'funds-deposited.v1', 0, ['platform:cash -100', 'customer:available 100']],
    ['a withdrawal', 'funds-withdrawn.v1', 0, ['customer:available -1.5', 'platform:cash 1.5']],
    ['an adjustment', 'balance-adjusted.v1', 0, ['platform:adjustments -5', 'customer:available 5']],
    ['a negative adjustment', 'balance-adjusted.v1', 1, ['platform:adjustments 5', 'customer:available -5']],
    ['a freeze', 'funds-frozen.v1', 0, ['customer:available -2.5', 'customer:frozen 2.5']],
    ['a release', 'hold-released.v1', 0, ['customer:frozen -2.5', 'customer:available 2.5']],
    ['an expiry', 'hold-expired.v1', 0, ['customer:frozen -2.5', 'customer:available 2.5']],
    [
      'a settle that gives something back',
      'hold-settled.v1',
      0,
      [
        'customer:frozen -1.7',
        'platform:revenue 1.7',
        'customer:frozen -0.8',
        'customer:available 0.8',
        'platform:pack-liability -1.99999999',
        'platform:revenue 1.99999999',
      ],
    ],
    ['a settle of all', 'hold-settled.v1', 2, ['customer:frozen -2.5', 'platform:revenue 2.5']],
    ['a settle of nothing', 'hold-settled.v1', 1, ['customer:frozen -2.5', 'customer:available 2.5']],
    ['a late settle of nothing', 'hold-settled-late.v1', 1, []],
    ['a refund', 'charge-refunded.v1', 0, ['platform:revenue -1', 'customer:available 1']],
    ['a reversal', 'deposit-reversed.v1', 0, ['customer:available -40', 'platform:cash 40']],
    ['an uncollected charge', 'charge-uncollected.v1', 0, []],
    ['a failed call', 'call-failed.v1', 0, []],
    ['the opening', 'account-opened.v1', 0, []],
    ['a suspension', 'account-suspended.v1', 0, []],
    ['a resumption', 'account-resumed.v1', 0, []],
    ['a budget', 'budget-set.v1', 0, []],
    [
      'a late settle of units, of which one had been forfeited',
      'hold-settled-late.v1',
      0,
      [
        'customer:available -1.7',
        'platform:revenue 1.7',
        'platform:pack-liability -1.99999999',
        'platform:revenue 1.99999999',
        'platform:pack-liability -1.99999999',
        'platform:revenue 1.99999999',
        'platform:breakage -0.5',
        'platform:revenue 0.5',
      ],
    ],
    ['a closing', 'account-closed.v1', 1, []],
    ['a closing that forfeits', 'account-closed.v1', 0, ['platform:pack-liability -2.5', 'platform:breakage 2.5']],
    ['a pack', 'pack-bought.v1', 0, ['customer:available -50000', 'platform:pack-liability 50000']],
    ['a granted pack', 'pack-granted.v1', 0, []],
    ['a trial pack', 'trial-started.v1', 0, []],
    ['an expired pack', 'pack-expired.v1', 0, ['platform:pack-liability -2.5', 'platform:breakage 2.5']],
    ['an expired pack with nothing in it', 'pack-expired.v1', 1, []],
    [
      'a refunded pack',
      'pack-refunded.v1',
      0,
      [
        'platform:pack-liability -2.5',
        'customer:available 2.5',
        'platform:pack-liability -0.5',
        'platform:revenue 0.5',
      ],
    ],
  ])('%s', (_, type, index, lines) => {
    expect(entry(type, index)).toEqual(lines);
  });

  it('every event sums to zero', () => {
    for (const event of allSampleEvents) {
      expect(postings(event).reduce((total, { amount }) => total + amount, 0n)).toBe(0n);
    }
    expect(new Set(allSampleEvents.map(({ type }) => type)).size).toBe(accountEventTypes.length);
  });
});

describe('the trial balance', () => {
  it('is zero after every entry, and shows an entry that does not balance', () => {
    const journal = new TrialBalance();
    for (const event of allSampleEvents) {
      journal.post(postings(event));
      expect(journal.difference()).toBe(0n);
    }
    journal.post([{ account: 'platform:cash', amount: parseMoney('0.00000001') }]);
    expect(formatMoney(journal.difference())).toBe('0.00000001');
  });
});
