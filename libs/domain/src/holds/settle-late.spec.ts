import { describe, expect, it } from '@jest/globals';
import { type Decision, holdFacts, holdView, lateWindowMs, type OpenAccount } from '#domain';
import { type AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';

const ttlMs = 1_800_000;
const deadline = start + ttlMs;
const inTime = { completedAt: start } as const;

/** A hold of 2 has expired this very millisecond. */
function expired(balance = '100', terms: Partial<OpenAccount> = {}): AccountDriver {
  const account = opened(balance, terms);
  account.freeze('h1', { amount: '2' });
  account.now = deadline;
  account.expireDue();
  return account;
}

/** A hold of 2 was released at once. */
function released(): AccountDriver {
  const account = opened();
  account.freeze('h1', { amount: '2' });
  account.release('h1');
  return account;
}

function hold(account: AccountDriver, holdId = 'h1'): unknown {
  const facts = holdFacts(account.state, account.known, holdId);
  return facts === undefined ? undefined : holdView(facts);
}

describe('a late settle', () => {
  it('reads: settled, late, ended at the deadline, settled now', () => {
    const account = expired();
    account.now = deadline + 5;
    expect(said(account.settle('h1', inTime))).toBe('accepted');
    expect(account.money).toBe('98 0 2');
    expect(hold(account)).toMatchObject({
      status: 'settled',
      late: true,
      endedAt: deadline,
      settledAt: deadline + 5,
      settledAmount: '2',
    });
  });

  it('of a released hold may come even before its deadline; the hold’s end stays its release', () => {
    const account = released();
    account.now = start + 10;
    expect(said(account.settle('h1', { completedAt: start + 9 }))).toBe('accepted');
    expect(hold(account)).toMatchObject({ status: 'settled', late: true, endedAt: start, settledAt: start + 10 });
  });

  it.each([
    ['a ms before the opening', start - 1, 'completed_at_invalid'],
    ['the opening', start, 'accepted'],
    ['a ms before the deadline', deadline - 1, 'accepted'],
    ['the deadline', deadline, 'completed_at_invalid'],
  ])('with completedAt at %s', (_, completedAt, answer) => {
    expect(said(expired().settle('h1', { completedAt }))).toBe(answer);
  });

  it.each([
    ['a ms ago', -1, 'accepted'],
    ['now', 0, 'accepted'],
    ['a ms from now', 1, 'completed_at_invalid'],
    ['the last ms before the deadline, which is yet to come', ttlMs - 11, 'completed_at_invalid'],
  ])('of a released hold whose verification completed %s', (_, fromNow, answer) => {
    const account = released();
    account.now = start + 10;
    expect(said(account.settle('h1', { completedAt: account.now + fromNow }))).toBe(answer);
  });

  it('from a clock that is ahead is only early: it is taken once its completion is past', () => {
    const account = released();
    account.now = start + 10;
    expect(said(account.settle('h1', { completedAt: start + 12 }))).toBe('completed_at_invalid');
    account.now = start + 12;
    expect(said(account.settle('h1', { completedAt: start + 12 }))).toBe('accepted');
  });

  it('is judged by the account’s own time, which may be ahead of the wall clock', () => {
    const account = released();
    account.now = start + 10;
    account.deposit('d1', '1');
    account.wallClock = start;
    expect(said(account.settle('h1', { completedAt: start + 10 }))).toBe('accepted');
  });

  it.each([
    ['the deadline itself', 0, 'accepted'],
    ['24 h after it, less a ms', lateWindowMs - 1, 'accepted'],
    ['24 h after it', lateWindowMs, 'hold_expired'],
  ])('that comes at %s', (_, afterDeadline, answer) => {
    const account = expired();
    account.now = deadline + afterDeadline;
    expect(said(account.settle('h1', inTime))).toBe(answer);
  });

  it('of a released hold counts its 24 h from the deadline too', () => {
    const account = released();
    account.now = deadline + lateWindowMs - 1;
    expect(said(account.settle('h1', inTime))).toBe('accepted');
    const later = released();
    later.now = deadline + lateWindowMs;
    expect(said(later.settle('h1', inTime))).toBe('hold_already_released');
  });

  it('takes the next tier positions of the hold’s own year and table', () => {
    const account = opened('99999', { agreementStart: '2025-01-30' });
    account.freeze('old', { quantity: 10_000 });
    account.settle('old');
    account.freeze('h1', { quantity: 2 });
    account.now = start + 2 * 24 * 3_600_000 - 1_000;
    account.now = deadline + 13 * 3_600_000;
    account.freeze('new');
    account.settle('new');
    expect(account.settle('h1', inTime)).toMatchObject({
      events: [
        {
          type: 'hold-settled-late.v1',
          data: {
            amount: '1.6',
            lines: [{ from: 10_001, units: 2, price: '0.8', amount: '1.6' }],
            hold: {
              openedAt: start,
              expiresAt: deadline,
              ending: 'expired',
              counter: 'face-verify',
              year: '2025-01-30',
            },
          },
        },
      ],
    });
    expect(Object.fromEntries(account.state.unitsCharged)).toEqual({
      '2025-01-30 face-verify': 10_002,
      '2026-01-30 face-verify': 1,
    });
  });

  it('charges at most what all its units could have cost at the freeze', () => {
    const account = expired();
    expect(said(account.settle('h1', { ...inTime, amount: '2.00000001' }))).toBe('settle_amount_exceeds_hold amount');
    const units = opened();
    units.freeze('h1', { quantity: 2 });
    units.now = deadline;
    expect(said(units.settle('h1', { ...inTime, quantity: 3 }))).toBe('settle_amount_exceeds_hold quantity');
    expect(said(units.settle('h1', { ...inTime, quantity: 2 }))).toBe('accepted');
  });

  it('happens once: later ones are replays or name the field', () => {
    const account = expired();
    account.settle('h1', { ...inTime, amount: '1' });
    expect(said(account.settle('h1', { amount: '1' }))).toBe('replayed');
    expect(said(account.settle('h1', inTime))).toBe('hold_already_settled amount');
    expect(account.money).toBe('99 0 1');
  });

  it('uses credit to its last unit', () => {
    const account = expired('2', { creditLimit: money('0.5') });
    account.adjust('a1', '-0.5');
    expect(said(account.settle('h1', inTime))).toBe('accepted');
    expect(account.money).toBe('-0.5 0 2');
  });

  it('beyond the credit is refused, and listed as uncollected once, whatever amount is tried', () => {
    const account = expired('2', { creditLimit: money('0.5') });
    account.adjust('a1', '-0.50000001');
    expect(account.settle('h1', inTime)).toMatchObject({
      refusal: { code: 'insufficient_available_balance', facts: { available: '1.49999999', required: '2' } },
      events: [{ type: 'charge-uncollected.v1', data: { amount: '2' } }],
    });
    expect(account.settle('h1', inTime)).toMatchObject({ kind: 'refused', events: [] });
    expect(hold(account)).toMatchObject({ status: 'expired', late: false, settledAmount: '0' });
    expect(said(account.settle('h1', { ...inTime, amount: '1.99999999' }))).toBe('accepted');
  });

  it('that was uncollected is not collected after its window', () => {
    const account = expired('2');
    account.withdraw('w1', '2');
    account.settle('h1', inTime);
    account.deposit('d1', '5');
    account.now = deadline + lateWindowMs;
    expect(said(account.settle('h1', inTime))).toBe('hold_expired');
  });

  it('of nothing is taken even from an account in debt', () => {
    const account = expired('2');
    account.adjust('a1', '-5');
    expect(said(account.settle('h1', { ...inTime, amount: '0' }))).toBe('accepted');
  });

  it('on a mismatch of a product billed by match has nothing to charge: the hold stays as it ended', () => {
    const account = opened('100', { priceBook: 'test' });
    account.freeze('h1', { product: 'by-match' });
    account.now = deadline;
    expect(said(account.settle('h1', { ...inTime, outcome: 'mismatch' }))).toBe('hold_expired');
    expect(said(account.settle('h1', inTime))).toBe('accepted');
  });

  it('is not refused by limits or suspension', () => {
    const account = expired('100', { limits: { openHolds: 1, frozen: money('2'), dailySpend: money('2') } });
    account.freeze('h2', { amount: '2' });
    account.status('suspend', 's1');
    expect(said(account.settle('h1', inTime))).toBe('accepted');
  });
});

describe('a late settle’s refusals, where two apply, come in the stated order', () => {
  const tooLate = { completedAt: deadline } as const;
  const pairs: [first: string, second: string, answer: string, run: () => Decision][] = [
    ['hold unknown', 'completedAt', 'hold_not_found', () => expired().settle('none', tooLate)],
    ['same content again', 'completedAt', 'replayed', () => settledLate().settle('h1', tooLate)],
    [
      'already settled otherwise',
      'completedAt',
      'hold_already_settled outcome',
      () => settledLate().settle('h1', { ...tooLate, outcome: 'mismatch' }),
    ],
    ['completedAt', 'the 24 h are over', 'completed_at_invalid', () => later(expired()).settle('h1', tooLate)],
    ['completedAt', 'account closed', 'completed_at_invalid', () => closed().settle('h1', { completedAt: start - 1 })],
    ['the 24 h are over (expired)', 'account closed', 'hold_expired', () => later(closed(), 1).settle('h1', inTime)],
    [
      'the 24 h are over (released)',
      'account closed',
      'hold_already_released',
      () => later(closed()).settle('h1', inTime),
    ],
    ['account closed', 'balance', 'account_closed', () => closed().settle('h1', inTime)],
    ['account closed', 'amount too large', 'account_closed', () => closed().settle('h1', { ...inTime, amount: '9' })],
    [
      'amount too large',
      'balance',
      'settle_amount_exceeds_hold amount',
      () => drained().settle('h1', { ...inTime, amount: '9' }),
    ],
  ];

  it.each(pairs)('%s before %s', (_first, _second, answer, run) => {
    expect(said(run())).toBe(answer);
  });

  function settledLate(): AccountDriver {
    const account = expired();
    account.settle('h1', inTime);
    return account;
  }

  /** A closed account whose released hold could still be settled late. */
  function closed(): AccountDriver {
    const account = released();
    account.withdraw('w1', '100');
    account.closedWithReleased('c1');
    return account;
  }

  function drained(): AccountDriver {
    const account = expired('2');
    account.withdraw('w1', '2');
    return account;
  }

  function later(account: AccountDriver, expire = 0): AccountDriver {
    account.now = deadline + lateWindowMs;
    return expire === 0 ? account : closedAfterExpiry();
  }

  function closedAfterExpiry(): AccountDriver {
    const account = expired('2');
    account.now = deadline + lateWindowMs;
    account.withdraw('w1', '2');
    expect(said(account.status('close', 'c1'))).toBe('accepted');
    return account;
  }
});
