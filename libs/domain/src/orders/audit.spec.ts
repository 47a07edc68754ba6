import { describe, expect, it } from '@jest/globals';
import { type AccountEvent, bounds, noticeWindowMs, orderLifeMs } from '#domain';
import { type AccountDriver, opened, start } from '../../../../test/support/account-driver.ts';
import { findViolations, withChanged } from '../../../../test/support/audited.ts';

const closesAt = start + orderLifeMs;

/** Four orders: one paid in time, one closed and then paid, one closed, one open. */
function scenario(): AccountDriver {
  const account = opened('0');
  account.order('in-time', '100');
  account.order('after', '50');
  account.order('never', '20');
  account.now = start + 1_000;
  account.word('in-time', '100');
  account.now = closesAt + 5_000;
  account.word('after', '50', { transactionId: 't2', paidAt: closesAt - 1 });
  account.order('open', '7');
  return account;
}

const { events } = scenario();
const changed = (type: AccountEvent['type'], change: object | null, place = 0): readonly AccountEvent[] =>
  withChanged(events, type, change, place);

function at(place: number, type: AccountEvent['type']): AccountEvent {
  const event = events.filter((each) => each.type === type)[place];
  if (event === undefined) throw new RangeError(`there is no ${type} at ${String(place)}`);
  return event;
}

/** The history and one event more at its end, at the time of its last. */
function more(...further: readonly AccountEvent[]): readonly AccountEvent[] {
  const last = events.at(-1)?.data.at ?? 0;
  return [...events, ...further.map((event) => ({ ...event, data: { ...event.data, at: last } }) as AccountEvent)];
}

describe('an audit of orders', () => {
  it('finds nothing in a history that is in order', () => {
    expect(events.map(({ type }) => type).filter((type) => type.startsWith('order'))).toEqual([
      'order-opened.v1',
      'order-opened.v1',
      'order-opened.v1',
      'order-paid.v1',
      'order-closed.v1',
      'order-closed.v1',
      'order-paid.v1',
      'order-opened.v1',
    ]);
    expect(findViolations(events)).toEqual([]);
  });

  it.each<[string, readonly AccountEvent[], readonly string[]]>([
    ['an order of nothing', changed('order-opened.v1', { amount: '0' }, 3), ['amount-invalid']],
    [
      'an order that can be paid a millisecond longer',
      changed('order-opened.v1', { closesAt: closesAt + 5_000 + orderLifeMs + 1 }, 3),
      ['order-terms-wrong'],
    ],
    [
      'an order that can be paid a millisecond less',
      changed('order-opened.v1', { closesAt: closesAt + 5_000 + orderLifeMs - 1 }, 3),
      ['order-terms-wrong'],
    ],
    ['an order whose id was used before', changed('order-opened.v1', { orderId: 'in-time' }, 3), ['id-used-twice']],
    ['a payment of an order that there never was', changed('order-opened.v1', null, 0), ['order-not-payable']],
    [
      'a payment of an order that was paid before',
      more(at(0, 'order-paid.v1'), { ...at(0, 'funds-deposited.v1'), type: 'funds-deposited.v1' } as AccountEvent),
      ['id-used-twice', 'order-not-payable', 'id-used-twice'],
    ],
    [
      'a payment of another amount than the order’s, though it is what was deposited',
      withChanged(changed('order-paid.v1', { amount: '99' }), 'funds-deposited.v1', { amount: '99' }),
      ['order-paid-wrong'],
    ],
    [
      'a payment that was made at the millisecond of the closing',
      changed('order-paid.v1', { paidAt: closesAt }, 1),
      ['order-paid-late'],
    ],
    [
      'a closing at another time than the order’s',
      changed('order-closed.v1', { at: closesAt + 1 }, 1),
      ['due-missed', 'order-closed-wrong'],
    ],
    [
      'a closing of an order that was paid',
      changed('order-closed.v1', { orderId: 'in-time' }, 1),
      ['order-closed-wrong', 'due-missed'],
    ],
    ['a closing of an order that there never was', changed('order-opened.v1', null, 2), ['order-closed-wrong']],
    [
      'a closing that comes twice',
      [...events.slice(0, -4), at(1, 'order-closed.v1'), ...events.slice(-4)],
      ['id-used-twice', 'order-closed-wrong'],
    ],
    ['an order that is not closed at its time', changed('order-closed.v1', null, 1), ['due-missed']],
  ])('finds %s', (_, history, kinds) => {
    expect(findViolations(history)).toEqual(kinds);
  });

  it.each<[string, object | null]>([
    ['without a deposit', null],
    ['whose deposit is of another amount', { amount: '99.99999999' }],
    ['whose deposit is of another transaction', { depositId: 't9' }],
    ['whose deposit is for another order', { reference: 'never' }],
    ['whose deposit is for no order', { reference: null }],
    ['whose deposit comes a millisecond later', { at: start + 1_001 }],
  ])('finds a payment %s', (_, change) => {
    expect(findViolations(changed('funds-deposited.v1', change))).toEqual(['order-without-deposit']);
  });

  it('finds a payment that is the last event of all, without its deposit', () => {
    const paid = events.slice(0, -2);
    expect(paid.at(-1)?.type).toBe('order-paid.v1');
    expect(findViolations(paid)).toEqual(['order-without-deposit']);
  });

  it('finds word of a payment that comes 7 days after the closing, and not a millisecond before', () => {
    const heardAt = (now: number): readonly AccountEvent[] => {
      const account = opened('0');
      account.order('o1', '100');
      account.now = closesAt + noticeWindowMs - 1;
      account.word('o1', '100', { paidAt: closesAt - 1 });
      const moved = { at: now };
      return withChanged(withChanged(account.events, 'order-paid.v1', moved), 'funds-deposited.v1', moved);
    };
    expect(findViolations(heardAt(closesAt + noticeWindowMs - 1))).toEqual([]);
    expect(findViolations(heardAt(closesAt + noticeWindowMs))).toEqual(['order-paid-late']);
  });

  it('finds an order that is paid after its account was closed', () => {
    const account = opened('0');
    account.order('o1', '100');
    account.close('c1');
    const { now } = account;
    const word = { at: now, orderId: 'o1', transactionId: 't1', amount: '100', paidAt: now };
    const deposit = { at: now, depositId: 't1', amount: '100', reference: 'o1', paymentId: null };
    const history: readonly AccountEvent[] = [
      ...account.events,
      { type: 'order-paid.v1', data: word },
      { type: 'funds-deposited.v1', data: deposit },
    ];
    expect(findViolations(account.events)).toEqual([]);
    expect(findViolations(history)).toEqual(['event-after-close', 'order-not-payable', 'event-after-close']);
  });

  it('finds the thousand and first order that is open at once', () => {
    const account = opened('0');
    for (let n = 1; n <= bounds.openOrdersMax; n += 1) account.order(`o${String(n)}`, '1');
    expect(findViolations(account.events)).toEqual([]);
    const one = account.events.at(-1);
    const further = { ...one, data: { ...one?.data, orderId: 'more' } } as AccountEvent;
    expect(findViolations([...account.events, further])).toEqual(['too-many-open-orders']);
  });
});
