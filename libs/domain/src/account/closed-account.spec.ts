import { describe, expect, it } from '@jest/globals';
import { type Decision, lateWindowMs } from '#domain';
import { AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';

/*
 * Closed is final. What was answered once is answered again; of what is new each command's own refusals come in their
 * stated order, and `account_closed` where nothing before it applies.
 */

const ttlMs = 1_800_000;
const day = 86_400_000;

/** Closed, with holds that ended in every way there is. `released` can still be settled late, `expired` no more. */
function closed(): AccountDriver {
  const account = opened('10', { priceBook: 'test' });
  for (const holdId of ['settled', 'settled-late', 'expired', 'failed']) account.freeze(holdId, { amount: '1' });
  account.fail('failed', 'f1');
  account.settle('settled');
  account.settle('failed');
  account.now = start + ttlMs;
  account.settle('settled-late', { completedAt: start });
  account.now = start + ttlMs + lateWindowMs;
  account.freeze('released', { amount: '1' });
  account.release('released');
  account.freeze('mismatched', { product: 'by-match' });
  account.settle('mismatched', { outcome: 'mismatch' });
  account.withdraw('w1', '7');
  account.closedWithReleased('c1');
  account.now += 1_000;
  return account;
}

const lateFor = { released: { completedAt: start + ttlMs + lateWindowMs }, expired: { completedAt: start } } as const;

type Case = readonly [what: string, send: (account: AccountDriver) => Decision, answer: string];

const settles: readonly Case[] = [
  ['an unknown hold', (account) => account.settle('none'), 'hold_not_found'],
  ['a settled hold, the same', (account) => account.settle('settled'), 'replayed'],
  ['a settled hold, otherwise', (account) => account.settle('settled', { amount: '0' }), 'hold_already_settled amount'],
  ['a hold settled late, the same', (account) => account.settle('settled-late'), 'replayed'],
  [
    'a hold settled late, otherwise',
    (account) => account.settle('settled-late', { outcome: 'mismatch' }),
    'hold_already_settled outcome',
  ],
  [
    'a hold found not billable, the same',
    (account) => account.settle('mismatched', { outcome: 'mismatch' }),
    'replayed',
  ],
  ['a hold found not billable, otherwise', (account) => account.settle('mismatched'), 'hold_already_released outcome'],
  ['a released hold', (account) => account.settle('released'), 'hold_already_released'],
  [
    'a released hold, completed at an impossible time',
    (account) => account.settle('released', { completedAt: start }),
    'completed_at_invalid',
  ],
  ['a released hold, late', (account) => account.settle('released', lateFor.released), 'account_closed'],
  [
    'a released hold, late, for too much',
    (account) => account.settle('released', { ...lateFor.released, amount: '9' }),
    'account_closed',
  ],
  ['an expired hold', (account) => account.settle('expired'), 'hold_expired'],
  ['an expired hold, too late', (account) => account.settle('expired', lateFor.expired), 'hold_expired'],
  ['a malformed quantity', (account) => account.settle('none', { quantity: 0 }), 'invalid_request quantity'],
];

const failsAndReleases: readonly Case[] = [
  ['a failed call of an unknown hold', (account) => account.fail('none', 'f1'), 'hold_not_found'],
  ['a failed call, the same', (account) => account.fail('failed', 'f1'), 'replayed'],
  ['a failed call, otherwise', (account) => account.fail('failed', 'f1', 'other'), 'idempotency_conflict reason'],
  ['a failed call of a settled hold', (account) => account.fail('settled', 'f1'), 'hold_already_settled'],
  ['a failed call of a released hold', (account) => account.fail('released', 'f1'), 'hold_already_released'],
  ['a failed call of an expired hold', (account) => account.fail('expired', 'f1'), 'hold_expired'],
  ['a release of an unknown hold', (account) => account.release('none'), 'hold_not_found'],
  ['a release, the same', (account) => account.release('released'), 'replayed'],
  ['a release, otherwise', (account) => account.release('released', 'other'), 'hold_already_released'],
  ['a release of a settled hold', (account) => account.release('settled'), 'hold_already_settled'],
  ['a release of an expired hold', (account) => account.release('expired'), 'hold_expired'],
];

const others: readonly Case[] = [
  ['a freeze', (account) => account.freeze('new', { amount: '1' }), 'account_closed'],
  ['a freeze, the same', (account) => account.freeze('expired', { amount: '1' }), 'replayed'],
  ['a freeze, otherwise', (account) => account.freeze('expired', { amount: '2' }), 'idempotency_conflict amount'],
  ['a deposit', (account) => account.deposit('d1', '1'), 'account_closed'],
  ['a deposit, the same', (account) => account.deposit('d0', '10'), 'replayed'],
  ['a deposit, otherwise', (account) => account.deposit('d0', '9'), 'idempotency_conflict amount'],
  ['a withdrawal', (account) => account.withdraw('w2', '1'), 'account_closed'],
  ['a withdrawal, the same', (account) => account.withdraw('w1', '7'), 'replayed'],
  ['an adjustment', (account) => account.adjust('a1', '1'), 'account_closed'],
  ['a suspension', (account) => account.status('suspend', 's1'), 'account_closed'],
  ['a resumption', (account) => account.status('resume', 'r1'), 'account_closed'],
  ['a second closing', (account) => account.status('close', 'c2'), 'account_closed'],
  ['the closing, the same', (account) => account.status('close', 'c1'), 'replayed'],
  ['the closing, otherwise', (account) => account.status('close', 'c1', 'other'), 'idempotency_conflict reason'],
  ['the opening, the same', (account) => account.open({ priceBook: 'test' }), 'replayed'],
  ['the opening, otherwise', (account) => account.open(), 'account_already_exists priceBook'],
];

describe.each([
  ['remembered', () => undefined],
  [
    'known to the id index only',
    (account: AccountDriver) => {
      account.restart();
    },
  ],
])('on a closed account whose past is %s', (_, age) => {
  it.each(settles)('a settle of %s', (_what, send, answer) => {
    expectAnswer(send, answer);
  });

  it.each(failsAndReleases)('%s', (_what, send, answer) => {
    expectAnswer(send, answer);
  });

  it.each(others)('%s', (_what, send, answer) => {
    expectAnswer(send, answer);
  });

  function expectAnswer(send: (account: AccountDriver) => Decision, answer: string): void {
    const account = closed();
    age(account);
    const events = account.events.length;
    expect(said(send(account))).toBe(answer);
    expect(account.events).toHaveLength(events);
  }
});

describe('a hold that froze nothing, because its units are free,', () => {
  function withFreeHold(): AccountDriver {
    const account = new AccountDriver();
    account.open({ priceBook: 'test', creditLimit: money('0') });
    expect(account.freeze('free', { product: 'gratis' })).toMatchObject({ events: [{ data: { amount: '0' } }] });
    return account;
  }

  it('keeps its account from being closed while it is open: it may still be settled, and would count', () => {
    const account = withFreeHold();
    expect(account.status('close', 'c1')).toMatchObject({
      refusal: {
        code: 'account_not_empty',
        facts: { available: '0', frozen: '0', openHolds: 1, lateWindowOpen: false },
      },
    });
    account.settle('free');
    expect(said(account.status('close', 'c1'))).toBe('accepted');
  });

  it('keeps it from being closed through its late window', () => {
    const account = withFreeHold();
    account.now = start + ttlMs + lateWindowMs - 1;
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
    account.now += 1;
    expect(said(account.status('close', 'c1'))).toBe('accepted');
    account.now += day;
    expect(account.expireDue()).toEqual({ kind: 'accepted', events: [] });
  });
});
