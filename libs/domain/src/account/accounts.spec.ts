import { describe, expect, it } from '@jest/globals';
import { type AccountEvent, type IdempotencyIndex, lateWindowMs, requestKey } from '#domain';
import { AccountDriver, opened, said, start } from '../../../../test/support/account-driver.ts';

describe('opening an account', () => {
  it('fills in currency, time zone and the local date, and answers again for the same content', () => {
    const account = new AccountDriver();
    account.now = Date.UTC(2026, 0, 28, 16);
    expect(account.open({ priceBook: 'dcloud-2023' })).toMatchObject({
      events: [{ data: { currency: 'CNY', agreementStart: '2026-01-29', priceBook: 'dcloud-2023@1' } }],
    });
    account.now += 90 * 24 * 3_600_000;
    expect(said(account.open({ priceBook: 'dcloud-2023' }))).toBe('replayed');
    expect(said(account.open({ priceBook: 'dcloud-2023@1', currency: 'CNY', timeZone: 'Asia/Shanghai' }))).toBe(
      'replayed',
    );
    expect(said(account.open())).toBe('account_already_exists priceBook');
  });

  it('refuses a start in the future, an unknown zone, book or currency', () => {
    const account = new AccountDriver();
    expect(said(account.open({ agreementStart: '2026-01-30' }))).toBe('invalid_request agreementStart');
    expect(said(account.open({ agreementStart: '2026-02-30' }))).toBe('invalid_request agreementStart');
    expect(said(account.open({ timeZone: 'Mars/Base' }))).toBe('invalid_request timeZone');
    expect(said(account.open({ priceBook: 'dcloud-2023@2' }))).toBe('invalid_request priceBook');
    expect(said(account.open({ currency: 'EUR' }))).toBe('invalid_request currency');
    expect(said(account.deposit('d1', '1'))).toBe('account_not_found');
  });
});

describe('money in and out', () => {
  it('is withdrawn only from what is available, and never more than was deposited', () => {
    const account = opened('1');
    account.send({ kind: 'adjust', adjustmentId: 'a1', amount: 500_000_000n as never, reason: 'goodwill' });
    const withdraw = (id: string, amount: bigint): string =>
      said(account.send({ kind: 'withdraw', withdrawalId: id, amount: amount as never, reference: null }));
    expect(withdraw('w1', 600_000_001n)).toBe('insufficient_available_balance');
    expect(withdraw('w1', 100_000_001n)).toBe('insufficient_available_balance');
    expect(withdraw('w1', 100_000_000n)).toBe('accepted');
    expect(withdraw('w1', 100_000_000n)).toBe('replayed');
    expect(withdraw('w1', 1n)).toBe('idempotency_conflict amount');
  });

  it('stays within ±(10^18 - 1)', () => {
    const account = opened('999999999999999999');
    expect(said(account.deposit('d1', '0.00000001'))).toBe('balance_out_of_range');
  });

  it('may be adjusted below zero by an operator, with a reason', () => {
    const account = opened('1');
    account.send({ kind: 'adjust', adjustmentId: 'a1', amount: -300_000_000n as never, reason: 'clawback' });
    expect(account.money).toBe('-2 0 0');
    expect(said(account.freeze('h1', { amount: '0.1' }))).toBe('insufficient_available_balance');
  });
});

