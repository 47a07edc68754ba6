import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from '#application';
import {
  accountStream,
  decodeEvent,
  decodeUnmatchedEvent,
  noticeWindowMs,
  orderLifeMs,
  toPaymentId,
  unmatchedStream,
} from '#domain';
import { start } from '../support/account-driver.ts';
import { openAccount, withdraw } from '../support/commands.ts';
import { Dice } from '../support/dice.ts';
import { order, paid, PaymentProcess, summarizeOutcome } from '../support/payment-process.ts';
import { HandClock, outcome } from '../support/replica.ts';
import { SlowStore } from '../support/slow-store.ts';

const paymentId = toPaymentId('reference', 't1');
let store: SlowStore;
let clock: HandClock;
let here: PaymentProcess;
let there: PaymentProcess;

beforeEach(async () => {
  store = new SlowStore();
  clock = new HandClock(start);
  here = new PaymentProcess(store, clock);
  there = new PaymentProcess(store, clock);
  await here.replica.run('acme', openAccount('acme'));
  await here.replica.run('acme', order('o1', '100'));
});

/** The amounts that were deposited, by account and transaction. */
/** The rows of a page that must be there. */
async function parseRows<Row>(page: Promise<Page<Row>>): Promise<readonly Row[]> {
  const read = await page;
  if (typeof read === 'string') throw new Error(read);
  return read.rows;
}

async function deposits(accountId: string): Promise<readonly string[]> {
  const { events } = await store.readStream(accountStream(accountId), 0, 1_000);
  return events.flatMap(({ type, data }) => {
    const event = decodeEvent(type, data);
    return event.type === 'funds-deposited.v1' ? [`${event.data.depositId} ${event.data.amount}`] : [];
  });
}

async function recorded(): Promise<readonly string[]> {
  const { events } = await store.readStream(unmatchedStream, 0, 1_000);
  return events.map(({ type, data }) => decodeUnmatchedEvent(type, data).type.replace('.v1', ''));
}

