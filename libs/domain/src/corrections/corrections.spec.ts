import { describe, expect, it } from '@jest/globals';
import { type AccountEventData, formatMoney, holdFacts, holdView } from '#domain';
import { type AccountDriver, money, opened, said } from '../../../../test/support/account-driver.ts';

const most = '999999999999999999';

/** An account with 100 and the hold `h1`, charged 4 of 10. */
function charged(): AccountDriver {
  const account = opened('100');
  account.freeze('h1', { amount: '10', budget: null });
  account.settle('h1', { amount: '4' });
  return account;
}

function sumRefunds(account: AccountDriver, holdId: string): string | undefined {
  const facts = holdFacts(account.state, account.known, holdId);
  return facts === undefined ? undefined : holdView(facts).refundedAmount;
}

describe('a refund', () => {
  it('moves money of the charge back to available, and the hold says how much', () => {
    const account = charged();
    expect(account.money).toBe('96 0 4');
    const openedAt = account.now;
    account.now += 5;
    expect(account.refund('r1', 'h1', '1.50')).toMatchObject({
      kind: 'accepted',
      events: [
        {
          type: 'charge-refunded.v1',
          data: {
            at: account.now,
            refundId: 'r1',
            holdId: 'h1',
            amount: '1.5',
            reason: 'blurred',
            openedAt,
            budget: null,
            refunded: '1.5',
            chargedAt: openedAt,
          },
        },
      ],
    });
    expect([account.money, sumRefunds(account, 'h1')]).toEqual(['97.5 0 2.5', '1.5']);
    const facts = holdFacts(account.state, account.known, 'h1');
    expect(facts && holdView(facts).settledAmount).toBe('4');
  });

  it('comes in parts, in total to the charge and not a unit further', () => {
    const account = charged();
    expect(said(account.refund('r1', 'h1', '3'))).toBe('accepted');
    expect(account.refund('r2', 'h1', '1.00000001')).toMatchObject({
      refusal: {
        code: 'refund_exceeds_charge',
        field: 'amount',
        facts: { charged: '4', refunded: '3', most: '1' },
      },
    });
    expect(said(account.refund('r2', 'h1', '1'))).toBe('accepted');
    expect(said(account.refund('r3', 'h1', '0.00000001'))).toBe('refund_exceeds_charge amount');
    expect([account.money, sumRefunds(account, 'h1')]).toEqual(['100 0 0', '4']);
  });

  it.each([
    ['all of it remembered', undefined],
    ['the charge in the index, the refund not', 1],
    ['all of it in the index', 0],
  ])('adds up with the refunds before it, %s', (_, behind) => {
    const account = charged();
    account.refund('r1', 'h1', '3');
    if (behind !== undefined) account.forget(behind);
    expect(sumRefunds(account, 'h1')).toBe('3');
    expect(said(account.refund('r2', 'h1', '1.00000001'))).toBe('refund_exceeds_charge amount');
    expect(said(account.refund('r2', 'h1', '1'))).toBe('accepted');
    expect(sumRefunds(account, 'h1')).toBe('4');
  });

  it('gives back a late charge too', () => {
    const account = opened('100');
    account.freeze('h1');
    const completedAt = account.now;
    account.now += 1_800_000;
    account.settle('h1', { completedAt });
    expect(said(account.refund('r1', 'h1', '0.85000001'))).toBe('refund_exceeds_charge amount');
    expect(said(account.refund('r1', 'h1', '0.85'))).toBe('accepted');
    expect([account.money, sumRefunds(account, 'h1')]).toEqual(['100 0 0', '0.85']);
  });

  it.each<[string, (account: AccountDriver) => void]>([
    ['is open', () => undefined],
    ['was released', (account) => void account.release('h2')],
    ['expired', (account) => void (account.now += 1_800_000)],
  ])('has nothing to give back of a hold that %s', (_, end) => {
    const account = charged();
    account.freeze('h2', { amount: '1' });
    end(account);
    expect(account.refund('r1', 'h2', '0.00000001')).toMatchObject({
      refusal: { code: 'refund_exceeds_charge', facts: { charged: '0', refunded: '0', most: '0' } },
    });
  });

  it('leaves the tier positions used', () => {
    const account = opened('10000');
    account.freeze('h1', { quantity: 10_000 });
    account.settle('h1');
    account.refund('r1', 'h1', '8500');
    account.freeze('h2');
    expect(account.settle('h2')).toMatchObject({ events: [{ data: { amount: '0.8', lines: [{ from: 10_001 }] } }] });
  });

  it('lets the day of the hold spend as much more, and no other day', () => {
    const account = opened('100', { limits: { openHolds: null, frozen: null, dailySpend: money('4') } });
    account.freeze('h1', { amount: '4' });
    account.settle('h1');
    expect(said(account.freeze('h2', { amount: '1' }))).toBe('spend_limit_exceeded');
    account.refund('r1', 'h1', '1');
    expect(said(account.freeze('h2', { amount: '1.00000001' }))).toBe('spend_limit_exceeded');
    expect(said(account.freeze('h2', { amount: '1' }))).toBe('accepted');
    account.now += 86_400_000;
    account.freeze('h3', { amount: '4' });
    account.refund('r2', 'h1', '1');
    expect(said(account.freeze('h4', { amount: '0.00000001' }))).toBe('spend_limit_exceeded');
  });

  it('goes to suspended accounts too, but not to closed ones', () => {
    const account = charged();
    account.refund('r1', 'h1', '1');
    account.status('suspend', 's1');
    expect(said(account.refund('r2', 'h1', '1'))).toBe('accepted');
    account.status('resume', 's2');
    account.withdraw('w1', '98');
    account.status('close', 's3');
    expect(said(account.refund('r2', 'h1', '1'))).toBe('replayed');
    expect(said(account.refund('r3', 'h1', '1'))).toBe('account_closed');
    expect(said(account.refund('r3', 'nobody', '1'))).toBe('hold_not_found');
  });

  it('never leaves the range, with what is frozen back in available', () => {
    const account = opened('2');
    account.freeze('h1', { amount: '2' });
    account.settle('h1');
    account.adjust('a1', '999999999999999998');
    account.freeze('h2', { amount: '999999999999999998' });
    expect(said(account.refund('r1', 'h1', '1.00000001'))).toBe('balance_out_of_range');
    expect(said(account.refund('r1', 'h1', '1'))).toBe('accepted');
  });

  it.each<[string, (account: AccountDriver) => ReturnType<AccountDriver['send']>, string]>([
    ['the same', (account) => account.refund('r1', 'h1', '1.0'), 'replayed'],
    ['for another hold', (account) => account.refund('r1', 'h2', '1'), 'idempotency_conflict holdId'],
    ['of another amount', (account) => account.refund('r1', 'h1', '2'), 'idempotency_conflict amount'],
    ['for another reason', (account) => account.refund('r1', 'h1', '1', 'x'), 'idempotency_conflict reason'],
  ])('with a used id: %s', (_, again, answer) => {
    const account = charged();
    account.freeze('h2', { amount: '1' });
    account.refund('r1', 'h1', '1');
    expect(said(again(account))).toBe(answer);
    account.restart();
    const events = account.events.length;
    expect(said(again(account))).toBe(answer);
    expect(account.events.length).toBe(events);
  });

  it.each([
    ['refundId', { refundId: '..' }, 'invalid_request refundId'],
    ['holdId', { holdId: 'a b' }, 'invalid_request holdId'],
    ['amount of nothing', { amount: money('0') }, 'invalid_amount amount'],
    ['amount below nothing', { amount: money('-1') }, 'invalid_amount amount'],
    ['reason of nothing', { reason: '' }, 'invalid_request reason'],
    ['reason that is too long', { reason: 'x'.repeat(201) }, 'invalid_request reason'],
  ])('is refused for a malformed %s', (_, change, answer) => {
    const command = { kind: 'refund', refundId: 'r1', holdId: 'h1', amount: money('1'), reason: 'x' } as const;
    expect(said(charged().send({ ...command, ...change }))).toBe(answer);
  });
});

