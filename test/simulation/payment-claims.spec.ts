import { beforeEach, describe, expect, it } from '@jest/globals';
import { BEGINNING } from '#application/ports';
import {
  accountStream,
  decodeEvent,
  decodePaymentClaim,
  parseMoney,
  type PaymentClaimed,
  paymentStream,
  PriceBookCatalog,
  shippedPriceBooks,
  toPaymentId,
} from '#domain';
import { runAudit } from '../../apps/auditor/src/index.ts';
import { start } from '../support/account-driver.ts';
import { toLog } from '../support/chained-log.ts';
import { openAccount } from '../support/commands.ts';
import { Dice } from '../support/dice.ts';
import { order, paid, PaymentProcess, summarizeOutcome } from '../support/payment-process.ts';
import { asked, HandClock } from '../support/replica.ts';
import { SlowStore } from '../support/slow-store.ts';

const cause = { actor: 'test', correlationId: 'test' };
const paymentId = toPaymentId('reference', 't1');
const transaction = { channel: 'reference', transactionId: 't1' };
const accounts = ['acme', 'beta'];

let store: SlowStore;
let clock: HandClock;
let here: PaymentProcess;
let there: PaymentProcess;
let third: PaymentProcess;

beforeEach(async () => {
  store = new SlowStore();
  clock = new HandClock(start);
  [here, there, third] = [1, 2, 3].map(() => new PaymentProcess(store, clock)) as [
    PaymentProcess,
    PaymentProcess,
    PaymentProcess,
  ];
  for (const accountId of accounts) {
    await here.replica.run(accountId, openAccount(accountId));
    await here.replica.run(accountId, order('o1', '100'));
  }
});

/** Who was credited with the transaction, and how often. */
async function credited(transactionId = 't1'): Promise<readonly string[]> {
  const found: string[] = [];
  for (const accountId of accounts) {
    for (const { type, data } of (await store.readStream(accountStream(accountId), 0, 1_000)).events) {
      const event = decodeEvent(type, data);
      if (event.type === 'funds-deposited.v1' && event.data.depositId === transactionId) found.push(accountId);
    }
  }
  return found;
}

async function claims(transactionId = 't1'): Promise<readonly PaymentClaimed[]> {
  const { events } = await store.readStream(paymentStream('reference', transactionId), 0, 10);
  return events.map(({ type, data }) => decodePaymentClaim(type, data));
}

async function found(): Promise<readonly string[]> {
  const { events } = await store.readAll(BEGINNING, 10_000);
  const { findings } = await runAudit(toLog(events), { priceBooks: new PriceBookCatalog(shippedPriceBooks) });
  return findings.map(({ kind }) => kind);
}

/** A process of before there were claims: it credits whatever its account takes. */
function payUnclaimed(process: PaymentProcess, accountId: string): Promise<unknown> {
  const words = {
    channel: 'reference',
    transactionId: 't1',
    amount: parseMoney('100'),
    currency: 'CNY',
    paidAt: start,
  };
  return process.replica.lanes.run(accountId, asked({ kind: 'pay-order', orderId: 'o1', ...words }));
}