describe('word of a payment', () => {
  it('pays its order once, though it comes to two processes at once and again and again', async () => {
    const notice = paid('t1', 'acme/o1', start);
    const said = await Promise.all([here.take(notice), there.take(notice), here.take(notice), there.take(notice)]);
    expect(said.map(summarizeOutcome).sort()).toEqual(['paid', 'paid again', 'paid again', 'paid again']);
    expect(await deposits('acme')).toEqual(['t1 100']);
    expect(await recorded()).toEqual([]);
  });

  it('of two payments for one order at two processes at once is matched for one, and kept for the other', async () => {
    const said = await Promise.all([here.take(paid('t1', 'acme/o1', start)), there.take(paid('t2', 'acme/o1', start))]);
    expect(said.map(summarizeOutcome).sort()).toEqual(['paid', 'unmatched order_already_paid']);
    expect(await deposits('acme')).toHaveLength(1);
    expect(await recorded()).toEqual(['payment-unmatched']);
  });

  it.each([
    ['an account that there is not', 'nobody/o1', {}, 'account_not_found'],
    ['an order that there is not', 'acme/o9', {}, 'order_not_found'],
    ['what is no reference of an order', 'acme', {}, 'order_not_found'],
    ['a reference that goes on', 'acme/o1/x', {}, 'order_not_found'],
    ['ids that no id can be', '../o1', {}, 'order_not_found'],
    ['another amount', 'acme/o1', { amount: '99' }, 'payment_differs'],
    ['another currency', 'acme/o1', { currency: 'USD' }, 'payment_differs'],
  ])('that names %s is kept, once, at whichever process it comes', async (_, name, change, reason) => {
    const notice = paid('t1', name, start, change);
    const said = await Promise.all([here.take(notice), there.take(notice)]);
    expect(said.map(summarizeOutcome).sort()).toEqual([`unmatched ${reason}`, `unmatched ${reason} again`]);
    expect(summarizeOutcome(await here.take(notice))).toBe(`unmatched ${reason} again`);
    expect(await recorded()).toEqual(['payment-unmatched']);
    expect(await here.unmatched.list({ status: 'open', after: null, limit: 10 })).toMatchObject({
      rows: [{ payment: { paymentId, order: name, reason, transactionId: 't1' } }],
    });
  });

  it('stays unmatched once it is, even when there comes to be an order for it', async () => {
    const notice = paid('t1', 'acme/o2', start);
    expect(summarizeOutcome(await here.take(notice))).toBe('unmatched order_not_found');
    await here.replica.run('acme', order('o2', '100'));
    expect(summarizeOutcome(await there.take(notice))).toBe('unmatched order_not_found again');
    expect(await deposits('acme')).toEqual([]);
  });

  it('that is heard of too late, or of an account that was closed, is kept', async () => {
    await here.replica.run('acme', { kind: 'close', changeId: 'c1', reason: 'goodbye' });
    expect(summarizeOutcome(await there.take(paid('t1', 'acme/o1', start)))).toBe('unmatched account_closed');
    await here.replica.run('late', openAccount('late'));
    await here.replica.run('late', order('o1', '100'));
    clock.time += orderLifeMs + noticeWindowMs;
    expect(summarizeOutcome(await there.take(paid('t2', 'late/o1', start)))).toBe('unmatched order_closed');
  });

  it('that contradicts what the channel said of the same transaction is neither taken nor kept', async () => {
    await here.take(paid('t1', 'acme/o1', start));
    await here.take(paid('t2', 'acme/o9', start));
    const said = [
      await there.take(paid('t1', 'acme/o1', start, { amount: '99' })),
      await there.take(paid('t1', 'acme/o1', start + 1)),
      await there.take(paid('t2', 'acme/o8', start)),
      await there.take(paid('t2', 'acme/o9', start, { amount: '1' })),
      await there.take(paid('t2', 'acme/o9', start, { currency: 'USD' })),
      await there.take(paid('t2', 'acme/o9', start + 1)),
    ];
    expect(said.map(summarizeOutcome)).toEqual(
      ['amount', 'paidAt', 'order', 'amount', 'currency', 'paidAt'].map((field) => `idempotency_conflict ${field}`),
    );
    expect(await recorded()).toEqual(['payment-unmatched']);
  });

  it('of one transaction id at two channels is word of two payments', async () => {
    expect(summarizeOutcome(await here.take(paid('t1', 'acme/o9', start), 'reference'))).toBe(
      'unmatched order_not_found',
    );
    expect(summarizeOutcome(await here.take(paid('t1', 'acme/o9', start), 'bank'))).toBe('unmatched order_not_found');
    expect(await here.unmatched.list({ status: null, after: paymentId, limit: 10 })).toMatchObject({
      rows: [{ payment: { channel: 'bank' } }],
    });
  });

  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'is never both matched and free to be paid back, if its order is opened at that very moment (seed %d)',
    async (seed) => {
      store.dice = new Dice(seed);
      const notice = paid('t1', 'acme/o2', start);
      const [first, , second] = await Promise.all([
        here.take(notice),
        there.replica.run('acme', order('o2', '100')),
        there.take(notice),
      ]);
      const [payment] = await parseRows(here.unmatched.list({ status: null, after: null, limit: 10 }));
      const money = await deposits('acme');
      expect(money).toEqual(payment === undefined || payment.status === 'assigned' ? ['t1 100'] : []);
      expect([undefined, 'open', 'assigned']).toContain(payment?.status);
      const words = [first, second, await here.take(notice), await there.take(notice)].map(summarizeOutcome);
      if (payment === undefined) expect(words.filter((word) => !word.startsWith('paid'))).toEqual([]);
      expect(summarizeOutcome(await there.payBack(paymentId))).toBe(
        payment === undefined
          ? 'unmatched_payment_not_found'
          : { open: 'paid-back', assigned: 'unmatched_payment_ended' }[payment.status as 'open' | 'assigned'],
      );
    },
  );
});