describe('the status', () => {
  it('allows what the table says', () => {
    const account = opened();
    account.freeze('h1');
    account.status('suspend', 's1');
    expect(said(account.freeze('h2'))).toBe('account_suspended');
    expect(said(account.deposit('d1', '1'))).toBe('accepted');
    expect(said(account.settle('h1'))).toBe('accepted');
    expect(said(account.status('resume', 's1'))).toBe('idempotency_conflict changeId');
    expect(said(account.status('suspend', 's1', 'other'))).toBe('idempotency_conflict reason');
    expect(said(account.status('suspend', 's1'))).toBe('replayed');
  });

  it('is closed only when the account is empty and no expired hold can be settled late any more', () => {
    const account = opened('1');
    expect(said(account.status('close', 'c1'))).toBe('account_not_empty');
    account.freeze('h1', { amount: '1', ttlSeconds: 1 });
    account.now += 1_000;
    account.send({ kind: 'withdraw', withdrawalId: 'w1', amount: 100_000_000n as never, reference: null });
    account.now = start + 1_000 + lateWindowMs - 1;
    expect(account.status('close', 'c1')).toMatchObject({
      refusal: { code: 'account_not_empty', facts: { available: '0', frozen: '0', lateWindowOpen: true } },
    });
    account.now += 1;
    expect(said(account.status('close', 'c1'))).toBe('accepted');
    expect(said(account.status('close', 'c1'))).toBe('replayed');
    expect(said(account.deposit('d9', '1'))).toBe('account_closed');
    expect(said(account.deposit('d0', '1'))).toBe('replayed');
  });
});

/** What the id index would say of a history. */
function knownFrom(events: readonly AccountEvent[]): IdempotencyIndex {
  const driver = new AccountDriver();
  return {
    hold: (holdId) => {
      const opening = events.find((event) => event.type === 'funds-frozen.v1' && event.data.holdId === holdId);
      if (opening?.type !== 'funds-frozen.v1') return undefined;
      const of = <Type extends AccountEvent['type']>(...types: Type[]): (AccountEvent & { type: Type }) | undefined =>
        events.find(
          (event): event is AccountEvent & { type: Type } =>
            types.includes(event.type as Type) && 'holdId' in event.data && event.data.holdId === holdId,
        );
      const ending = of('hold-settled.v1', 'hold-released.v1', 'hold-expired.v1');
      return { opening: opening.data, ending, late: of('hold-settled-late.v1') };
    },
    request: (key) =>
      events.find(({ type, data }) => {
        if (type === 'funds-deposited.v1') return key === requestKey('deposit', data.depositId);
        if (type === 'call-failed.v1') return key === requestKey('attempt', `${data.holdId}/${data.attemptId}`);
        return false;
      }) ?? driver.known.request(key),
    metadata: (holdId) => driver.known.metadata(holdId),
  };
}

describe('an id', () => {
  it('holds for ever, also when the account’s state has forgotten it and only the index knows', () => {
    const account = opened();
    account.freeze('h1', { metadata: { a: '1', b: '2' } });
    account.fail('h1', 'f1');
    account.settle('h1');
    account.freeze('h2');
    account.now += 3_600_000;
    account.send({ kind: 'expire-due' });
    account.settle('h2', { completedAt: start });
    account.state.undo.commit();
    account.state.recentIds.forget(account.state.summary.revision);
    expect(account.state.recentIds.size).toBe(0);
    account.known = knownFrom(account.events);
    const before = account.money;
    expect([
      said(account.deposit('d0', '100')),
      said(account.deposit('d0', '99')),
      said(account.freeze('h1', { metadata: { b: '2', a: '1' }, quantity: 1, ttlSeconds: 1_800 })),
      said(account.freeze('h1', { quantity: 2 })),
      said(account.freeze('h1', { metadata: { a: '1' } })),
      said(account.fail('h1', 'f1')),
      said(account.settle('h1')),
      said(account.settle('h2', { completedAt: 3 })),
    ]).toEqual([
      'replayed',
      'idempotency_conflict amount',
      'replayed',
      'idempotency_conflict quantity',
      'idempotency_conflict metadata',
      'replayed',
      'replayed',
      'replayed',
    ]);
    expect(account.money).toBe(before);
  });

  it('is not used up by a refusal', () => {
    const account = opened('0.5');
    expect(said(account.freeze('h1'))).toBe('insufficient_available_balance');
    account.deposit('d1', '1');
    expect(said(account.freeze('h1'))).toBe('accepted');
  });
});
