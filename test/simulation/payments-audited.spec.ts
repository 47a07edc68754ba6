import { beforeEach, describe, expect, it } from '@jest/globals';
import { ChainedEvents } from '#application';
import { BEGINNING, type RecordedEvent } from '#application/ports';
import { accountStream, PriceBookCatalog, shippedPriceBooks, toPaymentId, unmatchedStream } from '#domain';
import { MemoryEventStore } from '#event-store';
import { runAudit } from '../../apps/auditor/src/index.ts';
import { start } from '../support/account-driver.ts';
import { toLog } from '../support/chained-log.ts';
import { deposit, openAccount } from '../support/commands.ts';
import { Dice } from '../support/dice.ts';
import { order, paid, PaymentProcess } from '../support/payment-process.ts';
import { HandClock } from '../support/replica.ts';

const [first, second, third, fourth] = ['t1', 't2', 't3', 't4'].map((id) => toPaymentId('reference', id));

interface EventText {
  readonly stream: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

let history: readonly EventText[];

/** Four payments that no order takes: given to an account, given after a claim that failed, paid back, left open. */
beforeEach(async () => {
  const store = new MemoryEventStore();
  const payments = new PaymentProcess(store, new HandClock(start));
  for (const accountId of ['acme', 'beta']) await payments.replica.run(accountId, openAccount(accountId));
  await payments.replica.run('acme', order('o1', '100'));
  await payments.take(paid('t0', 'acme/o1', start));
  for (const id of ['t1', 't2', 't3', 't4']) await payments.take(paid(id, 'acme/o9', start));
  await payments.assign(first ?? '', 'acme');
  await payments.replica.run('acme', deposit('t2', '5'));
  await payments.assign(second ?? '', 'acme');
  await payments.assign(second ?? '', 'beta');
  await payments.payBack(third ?? '');
  const { events } = await store.readAll(BEGINNING, 1_000);
  history = events.map(({ stream, type, data }) => ({
    stream,
    type,
    data: JSON.parse(data) as Record<string, unknown>,
  }));
});

/** A log of these events, with its hash chain rebuilt, as somebody could make it who owns the store. */
function audited(history: readonly EventText[]): Promise<readonly string[]> {
  const chains = new Map<string, ChainedEvents>();
  const recorded = history.map(({ stream, type, data }, place): RecordedEvent => {
    const chain = chains.get(stream) ?? new ChainedEvents(stream, -1, '0'.repeat(64));
    chains.set(stream, chain);
    chain.add({ type, data }, { actor: 'thief', correlationId: 'night' });
    const event = chain.events.at(-1);
    if (event === undefined) throw new RangeError('an event was added');
    const position = place.toString(16).padStart(16, '0') as RecordedEvent['position'];
    return { ...event, stream, revision: chain.events.length - 1, position, recordedAt: 0 };
  });
  const priceBooks = new PriceBookCatalog(shippedPriceBooks);
  return runAudit(toLog(recorded), { priceBooks }).then(({ findings }) => findings.map(({ kind }) => kind));
}

/** The place of an event of a payment, or of its deposit. */
function findPlace(type: string, id: string | undefined): number {
  const place = history.findIndex((event) => event.type === type && Object.values(event.data).includes(id));
  if (place < 0) throw new RangeError(`there is no ${type} of ${String(id)}`);
  return place;
}

function changed(type: string, id: string | undefined, change: object): readonly EventText[] {
  return history.with(findPlace(type, id), {
    ...(history[findPlace(type, id)] as EventText),
    data: { ...history[findPlace(type, id)]?.data, ...change },
  });
}

function without(type: string, id: string | undefined): readonly EventText[] {
  return history.toSpliced(findPlace(type, id), 1);
}

function added(stream: string, type: string, data: object): readonly EventText[] {
  return [...history, { stream, type, data: { at: start, ...data } }];
}

function depositEvents(paymentId: string | undefined, depositId: string, accountId: string): readonly EventText[] {
  return added(accountStream(accountId), 'funds-deposited.v1', {
    depositId,
    amount: '100',
    reference: null,
    paymentId: paymentId ?? null,
  });
}

describe('an audit of payments that no order takes', () => {
  it('finds nothing in a history that is in order', async () => {
    expect(history.filter(({ stream }) => stream === unmatchedStream).map(({ type }) => type.slice(0, -3))).toEqual([
      ...Array.from({ length: 4 }, () => 'payment-unmatched'),
      'unmatched-payment-claimed',
      'unmatched-payment-assigned',
      'unmatched-payment-claimed',
      'unmatched-payment-unclaimed',
      'unmatched-payment-claimed',
      'unmatched-payment-assigned',
      'unmatched-payment-paid-back',
    ]);
    expect(await audited(history)).toEqual([]);
  });

  it.each<[string, () => readonly EventText[], readonly string[]]>([
    [
      'one that is deposited a second time, on another account',
      () => depositEvents(first, 't1', 'beta'),
      ['payment-credited-twice', 'payment-deposited-twice'],
    ],
    [
      'one that is deposited a second time, on the same account under another id',
      () => depositEvents(first, 't9', 'acme'),
      ['payment-credited-twice', 'payment-deposited-twice'],
    ],
    [
      'one that was paid back and deposited as well',
      () => depositEvents(third, 't3', 'acme'),
      ['payment-claim-wrong', 'payment-astray'],
    ],
    [
      'one that was deposited though nobody gave it to an account',
      () => depositEvents(fourth, 't4', 'acme'),
      ['payment-unclaimed', 'payment-astray'],
    ],
    [
      'one that is on another account than it was given to',
      () => changed('unmatched-payment-assigned.v1', first, { accountId: 'beta' }),
      ['payment-credited-twice', 'payment-wrong', 'payment-astray'],
    ],
    [
      'one that was given to an account which never got it',
      () => without('funds-deposited.v1', first),
      ['payment-not-deposited'],
    ],
    [
      'a deposit of another amount',
      () => changed('funds-deposited.v1', first, { amount: '100.00000001' }),
      ['payment-differs'],
    ],
    [
      'a deposit under another id than the channel’s',
      () => changed('funds-deposited.v1', first, { depositId: 't7' }),
      ['payment-differs'],
    ],
    [
      'a deposit in another currency',
      () => changed('payment-unmatched.v1', first, { currency: 'USD' }),
      ['payment-differs'],
    ],
    [
      'a deposit that is linked to no payment',
      () => changed('funds-deposited.v1', first, { paymentId: null }),
      ['payment-not-deposited'],
    ],
    [
      'one that is recorded twice',
      () =>
        added(unmatchedStream, 'payment-unmatched.v1', history[findPlace('payment-unmatched.v1', fourth)]?.data ?? {}),
      ['payment-wrong'],
    ],
    [
      'one whose id is another than its channel and transaction make',
      () => changed('payment-unmatched.v1', fourth, { channel: 'another' }),
      ['payment-wrong'],
    ],
    [
      'one that is paid back after it was given to an account',
      () =>
        added(unmatchedStream, 'unmatched-payment-paid-back.v1', { paymentId: first, reason: 'r', reference: null }),
      ['payment-wrong', 'payment-astray'],
    ],
    [
      'one that is paid back twice',
      () =>
        added(unmatchedStream, 'unmatched-payment-paid-back.v1', { paymentId: third, reason: 'r', reference: null }),
      ['payment-wrong'],
    ],
    [
      'one that was given without having been claimed',
      () => without('unmatched-payment-claimed.v1', first),
      ['payment-wrong'],
    ],
    [
      'one that was claimed for two accounts at once',
      () => without('unmatched-payment-unclaimed.v1', second),
      ['payment-wrong'],
    ],
    ['one that ends without having been recorded', () => without('payment-unmatched.v1', third), ['payment-wrong']],
    [
      'an order that took a payment which was paid back',
      () => [
        ...changed('payment-unmatched.v1', third, { order: 'beta/o5' }),
        {
          stream: accountStream('beta'),
          type: 'order-opened.v1',
          data: { ...orderState('o5'), closesAt: start + 86_400_000 },
        },
        {
          stream: accountStream('beta'),
          type: 'order-paid.v1',
          data: { at: start, orderId: 'o5', transactionId: 't3', amount: '100', paidAt: start },
        },
        {
          stream: accountStream('beta'),
          type: 'funds-deposited.v1',
          data: { at: start, depositId: 't3', amount: '100', reference: 'o5', paymentId: null },
        },
      ],
      ['payment-claim-wrong', 'payment-astray'],
    ],
    [
      'a time that runs backwards',
      () => changed('payment-unmatched.v1', second, { at: start - 1 }),
      ['time-backwards'],
    ],
    [
      'an event that nobody knows',
      () => added(unmatchedStream, 'payment-lost.v1', { paymentId: first }),
      ['event-unreadable'],
    ],
  ])('finds %s', async (_, history, kinds) => {
    expect(await audited(history())).toEqual(kinds);
  });

  it.each([
    ['an open payment', 'acme', 'd9', '7', fourth],
    ['an open payment, in everything but the link', 'acme', 't4', '100', fourth],
    ['one that was given to another account, in everything but the link', 'beta', 't1', '100', first],
    ['one that was given to this very account', 'acme', 'd9', '100', first],
    ['one that was paid back, in everything but the link', 'beta', 't3', '100', third],
    ['one that was claimed in vain', 'acme', 'd9', '100', second],
  ])(
    'holds no deposit by hand against anybody whose reference reads like %s',
    async (_, account, depositId, amount, id) => {
      expect(
        await audited(
          added(accountStream(account), 'funds-deposited.v1', { depositId, amount, reference: id, paymentId: null }),
        ),
      ).toEqual([]);
      // Also if it came before.
      const early = history.findIndex(
        ({ stream, type }) => stream === accountStream(account) && type === 'account-opened.v1',
      );
      const byHand = { at: start, depositId, amount, reference: id, paymentId: null };
      const event = { stream: accountStream(account), type: 'funds-deposited.v1', data: byHand };
      expect(await audited(history.toSpliced(early + 1, 0, event))).toEqual([]);
    },
  );

  it('takes a payment that its order took at the very moment of its recording', async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const store = new MemoryEventStore();
      const [here, there] = [
        new PaymentProcess(store, new HandClock(start)),
        new PaymentProcess(store, new HandClock(start)),
      ];
      const dice = new Dice(seed);
      await here.replica.run('acme', openAccount('acme'));
      const opens = async (): Promise<void> => {
        for (let turns = dice.between(0, 6); turns > 0; turns -= 1)
          await new Promise((resolve) => setImmediate(resolve));
        await there.replica.run('acme', order('o2', '100'));
      };
      await Promise.all([here.take(paid('t1', 'acme/o2', start)), opens(), there.take(paid('t1', 'acme/o2', start))]);
      const { events } = await store.readAll(BEGINNING, 1_000);
      expect((await runAudit(toLog(events), { priceBooks: new PriceBookCatalog(shippedPriceBooks) })).findings).toEqual(
        [],
      );
    }
  });
});

function orderState(orderId: string): object {
  return { at: start, orderId, amount: '100', channel: 'reference', payer: null };
}