describe('one transaction of a channel', () => {
  it('is claimed for the account of its order, in a stream of its own, before that is credited', async () => {
    expect(summarizeOutcome(await here.take(paid('t1', 'acme/o1', start)))).toBe('paid');
    expect(await claims()).toEqual([{ at: start, ...transaction, accountId: 'acme', orderId: 'o1' }]);
    const { events } = await store.readAll(BEGINNING, 100);
    const findPlace = (type: string): number => events.findIndex((event) => event.type === type);
    expect(findPlace('payment-claimed.v1')).toBeLessThan(findPlace('order-paid.v1'));
    expect(summarizeOutcome(await there.take(paid('t1', 'acme/o1', start)))).toBe('paid again');
    expect(await claims()).toHaveLength(1);
    expect(await found()).toEqual([]);
  });

  it('pays the order of one account alone, whatever its channel says of it later', async () => {
    await here.take(paid('t1', 'acme/o1', start));
    for (const name of ['beta/o1', 'beta/o9', 'nobody/o1', 'no reference', 'acme/o9']) {
      expect(summarizeOutcome(await there.take(paid('t1', name, start)))).toBe('idempotency_conflict order');
    }
    expect(await credited()).toEqual(['acme']);
    expect(await here.unmatched.list({ status: null, after: null, limit: 10 })).toMatchObject({ rows: [] });
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'is credited once, though three processes hear of it for two accounts at once (seed %d)',
    async (seed) => {
      store.dice = new Dice(seed);
      const said = await Promise.all([
        here.take(paid('t1', 'acme/o1', start)),
        there.take(paid('t1', 'beta/o1', start)),
        third.take(paid('t1', 'acme/o1', start)),
        third.take(paid('t1', 'beta/o9', start)),
      ]);
      expect(await credited()).toHaveLength((await claims())[0]?.orderId === 'o1' ? 1 : 0);
      expect(new Set(await credited()).size).toBeLessThanOrEqual(1);
      expect(said.map(summarizeOutcome).filter((word) => word === 'paid').length).toBeLessThanOrEqual(1);
      expect(await found()).toEqual([]);
    },
  );

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'goes one way, if it pays an order while operators send it two other ways (seed %d)',
    async (seed) => {
      store.dice = new Dice(seed);
      const [, ...others] = await Promise.all([
        here.take(paid('t1', 'acme/o1', start)),
        there.take(paid('t1', 'beta/o9', start)).then(() => there.assign(paymentId, 'beta')),
        third.take(paid('t1', 'beta/o8', start)).then(() => third.payBack(paymentId)),
      ]);
      const money = await credited();
      const back = others.map(summarizeOutcome).includes('paid-back');
      expect(money.length + (back ? 1 : 0)).toBe(1);
      expect(await found()).toEqual([]);
    },
  );

  it('that one process has claimed and not credited is credited by whichever process hears of it again', async () => {
    await third.claims.claim(transaction, { accountId: 'acme', orderId: 'o1' }, cause);
    expect(summarizeOutcome(await here.take(paid('t1', 'beta/o1', start)))).toBe('idempotency_conflict order');
    expect(summarizeOutcome(await here.take(paid('t1', 'acme/o1', start)))).toBe('paid');
    // The process that was stopped in between goes on.
    await payUnclaimed(third, 'acme');
    expect(await credited()).toEqual(['acme']);
    expect(await found()).toEqual([]);
  });

  it('whose credit fails after the claim is credited when it comes again', async () => {
    store.failAppend = (stream) => (stream === accountStream('acme') ? 'store-unavailable' : undefined);
    expect(summarizeOutcome(await here.take(paid('t1', 'acme/o1', start)))).toBe('store_unavailable');
    store.failAppend = () => undefined;
    expect(await claims()).toHaveLength(1);
    expect(await credited()).toEqual([]);
    expect(summarizeOutcome(await there.take(paid('t1', 'acme/o1', start)))).toBe('paid');
  });

  it.each(['store-unavailable', 'outcome-unknown', 'commit-then-unknown', 'commit-late'] as const)(
    'whose claim fails is not answered, and comes again: %s',
    async (error) => {
      store.failAppend = (stream) => (stream === paymentStream('reference', 't1') ? error : undefined);
      expect(['store_unavailable', 'paid']).toContain(summarizeOutcome(await here.take(paid('t1', 'acme/o1', start))));
      store.failAppend = () => undefined;
      store.commitLate();
      expect(summarizeOutcome(await there.take(paid('t1', 'acme/o1', start)))).toMatch(/^paid/);
      expect(summarizeOutcome(await there.take(paid('t1', 'beta/o1', start)))).toBe('idempotency_conflict order');
      expect(await credited()).toEqual(['acme']);
    },
  );

  it('that no order takes claims nothing, and can go to any account', async () => {
    expect(summarizeOutcome(await here.take(paid('t1', 'acme/o1', start, { amount: '99' })))).toBe(
      'unmatched payment_differs',
    );
    expect(await claims()).toEqual([]);
    expect(summarizeOutcome(await there.assign(paymentId, 'beta'))).toBe('assigned');
    expect(await claims()).toEqual([{ at: start, ...transaction, accountId: 'beta', orderId: null }]);
    expect(await credited()).toEqual(['beta']);
    expect(await found()).toEqual([]);
  });

  it('that was claimed and is unmatched as well goes to that account alone, until its order cannot take it', async () => {
    await here.take(paid('t1', 'beta/o9', start));
    await third.claims.claim(transaction, { accountId: 'acme', orderId: 'o1' }, cause);
    expect(summarizeOutcome(await here.assign(paymentId, 'beta'))).toBe('payment_claimed');
    expect(summarizeOutcome(await here.payBack(paymentId))).toBe('payment_claimed');
    await here.take(paid('t2', 'acme/o1', start));
    expect(summarizeOutcome(await here.assign(paymentId, 'beta'))).toBe('payment_claimed');
    expect(summarizeOutcome(await here.payBack(paymentId))).toBe('paid-back');
    await payUnclaimed(third, 'acme');
    expect(await credited()).toEqual([]);
    expect(await found()).toEqual([]);
  });

  it('that is claimed for an order can be assigned to the account of that order', async () => {
    await here.take(paid('t1', 'beta/o9', start));
    await third.claims.claim(transaction, { accountId: 'acme', orderId: 'o1' }, cause);
    expect(summarizeOutcome(await here.assign(paymentId, 'acme'))).toBe('assigned');
    await payUnclaimed(third, 'acme');
    expect(await credited()).toEqual(['acme']);
    expect(await found()).toEqual([]);
  });

  it('that was paid back is nobody’s, also for a process that was about to credit it', async () => {
    await here.take(paid('t1', 'beta/o9', start));
    expect(summarizeOutcome(await here.payBack(paymentId))).toBe('paid-back');
    expect(await third.claims.claim(transaction, { accountId: 'acme', orderId: 'o1' }, cause)).toMatchObject({
      accountId: null,
    });
    expect(await credited()).toEqual([]);
    expect(await found()).toEqual([]);
  });

  it('stays claimed when its deposit is reversed', async () => {
    await here.take(paid('t1', 'acme/o1', start));
    const reversal = {
      kind: 'reverse-deposit',
      reversalId: 'r1',
      depositId: 't1',
      amount: null,
      reason: 'bounced',
    } as const;
    await here.replica.run('acme', reversal, true);
    expect(summarizeOutcome(await there.take(paid('t1', 'beta/o1', start)))).toBe('idempotency_conflict order');
    expect(summarizeOutcome(await there.take(paid('t1', 'acme/o1', start)))).toBe('paid again');
    expect(await credited()).toEqual(['acme']);
  });
});

