import { describe, expect, it } from '@jest/globals';
import { bounds, type Decision, holdFacts, holdStatus } from '#domain';
import { AccountDriver, opened, said, start } from '../../../../test/support/account-driver.ts';

const ttlMs = 1_800_000;

function withHold(): AccountDriver {
  const account = opened();
  account.freeze('h1');
  return account;
}

function ended(how: 'settled' | 'released' | 'expired' | 'settled late'): AccountDriver {
  const account = withHold();
  if (how === 'settled') account.settle('h1');
  if (how === 'released') account.release('h1');
  if (how === 'expired' || how === 'settled late') account.now = start + ttlMs;
  if (how === 'settled late') account.settle('h1', { completedAt: start });
  return account;
}

/** As many attempts as a hold takes, `a0` to `a99`. */
function exhausted(): AccountDriver {
  const account = withHold();
  for (let attempt = 0; attempt < bounds.attemptsMax; attempt += 1) account.fail('h1', `a${String(attempt)}`);
  return account;
}

describe('a failed call', () => {
  it('leaves the hold open and its money frozen; the money comes back at the deadline', () => {
    const account = withHold();
    expect(account.fail('h1', 'a1', 'malformed input')).toMatchObject({
      events: [
        { type: 'call-failed.v1', data: { at: start, holdId: 'h1', attemptId: 'a1', reason: 'malformed input' } },
      ],
    });
    expect(account.money).toBe('99.15 0.85 0');
    account.now = start + ttlMs;
    account.expireDue();
    expect(account.money).toBe('100 0 0');
  });

  it('does not keep the credential from being used: the hold can still be settled', () => {
    const account = withHold();
    account.fail('h1', 'a1');
    expect(said(account.settle('h1'))).toBe('accepted');
  });

  it('has an id that is unique within its hold, not within the account', () => {
    const account = withHold();
    account.freeze('h2');
    account.fail('h1', 'a1', 'one reason');
    expect(said(account.fail('h2', 'a1', 'another'))).toBe('accepted');
  });

  it('is recorded the hundredth time and not the hundred and first', () => {
    const account = withHold();
    for (let attempt = 1; attempt <= 99; attempt += 1) account.fail('h1', `a${String(attempt)}`);
    expect(said(account.fail('h1', 'a100'))).toBe('accepted');
    expect(account.fail('h1', 'a101')).toMatchObject({ refusal: { code: 'too_many_attempts', facts: { limit: 100 } } });
  });

  it('counts on after a restart from a snapshot', () => {
    const account = exhausted();
    account.restart();
    expect(said(account.fail('h1', 'one-more'))).toBe('too_many_attempts');
    expect(said(account.fail('h1', 'a7'))).toBe('replayed');
    expect(said(account.release('h1'))).toBe('credential_outstanding');
  });
});

describe('a failed call’s refusals, where two apply, come in the stated order', () => {
  const pairs: [first: string, second: string, answer: string, run: () => Decision][] = [
    ['account unknown', 'hold unknown', 'account_not_found', () => new AccountDriver().fail('none', 'a1')],
    [
      'same content again',
      'already settled',
      'replayed',
      () => failedThen((account) => account.settle('h1')).fail('h1', 'a1'),
    ],
    [
      'same content again',
      'expired',
      'replayed',
      () => failedThen((account) => (account.now = start + ttlMs)).fail('h1', 'a1'),
    ],
    [
      'other content',
      'already settled',
      'idempotency_conflict reason',
      () => failedThen((account) => account.settle('h1')).fail('h1', 'a1', 'other'),
    ],
    ['same content again', 'too many attempts', 'replayed', () => exhausted().fail('h1', 'a99')],
    ['other content', 'too many attempts', 'idempotency_conflict reason', () => exhausted().fail('h1', 'a99', 'other')],
    ['already settled', 'too many attempts', 'hold_already_settled', () => endedAfter('settle').fail('h1', 'one-more')],
    [
      'already released',
      'too many attempts',
      'hold_already_released',
      () => endedAfter('release').fail('h1', 'one-more'),
    ],
    ['expired', 'too many attempts', 'hold_expired', () => endedAfter('expire').fail('h1', 'one-more')],
  ];

  it.each(pairs)('%s before %s', (_first, _second, answer, run) => {
    expect(said(run())).toBe(answer);
  });

  it.each([
    ['settled', 'hold_already_settled'],
    ['settled late', 'hold_already_settled'],
    ['released', 'hold_already_released'],
    ['expired', 'hold_expired'],
  ] as const)('on a hold that is %s: %s', (how, answer) => {
    expect(said(ended(how).fail('h1', 'a1'))).toBe(answer);
  });

  function failedThen(next: (account: AccountDriver) => unknown): AccountDriver {
    const account = withHold();
    account.fail('h1', 'a1');
    next(account);
    return account;
  }

  function endedAfter(how: 'settle' | 'release' | 'expire'): AccountDriver {
    const account = exhausted();
    account.operator = true;
    if (how === 'settle') account.settle('h1');
    if (how === 'release') account.release('h1');
    if (how === 'expire') account.now = start + ttlMs;
    return account;
  }
});

