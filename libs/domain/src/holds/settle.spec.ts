import { describe, expect, it } from '@jest/globals';
import { type Decision } from '#domain';
import { type AccountDriver, evidence, opened, said, start } from '../../../../test/support/account-driver.ts';

const ttlMs = 1_800_000;

describe('a settle of a priced hold', () => {
  it('charges the units that completed, all of them by default, and gives the rest back at once', () => {
    const account = opened();
    account.freeze('h1', { quantity: 3 });
    account.freeze('h2', { quantity: 3 });
    account.settle('h1');
    expect(account.money).toBe('94.9 2.55 2.55');
    expect(account.settle('h2', { quantity: 1 })).toMatchObject({
      events: [
        {
          type: 'hold-settled.v1',
          data: { quantity: 1, amount: '0.85', returned: '1.7', lines: [{ from: 4, units: 1 }] },
        },
      ],
    });
    expect(account.money).toBe('96.6 0 3.4');
  });

  it('never charges more than was frozen, even where the counter has moved into dearer tiers', () => {
    const account = opened('100', { priceBook: 'test' });
    account.freeze('cheap', { product: 'zigzag', quantity: 4 });
    account.freeze('first', { product: 'zigzag', quantity: 5 });
    account.settle('first');
    // Positions 6 to 9: two free, two at 5; the four most expensive were at 5.
    expect(account.settle('cheap')).toMatchObject({ events: [{ data: { amount: '10', returned: '10' } }] });
  });

  it('is charged by the table that the hold was opened under, from the index of tables by hash', () => {
    const account = opened();
    account.freeze('h1');
    expect(account.books.table(account.state.openHolds.get('h1')?.opening.pricing?.table ?? '')).toBeDefined();
  });

  it('records what the gateway said: completedAt and evidence, as they were said', () => {
    const account = opened();
    account.freeze('h1');
    account.settle('h1', { outcome: 'mismatch', completedAt: start - 5, evidence });
    expect(account.events.at(-1)?.data).toMatchObject({
      outcome: 'mismatch',
      completedAt: start - 5,
      evidence,
    });
  });

  it('counts as one of the year’s units also on a mismatch, where the basis is the completed call', () => {
    const account = opened();
    account.freeze('h1');
    account.settle('h1', { outcome: 'mismatch' });
    expect([...account.state.unitsCharged]).toEqual([['2026-01-29 face-verify', 1]]);
  });

  it('on a mismatch of a product billed by match moves no tier position and charges nothing', () => {
    const account = opened('100', { priceBook: 'test' });
    account.freeze('h1', { product: 'by-match', quantity: 2 });
    expect(account.settle('h1', { outcome: 'mismatch' })).toMatchObject({
      events: [
        {
          type: 'hold-released.v1',
          data: { reason: 'not-billable', amount: '4', completion: { outcome: 'mismatch', quantity: 2 } },
        },
      ],
    });
    expect(account.money).toBe('100 0 0');
    expect(account.state.unitsCharged.size).toBe(0);
    expect(said(account.settle('h1', { outcome: 'mismatch', quantity: 1 }))).toBe('hold_already_released quantity');
    expect(said(account.settle('h1', { completedAt: start }))).toBe('hold_already_released outcome');
    expect(said(account.fail('h1', 'a1'))).toBe('hold_already_released');
  });
});

describe('the time of completion of a hold that is still open', () => {
  const settledAt = start + 600_000;

  it.each<[string, number | null, string]>([
    ['none', null, 'accepted'],
    ['the opening', start, 'accepted'],
    ['60 s before the opening', start - 60_000, 'accepted'],
    ['a ms more before it', start - 60_001, 'completed_at_invalid'],
    ['the beginning of all clocks', 0, 'completed_at_invalid'],
    ['now', settledAt, 'accepted'],
    ['60 s after now, by a clock that is ahead', settledAt + 60_000, 'accepted'],
    ['a ms more after now', settledAt + 60_001, 'completed_at_invalid'],
    ['a ms before the deadline, which is yet to come', start + ttlMs - 1, 'completed_at_invalid'],
    ['the year 9999', Date.parse('9999-12-31T23:59:59.999Z'), 'completed_at_invalid'],
  ])('is refused where it cannot be: %s', (_, completedAt, answer) => {
    const holds = [{ amount: '2' }, { quantity: 2 }, { product: 'by-match', quantity: 2 }];
    for (const hold of holds) {
      for (const outcome of ['match', 'mismatch'] as const) {
        const account = opened('100', { priceBook: 'product' in hold ? 'test' : 'dcloud-2023' });
        account.freeze('h1', hold);
        account.now = settledAt;
        expect(said(account.settle('h1', { outcome, completedAt }))).toBe(answer);
        // Refused, it stays open.
        expect(said(account.settle('h1', { outcome }))).toBe(answer === 'accepted' ? 'replayed' : 'accepted');
      }
    }
  });

  it('is no question of a settle that comes again: that is answered as the first time', () => {
    const account = opened();
    account.freeze('h1');
    account.settle('h1', { completedAt: start });
    expect(said(account.settle('h1', { completedAt: Date.parse('9999-01-01T00:00:00Z') }))).toBe('replayed');
    expect(said(account.settle('h1', { completedAt: 0, quantity: 9 }))).toBe('hold_already_settled quantity');
  });

  it('is judged by the account’s own time, which may be ahead of the wall clock', () => {
    const account = opened();
    account.freeze('h1');
    account.now = start + 600_000;
    account.deposit('d1', '1');
    account.wallClock = start;
    expect(said(account.settle('h1', { completedAt: start + 600_000 }))).toBe('accepted');
  });
});

