import { describe, expect, it } from '@jest/globals';
import { type Decision, lateWindowMs } from '#domain';
import { AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';

const most = '999999999999999999';

describe('a deposit', () => {
  it('adds to available and keeps its reference', () => {
    const account = opened('0');
    expect(account.deposit('d1', '1.50', 'payment 7')).toMatchObject({
      events: [{ type: 'funds-deposited.v1', data: { amount: '1.5', reference: 'payment 7' } }],
    });
    expect(account.money).toBe('1.5 0 0');
  });

  it('may fill the range to its last unit and no further', () => {
    const account = opened('0');
    expect(said(account.deposit('d1', most))).toBe('accepted');
    expect(said(account.deposit('d2', '0.00000001'))).toBe('balance_out_of_range');
  });
});

describe('the range', () => {
  it('holds with what is frozen back in available, so that a release or an expiry never leaves it', () => {
    const account = opened('0');
    account.deposit('d1', '600000000000000000');
    account.freeze('h1', { amount: '600000000000000000' });
    expect(said(account.adjust('a1', '399999999999999999.00000001'))).toBe('balance_out_of_range');
    expect(said(account.adjust('a1', '399999999999999999'))).toBe('accepted');
    account.now += 1_800_000;
    account.expireDue();
    expect(account.money).toBe(`${most} 0 0`);
  });

  it('holds with what is frozen for a deposit too', () => {
    const account = opened('0');
    account.adjust('a1', '600000000000000000');
    account.freeze('h1', { amount: '600000000000000000' });
    expect(said(account.deposit('d1', '399999999999999999.00000001'))).toBe('balance_out_of_range');
    expect(said(account.deposit('d1', '399999999999999999'))).toBe('accepted');
  });

  it('holds for the sum of adjustments and for available below zero', () => {
    const account = opened('0');
    expect(said(account.adjust('a1', `-${most}`))).toBe('accepted');
    expect(said(account.adjust('a2', '-0.00000001'))).toBe('balance_out_of_range');
    account.deposit('d1', most);
    expect(said(account.adjust('a2', '-0.00000001'))).toBe('balance_out_of_range');
    expect(said(account.adjust('a2', '1'))).toBe('accepted');
  });

  it('holds for what is settled, also by a late settle', () => {
    const account = opened(most);
    account.freeze('h1', { amount: '1' });
    account.release('h1');
    account.freeze('h2', { amount: most });
    account.settle('h2');
    account.adjust('a1', '1');
    expect(said(account.settle('h1', { completedAt: start }))).toBe('balance_out_of_range');
  });
});

describe('a withdrawal', () => {
  it('may take available to zero, and not into credit', () => {
    const account = opened('2', { creditLimit: money('10') });
    expect(account.withdraw('w1', '2.00000001')).toMatchObject({
      refusal: {
        code: 'insufficient_available_balance',
        facts: { available: '2', frozen: '0', required: '2.00000001' },
      },
    });
    expect(said(account.withdraw('w1', '2'))).toBe('accepted');
    expect(account.money).toBe('0 0 0');
  });

  it('may take back all that was deposited, and nothing of what was credited', () => {
    const account = opened('2');
    account.adjust('a1', '5');
    account.withdraw('w1', '1.5');
    expect(account.withdraw('w2', '0.50000001')).toMatchObject({
      refusal: { code: 'insufficient_available_balance', facts: { withdrawable: '0.5', required: '0.50000001' } },
    });
    expect(said(account.withdraw('w2', '0.5'))).toBe('accepted');
  });

  it('leaves frozen money alone', () => {
    const account = opened('2');
    account.freeze('h1', { amount: '1' });
    expect(account.withdraw('w1', '2')).toMatchObject({
      refusal: { facts: { available: '1', frozen: '1', enoughIfUnfrozen: true } },
    });
  });
});

describe('an adjustment', () => {
  it('moves available either way, below the credit limit too, with its reason', () => {
    const account = opened('1');
    expect(account.adjust('a1', '-3', 'fraud')).toMatchObject({
      events: [{ data: { amount: '-3', reason: 'fraud' } }],
    });
    expect(account.money).toBe('-2 0 0');
    expect(said(account.freeze('h1', { amount: '0.00000001' }))).toBe('insufficient_available_balance');
    account.adjust('a2', '2.00000001');
    expect(said(account.freeze('h1', { amount: '0.00000001' }))).toBe('accepted');
  });
});

describe('what an account may do', () => {
  type Make = () => AccountDriver;
  /** With an open hold, one released a moment ago, and money. */
  const active: Make = () => {
    const account = opened('10');
    account.freeze('open', { amount: '1' });
    account.freeze('released', { amount: '1' });
    account.release('released');
    return account;
  };
  const suspended: Make = () => {
    const account = active();
    account.status('suspend', 's1');
    return account;
  };
  const closed: Make = () => {
    const account = active();
    account.settle('open');
    account.withdraw('w0', '9');
    account.closedWithReleased('c1');
    return account;
  };

  it.each<[string, (account: AccountDriver) => Decision, string, string, string]>([
    ['freeze', (account) => account.freeze('h9', { amount: '1' }), 'accepted', 'account_suspended', 'account_closed'],
    ['withdraw', (account) => account.withdraw('w1', '1'), 'accepted', 'account_suspended', 'account_closed'],
    ['deposit', (account) => account.deposit('d1', '1'), 'accepted', 'accepted', 'account_closed'],
    ['adjust', (account) => account.adjust('a1', '1'), 'accepted', 'accepted', 'account_closed'],
    [
      'settle',
      (account) => account.settle('open', { outcome: 'mismatch' }),
      'accepted',
      'accepted',
      'hold_already_settled outcome',
    ],
    [
      'late settle',
      (account) => account.settle('released', { completedAt: start }),
      'accepted',
      'accepted',
      'account_closed',
    ],
    ['fail', (account) => account.fail('open', 'a1'), 'accepted', 'accepted', 'hold_already_settled'],
    ['release', (account) => account.release('open'), 'accepted', 'accepted', 'hold_already_settled'],
    ['expire due', (account) => account.expireDue(), 'accepted', 'accepted', 'accepted'],
    ['suspend', (account) => account.status('suspend', 's9'), 'accepted', 'accepted', 'account_closed'],
    ['resume', (account) => account.status('resume', 'r9'), 'accepted', 'accepted', 'account_closed'],
    ['close', (account) => account.status('close', 'c9'), 'account_not_empty', 'account_not_empty', 'account_closed'],
  ])('%s', (_, run, ifActive, ifSuspended, ifClosed) => {
    expect([said(run(active())), said(run(suspended())), said(run(closed()))]).toEqual([
      ifActive,
      ifSuspended,
      ifClosed,
    ]);
  });

  it('is still answered again when closed: every earlier command of it', () => {
    const account = closed();
    expect([
      said(account.open({ priceBook: 'dcloud-2023' })),
      said(account.deposit('d0', '10')),
      said(account.withdraw('w0', '9')),
      said(account.freeze('open', { amount: '1' })),
      said(account.settle('open')),
      said(account.release('released')),
      said(account.status('close', 'c1')),
    ]).toEqual(Array(7).fill('replayed'));
  });

  it('says why it is suspended', () => {
    expect(suspended().freeze('h9', { amount: '1' })).toMatchObject({
      refusal: { facts: { suspendedFor: 'operator' } },
    });
  });

  it('is again everything after a resume', () => {
    const account = suspended();
    expect(account.status('resume', 'r1')).toMatchObject({
      events: [{ type: 'account-resumed.v1', data: { suspendedFor: [] } }],
    });
    expect(said(account.freeze('h9', { amount: '1' }))).toBe('accepted');
  });
});

describe('a suspension', () => {
  it('for arrears is not lifted by an operator’s resume, nor the operator’s by the end of arrears', () => {
    const account = opened();
    account.state.summary = { ...account.state.summary, suspendedFor: ['arrears'] };
    expect(account.status('suspend', 's1')).toMatchObject({
      events: [{ data: { suspendedFor: ['operator', 'arrears'] } }],
    });
    expect(account.status('resume', 'r1')).toMatchObject({ events: [{ data: { suspendedFor: ['arrears'] } }] });
    expect(said(account.freeze('h1'))).toBe('account_suspended');
  });

  it('of an account that is suspended is recorded and changes nothing', () => {
    const account = opened();
    account.status('suspend', 's1');
    expect(account.status('suspend', 's2')).toMatchObject({ events: [{ data: { suspendedFor: ['operator'] } }] });
    account.status('resume', 'r1');
    expect(said(account.freeze('h1'))).toBe('accepted');
  });
});

describe('a closing', () => {
  it.each<[string, (account: AccountDriver) => void]>([
    ['something available', (account) => account.deposit('d1', '0.00000001')],
    ['a debt', (account) => account.adjust('a1', '-0.00000001')],
    [
      'something frozen',
      (account) => {
        account.deposit('d1', '1');
        account.freeze('h1', { amount: '1' });
      },
    ],
  ])('of an account with %s is refused', (_, prepare) => {
    const account = opened('0');
    prepare(account);
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
  });

  it('waits until the last expired hold’s late window is over, to the millisecond', () => {
    const account = expiredAt([10, 20]);
    account.now = start + 20_000 + lateWindowMs - 1;
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
    account.now += 1;
    expect(said(account.status('close', 'c1'))).toBe('accepted');
  });

  it('does not wait for a hold that was settled late already', () => {
    const account = expiredAt([10]);
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
    account.deposit('d1', '1');
    account.settle('h0', { completedAt: start });
    expect(said(account.status('close', 'c1'))).toBe('accepted');
  });

  it('waits until a released hold’s late window is over, which begins to end at the deadline and not at the release', () => {
    const account = opened('0', { creditLimit: money('10') });
    account.freeze('released', { amount: '1', ttlSeconds: 3_600 });
    account.release('released');
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
    account.now = start + 3_600_000 + lateWindowMs - 1;
    expect(account.status('close', 'c1')).toMatchObject({ refusal: { facts: { lateWindowOpen: true, openHolds: 0 } } });
    account.now += 1;
    expect(said(account.settle('released', { completedAt: start }))).toBe('hold_already_released');
    expect(said(account.status('close', 'c1'))).toBe('accepted');
  });

  it('does not lose the charge of a released hold of which word comes late', () => {
    const account = opened('1');
    account.freeze('released', { amount: '1' });
    account.release('released');
    account.withdraw('w1', '1');
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
    expect(said(account.settle('released', { completedAt: start }))).toBe('insufficient_available_balance');
    account.deposit('d1', '1');
    expect(said(account.settle('released', { completedAt: start }))).toBe('accepted');
    expect(account.money).toBe('0 0 1');
    expect(said(account.status('close', 'c1'))).toBe('accepted');
  });

  it('does not wait for a hold that was found not billable: it can never be charged', () => {
    const account = opened('0', { priceBook: 'test', creditLimit: money('10') });
    account.freeze('free', { product: 'by-match' });
    account.settle('free', { outcome: 'mismatch' });
    expect(said(account.status('close', 'c1'))).toBe('accepted');
  });

  it.each([
    ['a second', 86_400, 1_000],
    ['a minute', 86_401, 60_000],
  ])('may wait for a hold of %s longer that was settled late already, and not longer', (_, ttlSeconds, apartMs) => {
    const account = opened('0', { creditLimit: money('10') });
    const base = account.now + ttlSeconds * 1_000;
    account.now += (apartMs - (base % apartMs)) % apartMs;
    account.freeze('early', { amount: '1', ttlSeconds });
    const deadline = account.now + ttlSeconds * 1_000;
    account.now += apartMs - 1;
    account.freeze('last', { amount: '1', ttlSeconds });
    for (const holdId of ['early', 'last']) account.release(holdId);
    account.settle('last', { completedAt: account.now });
    account.deposit('d1', '1');
    account.now = deadline + apartMs - 1 + lateWindowMs - 1;
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
    account.now += 1;
    expect(said(account.status('close', 'c1'))).toBe('accepted');
  });

  it('waits for every expired hold of one second, though another of them was settled late', () => {
    const account = expiredAt([10, 10]);
    account.deposit('d1', '1');
    account.settle('h0', { completedAt: start });
    expect(account.money).toBe('0 0 1');
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
    account.now = start + 10_000 + lateWindowMs;
    expect(said(account.status('close', 'c1'))).toBe('accepted');
  });

  it('waits for an expired hold though a released one of the same deadline was settled late', () => {
    const account = opened('0', { creditLimit: money('10') });
    account.freeze('expired', { amount: '1', ttlSeconds: 10 });
    account.freeze('released', { amount: '1', ttlSeconds: 10 });
    account.release('released');
    account.now = start + 10_000;
    account.expireDue();
    account.deposit('d1', '1');
    account.settle('released', { completedAt: start });
    expect(account.money).toBe('0 0 1');
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
  });

  it('of a suspended account is allowed', () => {
    const account = opened('0');
    account.status('suspend', 's1');
    expect(said(account.status('close', 'c1'))).toBe('accepted');
  });

  it('is final', () => {
    const account = opened('0');
    account.status('close', 'c1');
    expect(said(account.status('resume', 'r1'))).toBe('account_closed');
    expect(said(account.open({ priceBook: 'dcloud-2023' }))).toBe('replayed');
  });

  /** Empty, with holds of 1 expired after so many seconds. */
  function expiredAt(seconds: readonly number[]): AccountDriver {
    const account = opened('0', { creditLimit: money('10') });
    for (const [index, ttlSeconds] of seconds.entries())
      account.freeze(`h${String(index)}`, { amount: '1', ttlSeconds });
    account.now = start + Math.max(...seconds) * 1_000;
    account.expireDue();
    expect(account.money).toBe('0 0 0');
    return account;
  }
});

describe('an account that does not exist', () => {
  it.each<[string, (account: AccountDriver) => Decision]>([
    ['deposit', (account) => account.deposit('d1', '1')],
    ['withdraw', (account) => account.withdraw('w1', '1')],
    ['adjust', (account) => account.adjust('a1', '1')],
    ['freeze', (account) => account.freeze('h1')],
    ['settle', (account) => account.settle('h1')],
    ['fail', (account) => account.fail('h1', 'a1')],
    ['release', (account) => account.release('h1')],
    ['expire due', (account) => account.expireDue()],
    ['suspend', (account) => account.status('suspend', 's1')],
    ['close', (account) => account.status('close', 'c1')],
  ])('%s is refused', (_, run) => {
    expect(said(run(new AccountDriver()))).toBe('account_not_found');
  });
});