describe('a release', () => {
  it('gives everything back now and keeps its reason', () => {
    const account = withHold();
    account.now += 5;
    expect(account.release('h1', 'the provider gave no credential')).toMatchObject({
      events: [
        {
          type: 'hold-released.v1',
          data: { at: start + 5, amount: '0.85', reason: 'the provider gave no credential', completion: null },
        },
      ],
    });
    expect(account.money).toBe('100 0 0');
  });

  it('of a hold with a recorded failure needs the operator scope, because a credential exists', () => {
    const account = withHold();
    account.fail('h1', 'a1');
    expect(account.release('h1')).toMatchObject({
      refusal: { code: 'credential_outstanding', facts: { attempts: 1 } },
    });
    account.operator = true;
    expect(said(account.release('h1'))).toBe('accepted');
  });

  it('with another reason after a release is refused as such', () => {
    expect(said(ended('released').release('h1', 'another'))).toBe('hold_already_released');
  });

  it('is answered again as it was, also after the hold was settled late', () => {
    const account = ended('released');
    const first = account.events.at(-1);
    account.settle('h1', { completedAt: start });
    const again = account.release('h1');
    expect(again).toMatchObject({ kind: 'replayed', event: first });
    if (again.kind !== 'replayed' || again.hold === undefined || again.holdNow === undefined)
      throw new TypeError('a replay has its hold');
    expect([holdStatus(again.hold), holdStatus(again.holdNow)]).toEqual(['released', 'settled']);
    expect(said(account.release('h1', 'another'))).toBe('hold_already_settled');
  });

  it('may not claim the reserved reason, whatever the hold', () => {
    for (const how of ['settled', 'released', 'expired'] as const) {
      expect(said(ended(how).release('h1', 'not-billable'))).toBe('invalid_request reason');
    }
  });

  it('does not answer for a release that a settle caused', () => {
    const account = opened('100', { priceBook: 'test' });
    account.freeze('h1', { product: 'by-match' });
    account.settle('h1', { outcome: 'mismatch' });
    expect(said(account.release('h1'))).toBe('hold_already_released');
  });
});

describe('a release’s refusals, where two apply, come in the stated order', () => {
  const withFailure = (how: 'settle' | 'release' | 'expire'): AccountDriver => {
    const account = withHold();
    account.fail('h1', 'a1');
    account.operator = how === 'release';
    if (how === 'settle') account.settle('h1');
    if (how === 'release') account.release('h1');
    if (how === 'expire') account.now = start + ttlMs;
    account.operator = false;
    return account;
  };

  it.each([
    ['hold unknown', 'anything', 'hold_not_found', () => opened().release('none')],
    ['same content again', 'credential outstanding', 'replayed', () => withFailure('release').release('h1')],
    ['already settled', 'credential outstanding', 'hold_already_settled', () => withFailure('settle').release('h1')],
    [
      'already released',
      'credential outstanding',
      'hold_already_released',
      () => withFailure('release').release('h1', 'another'),
    ],
    ['expired', 'credential outstanding', 'hold_expired', () => withFailure('expire').release('h1')],
    ['settled late', 'expired', 'hold_already_settled', () => ended('settled late').release('h1')],
  ] as const)('%s before %s', (_first, _second, answer, run) => {
    expect(said(run())).toBe(answer);
  });
});

describe('a replayed freeze', () => {
  it.each([
    ['open', () => withHold(), 'open'],
    ['settled', () => ended('settled'), 'settled'],
    ['settled late', () => ended('settled late'), 'settled'],
    ['released', () => ended('released'), 'released'],
    ['expired', () => ended('expired'), 'expired'],
  ] as const)('of a hold that is %s says so beside the first answer', (_, make, status) => {
    const account = make();
    const again = account.freeze('h1');
    if (again.kind !== 'replayed' || again.holdNow === undefined) throw new TypeError('a freeze again is replayed');
    expect(holdStatus(again.holdNow)).toBe(status);
    expect(again.hold).toEqual({ opening: again.event.data });
    expect(holdFacts(account.state, account.known, 'h1')).toEqual(again.holdNow);
  });
});