describe('a settle of a plain hold', () => {
  it('charges the amount given, all of the hold by default, and nothing where that is zero', () => {
    const account = opened();
    for (const holdId of ['all', 'part', 'nothing']) account.freeze(holdId, { amount: '2' });
    account.settle('all');
    account.settle('part', { amount: '0.50' });
    account.settle('nothing', { amount: '0' });
    expect(account.money).toBe('97.5 0 2.5');
  });

  it('charges a mismatch like a match: the outcome is only recorded', () => {
    const account = opened();
    account.freeze('h1', { amount: '2' });
    expect(account.settle('h1', { outcome: 'mismatch' })).toMatchObject({
      events: [{ data: { amount: '2', outcome: 'mismatch', lines: null } }],
    });
  });
});

describe('a settle’s refusals, where two apply, come in the stated order', () => {
  const pairs: [first: string, second: string, answer: string, run: () => Decision][] = [
    ['hold unknown', 'amount too large', 'hold_not_found', () => opened().settle('none', { amount: '9' })],
    ['same content again', 'already settled', 'replayed', () => settled().settle('h1')],
    [
      'already settled otherwise',
      'amount too large',
      'hold_already_settled amount',
      () => settled().settle('h1', { amount: '9' }),
    ],
    [
      'already settled otherwise',
      'quantity of a plain hold',
      'hold_already_settled quantity',
      () => settled().settle('h1', { quantity: 2 }),
    ],
    ['already released', 'deadline passed', 'hold_already_released', () => after(released()).settle('h1')],
    ['already released', 'amount too large', 'hold_already_released', () => released().settle('h1', { amount: '9' })],
    ['expired', 'amount too large', 'hold_expired', () => after(open()).settle('h1', { amount: '9' })],
    ['expired', 'quantity of a plain hold', 'hold_expired', () => after(open()).settle('h1', { quantity: 2 })],
  ];

  it.each(pairs)('%s before %s', (_first, _second, answer, run) => {
    expect(said(run())).toBe(answer);
  });

  function open(): AccountDriver {
    const account = opened();
    account.freeze('h1', { amount: '2' });
    return account;
  }

  function settled(): AccountDriver {
    const account = open();
    account.settle('h1');
    return account;
  }

  function released(): AccountDriver {
    const account = open();
    account.release('h1');
    return account;
  }

  function after(account: AccountDriver): AccountDriver {
    account.now = start + ttlMs;
    return account;
  }
});

describe('what does not fit the hold', () => {
  it('is an amount above it, and equality fits', () => {
    const account = opened();
    account.freeze('h1', { amount: '2' });
    expect(account.settle('h1', { amount: '2.00000001' })).toMatchObject({
      refusal: { code: 'settle_amount_exceeds_hold', field: 'amount', facts: { most: '2' } },
    });
    expect(said(account.settle('h1', { amount: '2' }))).toBe('accepted');
  });

  it('is a quantity above it, and equality fits', () => {
    const account = opened();
    account.freeze('h1', { quantity: 2 });
    expect(account.settle('h1', { quantity: 3 })).toMatchObject({
      refusal: { code: 'settle_amount_exceeds_hold', field: 'quantity', facts: { most: 2 } },
    });
    expect(said(account.settle('h1', { quantity: 2 }))).toBe('accepted');
  });

  it('is an amount for a priced hold and a quantity for a plain one', () => {
    const account = opened();
    account.freeze('priced');
    account.freeze('plain', { amount: '1' });
    expect(said(account.settle('priced', { amount: '0.85' }))).toBe('invalid_request amount');
    expect(said(account.settle('plain', { quantity: 1 }))).toBe('invalid_request quantity');
  });
});

describe('an ending races the deadline', () => {
  it.each([
    ['settle', -1, 'accepted'],
    ['settle', 0, 'hold_expired'],
    ['settle', 1, 'hold_expired'],
    ['release', -1, 'accepted'],
    ['release', 0, 'hold_expired'],
    ['fail', -1, 'accepted'],
    ['fail', 0, 'hold_expired'],
  ] as const)('%s at the deadline %i ms: %s', (what, offset, answer) => {
    const account = opened();
    account.freeze('h1');
    account.now = start + ttlMs + offset;
    const decision =
      what === 'settle' ? account.settle('h1') : what === 'release' ? account.release('h1') : account.fail('h1', 'a1');
    expect(said(decision)).toBe(answer);
    const endings = account.events.filter(({ type }) => /^hold-/.test(type));
    expect(endings).toHaveLength(what === 'fail' && offset < 0 ? 0 : 1);
  });

  it('is not moved by a clock that went back after the expiry was seen', () => {
    const account = opened();
    account.freeze('h1');
    account.now = start + ttlMs;
    account.expireDue();
    account.wallClock = start;
    expect(said(account.settle('h1'))).toBe('hold_expired');
  });
});