describe('word of a payment that cannot be kept just now', () => {
  it('is not answered, and is taken when it comes again', async () => {
    const notice = paid('t1', 'acme/o9', start);
    store.failAppend = () => 'store-unavailable';
    await expect(here.take(notice)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(summarizeOutcome(await here.take(paid('t2', 'acme/o1', start)))).toBe('store_unavailable');
    store.failAppend = () => undefined;
    expect(summarizeOutcome(await here.take(notice))).toBe('unmatched order_not_found');
    expect(summarizeOutcome(await here.take(paid('t2', 'acme/o1', start)))).toBe('paid');
  });

  it.each(['commit-then-unknown', 'commit-late', 'outcome-unknown'] as const)(
    'is kept once, whatever became of the first try: %s',
    async (error) => {
      const notice = paid('t1', 'acme/o9', start);
      let errors = 0;
      store.failAppend = () => {
        errors += 1;
        return error;
      };
      const first = here
        .take(notice)
        .then(summarizeOutcome, (error: unknown) => String((error as { code: unknown }).code));
      expect(['outcome-unknown', 'unmatched order_not_found']).toContain(await first);
      expect(errors).toBeGreaterThan(0);
      store.failAppend = () => undefined;
      clock.time += 1_000;
      const second = there.take(notice);
      store.commitLate();
      expect(summarizeOutcome(await second)).toMatch(/^unmatched order_not_found/);
      expect(summarizeOutcome(await here.take(notice))).toBe('unmatched order_not_found again');
      expect(await recorded()).toEqual(['payment-unmatched']);
    },
  );

  it('ends the process if the store must not be written to any more', async () => {
    store.failAppend = () => 'store-broken';
    await expect(here.take(paid('t1', 'acme/o9', start))).rejects.toMatchObject({ code: 'store-broken' });
    expect(here.broken).toMatchObject({ code: 'store-broken' });
  });
});

describe('an unmatched payment', () => {
  beforeEach(async () => {
    await here.take(paid('t1', 'acme/o9', start));
    await here.replica.run('other', openAccount('other'));
  });

  it('goes to the account that an operator says, once, whoever asks and however often', async () => {
    const said = await Promise.all([here.assign(paymentId, 'other'), there.assign(paymentId, 'other')]);
    expect(said.map(summarizeOutcome).every((word) => word.startsWith('assigned'))).toBe(true);
    expect(summarizeOutcome(await there.assign(paymentId, 'other'))).toBe('assigned again');
    expect(await deposits('other')).toEqual(['t1 100']);
    expect(await recorded()).toEqual(['payment-unmatched', 'unmatched-payment-claimed', 'unmatched-payment-assigned']);
  });

  it('that has ended does not end another way', async () => {
    await here.assign(paymentId, 'other');
    for (const again of [
      there.assign(paymentId, 'acme'),
      there.assign(paymentId, 'other', 'else'),
      there.payBack(paymentId),
    ]) {
      expect(summarizeOutcome(await again)).toBe('unmatched_payment_ended');
    }
    await here.take(paid('t2', 'acme/o9', start));
    const second = toPaymentId('reference', 't2');
    expect(summarizeOutcome(await here.payBack(second, 'refused', 'R-1'))).toBe('paid-back');
    expect(summarizeOutcome(await there.payBack(second, 'refused', 'R-1'))).toBe('paid-back again');
    for (const again of [there.assign(second, 'other'), there.payBack(second), there.payBack(second, 'refused')]) {
      expect(summarizeOutcome(await again)).toBe('unmatched_payment_ended');
    }
    expect(await deposits('other')).toEqual(['t1 100']);
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'goes one way if two operators send it two ways at once (seed %d)',
    async (seed) => {
      store.dice = new Dice(seed);
      const said = await Promise.all([
        here.assign(paymentId, 'other'),
        there.assign(paymentId, 'acme'),
        there.payBack(paymentId),
        here.payBack(paymentId, 'else'),
      ]);
      const words = said.map(summarizeOutcome).sort();
      expect(words.filter((word) => word === 'unmatched_payment_ended')).toHaveLength(3);
      const money = [...(await deposits('other')), ...(await deposits('acme'))];
      expect(money).toHaveLength(words.includes('assigned') ? 1 : 0);
    },
  );

  it('is not given to an account that cannot have it, and stays open', async () => {
    await here.replica.run('gone', openAccount('gone'));
    await here.replica.run('gone', { kind: 'close', changeId: 'c1', reason: 'goodbye' });
    await here.take(paid('t2', 'acme/o9', start, { currency: 'USD' }));
    expect(summarizeOutcome(await here.assign(paymentId, 'nobody'))).toBe('account_not_found');
    expect(summarizeOutcome(await here.assign(paymentId, 'gone'))).toBe('account_closed');
    expect(summarizeOutcome(await here.assign(toPaymentId('reference', 't2'), 'other'))).toBe(
      'payment_differs currency',
    );
    expect(summarizeOutcome(await here.assign('0'.repeat(32), 'other'))).toBe('unmatched_payment_not_found');
    expect(await recorded()).toEqual(['payment-unmatched', 'payment-unmatched']);
    expect(summarizeOutcome(await there.assign(paymentId, 'other'))).toBe('assigned');
  });

  it('whose transaction the account has by another way is open again at once', async () => {
    const byHand = { kind: 'deposit', depositId: 't1', amount: paid('t1', '', 0).amount, reference: null } as const;
    await here.replica.run('other', byHand);
    expect(summarizeOutcome(await here.assign(paymentId, 'other'))).toBe('idempotency_conflict reference');
    expect(await recorded()).toEqual(['payment-unmatched', 'unmatched-payment-claimed', 'unmatched-payment-unclaimed']);
    expect(summarizeOutcome(await here.payBack(paymentId))).toBe('paid-back');
  });

  it('that was claimed by a process that died is deposited by another', async () => {
    await here.replica.lanes.drain();
    store.failAppend = (stream) => (stream === accountStream('other') ? 'store-unavailable' : undefined);
    const third = new PaymentProcess(store, clock);
    expect(summarizeOutcome(await third.assign(paymentId, 'other'))).toBe('store_unavailable');
    expect(await deposits('other')).toEqual([]);
    expect(summarizeOutcome(await there.payBack(paymentId))).toBe('unmatched_payment_ended');
    store.failAppend = () => undefined;
    await there.endings.finishClaims();
    expect(await deposits('other')).toEqual(['t1 100']);
    expect(summarizeOutcome(await there.assign(paymentId, 'other'))).toBe('assigned again');
    await there.endings.finishClaims();
    expect(await recorded()).toHaveLength(3);
  });

  it('that was claimed for an account which is closed before the deposit is open again', async () => {
    await there.unmatched.change(
      (_, at) => ({
        type: 'unmatched-payment-claimed.v1',
        data: { at, paymentId, accountId: 'other', reason: 'theirs' },
      }),
      { actor: 'test', correlationId: 'test' },
    );
    await here.replica.run('other', { kind: 'close', changeId: 'c1', reason: 'goodbye' });
    await here.endings.finishClaims();
    expect(summarizeOutcome(await here.payBack(paymentId))).toBe('paid-back');
  });

  it('that is listed page by page comes in the order of recording, and by its status', async () => {
    for (const n of [2, 3, 4, 5]) await here.take(paid(`t${String(n)}`, 'acme/o9', start));
    await here.payBack(toPaymentId('reference', 't3'));
    const readIds = async (query: Parameters<typeof here.unmatched.list>[0]): Promise<readonly string[]> =>
      (await parseRows(there.unmatched.list(query))).map(({ payment }) => payment.transactionId);
    expect(await readIds({ status: null, after: null, limit: 2 })).toEqual(['t1', 't2']);
    expect(await readIds({ status: 'open', after: toPaymentId('reference', 't2'), limit: 9 })).toEqual(['t4', 't5']);
    expect(await readIds({ status: 'paid-back', after: null, limit: 9 })).toEqual(['t3']);
    expect(await readIds({ status: null, after: toPaymentId('reference', 't5'), limit: 9 })).toEqual([]);
  });
});

describe('money that an order brought', () => {
  it('is the account’s like any other', async () => {
    await here.take(paid('t1', 'acme/o1', start));
    expect(outcome(await there.replica.run('acme', withdraw('w1', '100')))).toBe('done');
  });
});