describe('what somebody deposits by hand', () => {
  it('is not the payment, however well its reference reads, and leaves it to whom it is given', async () => {
    await here.take(paid('t1', 'acme/o9', start));
    const amount = parseMoney('100');
    const byHand = { kind: 'deposit', depositId: 't1', amount, reference: paymentId } as const;
    await here.replica.run('acme', byHand, true);
    expect(summarizeOutcome(await there.assign(paymentId, 'acme'))).toBe('idempotency_conflict paymentId');
    expect(summarizeOutcome(await there.assign(paymentId, 'beta'))).toBe('assigned');
    expect(await credited()).toEqual(['acme', 'beta']);
    expect(await found()).toEqual([]);
  });

  it('under the id of a payment to come keeps that out of the account, and out of no other', async () => {
    await here.replica.run(
      'acme',
      { kind: 'deposit', depositId: 't1', amount: parseMoney('5'), reference: 'o1' },
      true,
    );
    expect(summarizeOutcome(await here.take(paid('t1', 'acme/o1', start)))).toBe('unmatched deposit_already_recorded');
    expect(summarizeOutcome(await here.assign(paymentId, 'beta'))).toBe('assigned');
    expect(await found()).toEqual([]);
  });
});

describe('a transaction that was credited before there were claims', () => {
  beforeEach(async () => {
    await payUnclaimed(here, 'acme');
    await there.replica.index.catchUp();
    expect(await claims()).toEqual([]);
  });

  it('is recognised, and claimed for the account that has it', async () => {
    expect(summarizeOutcome(await there.take(paid('t1', 'beta/o1', start)))).toBe('idempotency_conflict order');
    expect(summarizeOutcome(await there.take(paid('t1', 'acme/o1', start)))).toBe('paid again');
    expect(await claims()).toMatchObject([{ accountId: 'acme', orderId: 'o1' }]);
    expect(await credited()).toEqual(['acme']);
    expect(await found()).toEqual([]);
  });

  it('and to another account as well is found by the audit, by whichever way it came', async () => {
    await payUnclaimed(here, 'beta');
    expect(await found()).toEqual(['payment-credited-twice']);
  });

  it('and is claimed for another account since is found by the audit', async () => {
    await third.claims.claim(transaction, { accountId: 'beta', orderId: 'o1' }, cause);
    expect(await found()).toEqual(['payment-claim-wrong']);
  });
});