describe('a reversal', () => {
  it('takes all of a deposit back, whatever was spent of it', () => {
    const account = charged();
    expect(account.reverse('v1', 'd0')).toMatchObject({
      kind: 'accepted',
      events: [
        { type: 'deposit-reversed.v1', data: { reversalId: 'v1', depositId: 'd0', amount: '100', remaining: '0' } },
      ],
    });
    expect(account.money).toBe('-4 0 4');
    expect(formatMoney(account.state.summary.balance.deposited)).toBe('0');
  });

  it('may leave available below the credit limit, where no freeze goes', () => {
    const account = opened('10', { creditLimit: money('5') });
    account.freeze('h1', { amount: '15' });
    expect(account.money).toBe('-5 15 0');
    expect(said(account.reverse('v1', 'd0', '10'))).toBe('accepted');
    expect(account.money).toBe('-15 15 0');
    expect(said(account.freeze('h2', { amount: '0.00000001' }))).toBe('insufficient_available_balance');
    account.deposit('d1', '10.00000001');
    expect(said(account.freeze('h2', { amount: '0.00000001' }))).toBe('accepted');
  });

  it.each([
    ['remembered', false],
    ['in the index', true],
  ])('comes in parts, in total to the deposit and not a unit further, %s', (_, forget) => {
    const account = opened('10');
    expect(said(account.reverse('v1', 'd0', '6'))).toBe('accepted');
    if (forget) account.restart();
    expect(account.reverse('v2', 'd0', '4.00000001')).toMatchObject({
      refusal: { code: 'reversal_exceeds_deposit', field: 'amount', facts: { deposited: '10', most: '4' } },
    });
    expect(account.reverse('v2', 'd0')).toMatchObject({ events: [{ data: { amount: '4', remaining: '0' } }] });
    if (forget) account.restart();
    expect(said(account.reverse('v3', 'd0'))).toBe('reversal_exceeds_deposit amount');
    expect(account.money).toBe('0 0 0');
  });

  it('of a deposit that was withdrawn leaves nothing to withdraw', () => {
    const account = opened('10');
    account.withdraw('w1', '10');
    account.reverse('v1', 'd0');
    account.adjust('a1', '100');
    expect(account.withdraw('w2', '0.00000001')).toMatchObject({
      refusal: { code: 'insufficient_available_balance', facts: { withdrawable: '0' } },
    });
    account.deposit('d1', '10.5');
    expect(said(account.withdraw('w2', '0.50000001'))).toBe('insufficient_available_balance');
    expect(said(account.withdraw('w2', '0.5'))).toBe('accepted');
  });

  it('is of a deposit that there is', () => {
    const account = opened('10');
    account.adjust('a1', '5');
    expect(said(account.reverse('v1', 'a1'))).toBe('deposit_not_found');
  });

  it('reaches suspended accounts, but not closed ones', () => {
    const account = opened('10');
    account.reverse('v1', 'd0', '3');
    account.status('suspend', 's1');
    expect(said(account.reverse('v2', 'd0', '3'))).toBe('accepted');
    account.status('resume', 's2');
    account.withdraw('w1', '4');
    account.status('close', 's3');
    expect(said(account.reverse('v2', 'd0', '3'))).toBe('replayed');
    expect(said(account.reverse('v3', 'd0', '3'))).toBe('account_closed');
  });

  it('never leaves the range', () => {
    const account = opened('1');
    account.adjust('a1', `-${most}`);
    account.deposit('d1', '0.5');
    expect(account.money).toBe('-999999999999999997.5 0 0');
    account.reverse('v1', 'd0');
    expect(said(account.reverse('v2', 'd1'))).toBe('accepted');
    expect(account.money).toBe(`-${most} 0 0`);
  });

  it.each<[string, (account: AccountDriver) => ReturnType<AccountDriver['send']>, string]>([
    ['the same', (account) => account.reverse('v1', 'd0', '3.0'), 'replayed'],
    ['all of it, as it was then', (account) => account.reverse('v2', 'd0'), 'replayed'],
    ['all of it, told as an amount', (account) => account.reverse('v2', 'd0', '7'), 'replayed'],
    ['all of it, where it was a part', (account) => account.reverse('v1', 'd0'), 'idempotency_conflict amount'],
    ['of another deposit', (account) => account.reverse('v1', 'd1', '3'), 'idempotency_conflict depositId'],
    ['of another amount', (account) => account.reverse('v1', 'd0', '4'), 'idempotency_conflict amount'],
    ['for another reason', (account) => account.reverse('v1', 'd0', '3', 'x'), 'idempotency_conflict reason'],
  ])('with a used id: %s', (_, again, answer) => {
    const account = opened('10');
    account.deposit('d1', '10');
    account.reverse('v1', 'd0', '3');
    account.reverse('v2', 'd0');
    expect(said(again(account))).toBe(answer);
    account.restart();
    expect(said(again(account))).toBe(answer);
  });

  it.each([
    ['reversalId', { reversalId: '' }, 'invalid_request reversalId'],
    ['depositId', { depositId: '.' }, 'invalid_request depositId'],
    ['amount of nothing', { amount: money('0') }, 'invalid_amount amount'],
    ['reason of nothing', { reason: '' }, 'invalid_request reason'],
  ])('is refused for a malformed %s', (_, change, answer) => {
    const command = {
      kind: 'reverse-deposit',
      reversalId: 'v1',
      depositId: 'd0',
      amount: money('1'),
      reason: 'x',
    } as const;
    expect(said(opened('10').send({ ...command, ...change }))).toBe(answer);
  });
});

describe('what a correction takes back', () => {
  it('is told by the event of the hold’s opening, whatever it was opened for', () => {
    const account = charged();
    const [event] = account.events.filter(({ type }) => type === 'funds-frozen.v1');
    account.refund('r1', 'h1', '1');
    const refund = account.events.at(-1)?.data as AccountEventData['charge-refunded.v1'];
    expect([refund.openedAt, refund.budget]).toEqual([event?.data.at, null]);
  });
});
