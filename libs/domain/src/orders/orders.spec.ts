import { describe, expect, it } from '@jest/globals';
import { bounds, nothingOlder, noticeWindowMs, orderFacts, orderLifeMs, type OrderStatus, orderStatus } from '#domain';
import { type AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';

const closesAt = start + orderLifeMs;

/** An account with nothing in it and an order of 100. */
function ordered(): AccountDriver {
  const account = opened('0');
  account.order('o1', '100');
  return account;
}

function readStatus(account: AccountDriver, orderId: string): OrderStatus | 'unknown' {
  const facts = orderFacts(account.state, account.known, orderId);
  return facts === undefined ? 'unknown' : orderStatus(facts, account.now, account.state.summary.closed);
}

function typesAfter(account: AccountDriver, count: number): readonly string[] {
  return account.events.slice(count).map(({ type }) => type);
}

describe('an order', () => {
  it('can be paid for 24 hours, by the channel that it names', () => {
    const account = opened('0');
    account.order('o1', '100.50', { payer: 'acme finance' });
    expect(account.events.at(-1)).toEqual({
      type: 'order-opened.v1',
      data: { at: start, orderId: 'o1', amount: '100.5', channel: 'reference', payer: 'acme finance', closesAt },
    });
    expect(readStatus(account, 'o1')).toBe('open');
    expect(account.money).toBe('0 0 0');
  });

  it('is answered as the first time when it comes again, whatever became of it, and although its channel is gone', () => {
    const account = ordered();
    const again = (): string => said(account.order('o1', '100.00', { channelKnown: false }));
    expect(again()).toBe('replayed');
    account.word('o1', '100');
    expect(again()).toBe('replayed');
    account.forget();
    expect(again()).toBe('replayed');
    account.now = closesAt + 1;
    account.restart();
    expect(again()).toBe('replayed');
    expect(account.events.filter(({ type }) => type === 'order-opened.v1')).toHaveLength(1);
  });

  it.each([
    ['amount', '100.01', {}],
    ['channel', '100', { channel: 'bank' }],
    ['payer', '100', { payer: 'somebody' }],
    ['amount', '99', { channel: 'bank', payer: 'somebody' }],
  ])('that comes again with another %s is a conflict', (field, amount, change) => {
    const account = ordered();
    expect(said(account.order('o1', amount, change))).toBe(`idempotency_conflict ${field}`);
    account.now = closesAt;
    account.forget();
    expect(said(account.order('o1', amount, change))).toBe(`idempotency_conflict ${field}`);
  });

  it('is not opened for a channel that nobody listens to', () => {
    expect(said(opened('0').order('o1', '1', { channelKnown: false }))).toBe('unknown_channel channel');
  });

  it('is opened and paid on a suspended account: that is how it gets out of arrears', () => {
    const account = opened('0');
    account.status('suspend', 's1');
    expect(said(account.order('o1', '5'))).toBe('accepted');
    expect(said(account.word('o1', '5'))).toBe('accepted');
    expect(account.money).toBe('5 0 0');
  });

  it('is not opened on a closed account; one that was opened before is answered again', () => {
    const account = ordered();
    expect(said(account.status('close', 'c1'))).toBe('accepted');
    expect(said(account.order('o2', '1'))).toBe('account_closed');
    expect(said(account.order('o1', '100'))).toBe('replayed');
    expect(readStatus(account, 'o1')).toBe('closed');
  });

  it('is closed with its account: nothing happens on a closed account any more', () => {
    const account = ordered();
    account.status('close', 'c1');
    const events = account.events.length;
    account.now = closesAt + noticeWindowMs;
    account.expireDue();
    expect(account.events).toHaveLength(events);
  });

  it('is one too many after a thousand open ones, until one of them is paid or closes', () => {
    const account = opened('0');
    for (let n = 1; n <= bounds.openOrdersMax; n += 1)
      expect(said(account.order(`o${String(n)}`, '1'))).toBe('accepted');
    expect(said(account.order('more', '1'))).toBe('too_many_open_orders');
    expect(said(account.order('o7', '1'))).toBe('replayed');
    account.word('o7', '1');
    expect(said(account.order('more', '1'))).toBe('accepted');
    expect(said(account.order('another', '1'))).toBe('too_many_open_orders');
    account.now = closesAt;
    expect(said(account.order('another', '1'))).toBe('accepted');
  });
});

describe('an order that nobody pays', () => {
  it.each([
    [closesAt - 1, 'open'],
    [closesAt, 'closed'],
    [closesAt + 1, 'closed'],
  ] as const)('reads at %d as it must: %s', (now, status) => {
    const account = ordered();
    account.now = now;
    expect(readStatus(account, 'o1')).toBe(status);
    account.expireDue();
    expect(readStatus(account, 'o1')).toBe(status);
  });

  it('closes at its time however late that is noticed, after the holds that expire at that very moment', () => {
    const account = opened('10');
    account.order('o1', '100');
    account.freeze('h1', { amount: '1', ttlSeconds: orderLifeMs / 1_000 });
    account.freeze('h2', { amount: '1', ttlSeconds: orderLifeMs / 1_000 + 1 });
    const before = account.events.length;
    account.now = closesAt + 50_000;
    account.expireDue();
    expect(account.events.slice(before)).toMatchObject([
      { type: 'hold-expired.v1', data: { at: closesAt, holdId: 'h1' } },
      { type: 'order-closed.v1', data: { at: closesAt, orderId: 'o1' } },
      { type: 'hold-expired.v1', data: { at: closesAt + 1_000, holdId: 'h2' } },
    ]);
  });

  it('closes in the order of opening with others of the same moment', () => {
    const account = opened('0');
    for (const orderId of ['z', 'a', 'm']) account.order(orderId, '1');
    account.now = closesAt;
    account.expireDue();
    const closed = account.events.flatMap((event) => (event.type === 'order-closed.v1' ? [event.data.orderId] : []));
    expect(closed).toEqual(['z', 'a', 'm']);
  });

  it('closes after a restart too', () => {
    const account = ordered();
    account.restart();
    account.now = closesAt;
    account.expireDue();
    expect(typesAfter(account, 2)).toEqual(['order-closed.v1']);
  });
});

describe('word of a payment', () => {
  it('pays the order and deposits what the channel says, under the channel’s transaction', () => {
    const account = ordered();
    account.now += 5_000;
    const decision = account.word('o1', '100', { transactionId: 'T-9', paidAt: start + 4_000 });
    expect(said(decision)).toBe('accepted');
    const at = start + 5_000;
    expect(account.events.slice(-2)).toEqual([
      {
        type: 'order-paid.v1',
        data: { at, orderId: 'o1', transactionId: 'T-9', amount: '100', paidAt: start + 4_000 },
      },
      { type: 'funds-deposited.v1', data: { at, depositId: 'T-9', amount: '100', reference: 'o1', paymentId: null } },
    ]);
    expect(account.money).toBe('100 0 0');
    expect(readStatus(account, 'o1')).toBe('paid');
    account.now = closesAt;
    account.expireDue();
    expect(readStatus(account, 'o1')).toBe('paid');
    expect(typesAfter(account, 4)).toEqual([]);
  });

  it('that comes again changes nothing, for ever, also after the account was closed', () => {
    const account = ordered();
    const paidAt = account.now;
    const again = (): string => said(account.word('o1', '100.0', { paidAt }));
    expect(again()).toBe('accepted');
    expect(again()).toBe('replayed');
    account.forget();
    expect(again()).toBe('replayed');
    account.withdraw('w1', '100');
    account.status('close', 'c1');
    account.now += 400 * orderLifeMs;
    account.restart();
    expect(again()).toBe('replayed');
    expect(account.events.filter(({ type }) => type === 'order-paid.v1')).toHaveLength(1);
  });

  it.each([
    ['amount', '101', {}],
    ['currency', '100', { currency: 'USD' }],
    ['paidAt', '100', { paidAt: start + 1 }],
  ])('of the same transaction with another %s is a contradiction of the channel’s', (field, amount, change) => {
    const account = ordered();
    account.word('o1', '100');
    expect(said(account.word('o1', amount, change))).toBe(`idempotency_conflict ${field}`);
    account.forget();
    expect(said(account.word('o1', amount, change))).toBe(`idempotency_conflict ${field}`);
  });

  it('of the same transaction for another order is a contradiction too', () => {
    const account = ordered();
    account.order('o2', '100');
    account.word('o1', '100');
    expect(said(account.word('o2', '100'))).toBe('idempotency_conflict order');
    expect(readStatus(account, 'o2')).toBe('open');
  });

  it.each([
    ['a second payment', 'order_already_paid', 'o1', '100', { transactionId: 't2' }],
    ['the same transaction id at another channel', 'order_already_paid', 'o1', '100', { channel: 'bank' }],
    ['an order that nobody opened', 'order_not_found', 'o9', '100', { transactionId: 't2' }],
    ['less than was asked for', 'payment_differs amount', 'o2', '99.99999999', { transactionId: 't2' }],
    ['more than was asked for', 'payment_differs amount', 'o2', '100.00000001', { transactionId: 't2' }],
    ['another currency', 'payment_differs currency', 'o2', '100', { transactionId: 't2', currency: 'EUR' }],
    [
      'another channel',
      'payment_differs channel',
      'o2',
      '1',
      { transactionId: 't2', channel: 'bank', currency: 'EUR' },
    ],
    ['a transaction that was deposited by hand', 'deposit_already_recorded', 'o2', '100', { transactionId: 'hand' }],
  ])('is refused for %s: %s', (_, code, orderId, amount, change) => {
    const account = ordered();
    account.order('o2', '100');
    account.word('o1', '100');
    account.deposit('hand', '100');
    const events = account.events.length;
    const { available } = account.state.summary.balance;
    for (const prepare of [
      () => undefined,
      () => {
        account.forget();
      },
      () => {
        account.restart();
      },
    ]) {
      prepare();
      expect(said(account.word(orderId, amount, change))).toBe(code);
    }
    expect(account.events).toHaveLength(events);
    expect(account.state.summary.balance.available).toBe(available);
  });

  it('is refused on a closed account, and by an account that there is not', () => {
    const account = ordered();
    account.status('close', 'c1');
    expect(said(account.word('o1', '100'))).toBe('account_closed');
    expect(said(account.word('o9', '100'))).toBe('order_not_found');
    account.state = opened('0').state;
    account.known = nothingOlder;
    expect(said(account.word('o1', '100'))).toBe('order_not_found');
  });

  it('is refused rather than let a balance leave its range', () => {
    const account = opened('999999999999999999');
    account.order('o1', '1');
    expect(said(account.word('o1', '1'))).toBe('balance_out_of_range');
    account.withdraw('w1', '1');
    expect(said(account.word('o1', '1'))).toBe('balance_out_of_range');
  });

  it.each([
    ['paid at its opening', start, start, 'accepted'],
    ['paid before its opening, by the channel’s clock', start - 60_000, start, 'accepted'],
    ['paid 1 ms before it closes, heard of then', closesAt - 1, closesAt - 1, 'accepted'],
    ['paid 1 ms before it closes, heard of as it closes', closesAt - 1, closesAt, 'accepted'],
    ['paid as it closes, heard of before by the channel’s clock', closesAt, closesAt - 1, 'order_closed'],
    ['paid as it closes', closesAt, closesAt, 'order_closed'],
    ['paid 1 ms after it closes', closesAt + 1, closesAt + 1, 'order_closed'],
    [
      'paid in time, heard of 1 ms before 7 days after it closes',
      closesAt - 1,
      closesAt + noticeWindowMs - 1,
      'accepted',
    ],
    ['paid in time, heard of 7 days after it closes', closesAt - 1, closesAt + noticeWindowMs, 'order_closed'],
  ])('counts or not, to the millisecond: %s', (_, paidAt, now, expected) => {
    for (const prepare of ['nothing', 'closed before', 'forgotten', 'restarted'] as const) {
      const account = ordered();
      account.now = now;
      if (prepare !== 'nothing') account.expireDue();
      if (prepare === 'forgotten') account.forget();
      if (prepare === 'restarted') account.restart();
      expect(said(account.word('o1', '100', { paidAt }))).toBe(expected);
      expect(account.money).toBe(expected === 'accepted' ? '100 0 0' : '0 0 0');
      const closed = account.events.filter(({ type }) => type === 'order-closed.v1');
      expect(closed).toHaveLength(now >= closesAt ? 1 : 0);
    }
  });

  it('pays an order that had closed, and it reads paid from then on', () => {
    const account = ordered();
    account.now = closesAt;
    account.expireDue();
    expect(readStatus(account, 'o1')).toBe('closed');
    account.word('o1', '100', { paidAt: closesAt - 1 });
    expect(readStatus(account, 'o1')).toBe('paid');
    account.restart();
    expect(readStatus(account, 'o1')).toBe('paid');
    expect(said(account.word('o1', '100', { transactionId: 't2', paidAt: start }))).toBe('order_already_paid');
  });

  it('that was taken back with its batch has left no trace', () => {
    const account = ordered();
    account.state.undo.commit();
    const mark = account.state.undo.mark();
    const { events } = account;
    account.word('o1', '100');
    account.state.undo.rollBackTo(mark);
    events.length = 2;
    expect(readStatus(account, 'o1')).toBe('open');
    expect(account.money).toBe('0 0 0');
    account.now = closesAt;
    account.expireDue();
    expect(typesAfter(account, 2)).toEqual(['order-closed.v1']);
  });
});

describe('commands about orders that are outside their bounds', () => {
  it.each([
    ['orderId', { orderId: 'a/b' }],
    ['channel', { channel: '' }],
    ['payer', { payer: '' }],
    ['payer', { payer: 'x'.repeat(201) }],
  ])('are refused by name: %s', (field, change) => {
    const { orderId = 'o1', ...rest } = change as { orderId?: string };
    expect(said(opened('0').order(orderId, '1', rest))).toBe(`invalid_request ${field}`);
  });

  it.each([
    ['orderId', { orderId: '..' }],
    ['channel', { channel: 'a b' }],
    ['transactionId', { transactionId: 'x'.repeat(65) }],
    ['currency', { currency: '' }],
    ['paidAt', { paidAt: -1 }],
    ['paidAt', { paidAt: 0.5 }],
  ])('are refused by name, in word of a payment: %s', (field, change) => {
    const { orderId = 'o1', ...rest } = change as { orderId?: string };
    expect(said(ordered().word(orderId, '100', rest))).toBe(`invalid_request ${field}`);
  });

  it('ask for more than nothing', () => {
    const account = ordered();
    expect(said(account.order('o2', '0'))).toBe('invalid_amount amount');
    expect(said(account.word('o1', '0'))).toBe('invalid_amount amount');
    const negative = { kind: 'open-order', orderId: 'o3', amount: money('-1'), channel: 'c', payer: null } as const;
    expect(said(account.send({ ...negative, channelKnown: true }))).toBe('invalid_amount amount');
  });
});
