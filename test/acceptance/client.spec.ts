import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChainedEvents, NO_STREAM } from '#application';
import { signNotice } from '#channels';
import { HoldfastClient, type HoldfastProblem } from '#client';
import type { PublishBookBody } from '#contract';
import { accountStream, dateAfter, dayOfDate, localDate } from '#domain';
import { type Engine, openEngine, type Server } from '#engine';
import { makeLogger, readConfig } from '#runtime';
import { listen } from '../../apps/api/src/server.ts';
import { AccountDriver, money } from '../support/account-driver.ts';
import { until } from '../support/until.ts';

/*
 * The client's routes by subject, against the service as it runs: on a port, on a file.
 */

const key = 'the-admin-key-of-the-clients-tests-01';
const channelSecret = `whsec_${randomBytes(32).toString('base64')}`;
const zone = 'Asia/Shanghai';
const today = localDate(zone, Date.now());
const billed = dateAfter(today, -2);

let directory: string;
let engine: Engine;
let server: Server;
let client: HoldfastClient;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'client-'));
  const config = readConfig({
    HOLDFAST_PORT: '0',
    HOLDFAST_DATA_DIR: directory,
    HOLDFAST_ADMIN_KEY: key,
    HOLDFAST_REFERENCE_CHANNEL_SECRET: channelSecret,
  });
  const logger = makeLogger('silent');
  engine = await openEngine(config, logger, (cause) => {
    throw cause;
  });
  server = await listen(config, engine, logger);
  await server.started;
  client = new HoldfastClient({ baseUrl: server.url, key, timeoutMs: 60_000, tryTimeoutMs: 60_000 });
  await client.openAccount({ accountId: 'agency', priceBook: 'aliyun-2021' });
  await client.deposit('agency', { depositId: 'd1', amount: '10000' });
});

afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

/** What a call was refused with: `code field`. */
async function no(call: Promise<unknown>): Promise<string> {
  const problem = await call.then(
    (value) => {
      throw new Error(`it went well: ${JSON.stringify(value)}`);
    },
    (error: unknown) => error as HoldfastProblem,
  );
  return problem.field === undefined ? problem.code : `${problem.code} ${problem.field}`;
}

describe('the client’s routes to packs', () => {
  const body = { packId: 'p1', family: 'liveness', units: 50_000, kind: 'purchase' } as const;

  it('buy a pack, say when that had been done before, and list it', async () => {
    const bought = await client.packs.take('agency', body);
    expect(bought).toMatchObject({ replayed: false, value: { packId: 'p1', price: '9100', remaining: 50_000 } });
    expect(await client.packs.take('agency', body)).toEqual({ value: bought.value, replayed: true });
    expect(await no(client.packs.take('agency', { ...body, units: 100_000 }))).toBe('idempotency_conflict units');
    const page = await client.packs.list('agency', { limit: 1 });
    expect(page.packs).toMatchObject([{ packId: 'p1', status: 'active' }]);
  });

  it('refund it, and say why another is not refunded', async () => {
    const refund = await client.packs.refund('agency', 'p1', { refundId: 'r1' });
    expect(refund).toMatchObject({ replayed: false, value: { packId: 'p1', amount: '9100' } });
    expect(await no(client.packs.refund('agency', 'p1', { refundId: 'r2' }))).toBe('pack_not_refundable');
    expect(await no(client.packs.refund('agency', 'p9', { refundId: 'r3' }))).toBe('pack_not_found');
  });
});

describe('the client’s routes to budgets and warnings', () => {
  it('set a budget and list what is used of it', async () => {
    const budget = { limit: '10', period: 'day', reason: 'the plan' } as const;
    expect(await client.budgets.set('agency', 'sales', budget)).toMatchObject({ value: { used: '0', left: '10' } });
    await client.freeze('agency', { holdId: 'b1', amount: '4', budget: 'sales' });
    expect((await client.budgets.list('agency')).budgets).toEqual([
      { name: 'sales', limit: '10', period: 'day', used: '4', left: '6' },
    ]);
    expect(await no(client.freeze('agency', { holdId: 'b2', amount: '6.01', budget: 'sales' }))).toBe(
      'budget_exceeded',
    );
  });

  it('set a threshold and list the warning that it causes', async () => {
    const asked = { changeId: 'w1', reason: 'the plan', availableBelow: '1000000' };
    expect(await client.warnings.set('agency', asked)).toMatchObject({ replayed: false });
    expect(await client.warnings.set('agency', asked)).toMatchObject({ replayed: true });
    await until(async () => (await client.warnings.list('agency')).warnings.length > 0);
    expect((await client.warnings.list('agency', { limit: 1 })).warnings).toMatchObject([{ warning: 'available-low' }]);
  });
});

describe('the client’s routes to terms and price books', () => {
  const products = { call: { basis: 'completed' as const, steps: [{ upTo: null, price: '0.3' }] } };
  const book: PublishBookBody = { name: 'mine', version: 1, products };

  it('publish a book and show it, by its name and by its version', async () => {
    expect(await client.priceBooks.publish(book)).toMatchObject({
      replayed: false,
      value: { name: 'mine', version: 1 },
    });
    expect(await client.priceBooks.publish(book)).toMatchObject({ replayed: true });
    expect(await client.priceBooks.get('mine')).toEqual(await client.priceBooks.get('mine@1'));
    expect((await client.priceBooks.list()).priceBooks.map(({ name }) => name)).toContain('mine');
    expect(await no(client.priceBooks.get('nobody'))).toBe('price_book_not_found');
  });

  it('move an account to it, with a price of its own, and say so when it is asked again', async () => {
    const asked = { changeId: 't1', reason: 'a contract', priceBook: 'mine', overrides: { call: { price: '0.25' } } };
    const changed = await client.changeTerms('agency', asked);
    expect(changed).toMatchObject({ replayed: false, value: { changeId: 't1' } });
    expect(await client.changeTerms('agency', asked)).toEqual({ value: changed.value, replayed: true });
    expect(await client.getAccount('agency')).toMatchObject({ priceBook: 'mine@1' });
    expect(await client.quote('agency', { product: 'call', quantity: 2 })).toMatchObject({ amount: '0.5' });
    expect(await no(client.changeTerms('agency', { changeId: 't2', reason: 'none' }))).toMatch(/^invalid_request/);
  });

  it('take back part of a charge, and a deposit', async () => {
    await client.freeze('agency', { holdId: 'c1', product: 'call', quantity: 2 });
    await client.settle('agency', 'c1', { outcome: 'match' });
    const refund = { refundId: 'r1', amount: '0.1', reason: 'blurred' };
    expect(await client.corrections.refund('agency', 'c1', refund)).toMatchObject({ value: { amount: '0.1' } });
    expect(await client.corrections.refund('agency', 'c1', refund)).toMatchObject({ replayed: true });
    const reversal = { reversalId: 'v1', amount: '1', reason: 'bounced' };
    expect(await client.corrections.reverseDeposit('agency', 'd1', reversal)).toMatchObject({ value: { amount: '1' } });
    expect(await no(client.corrections.reverseDeposit('agency', 'd9', reversal))).toBe('deposit_not_found');
  });
});

describe('the client’s routes to orders', () => {
  /** What the channel says, signed; not the client's to send. */
  async function notify(transactionId: string, order: string): Promise<void> {
    const text = JSON.stringify({ transactionId, order, amount: '5', currency: 'CNY', paidAt: new Date() });
    const headers = { 'content-type': 'application/json', ...signNotice(channelSecret, 'm', Date.now(), text) };
    const sent = { method: 'POST', body: text, headers };
    const { status } = await fetch(`${server.url}/v1/channels/reference/notifications`, sent);
    expect(status).toBe(200);
  }

  it('open one, show it open and paid, and list it', async () => {
    const order = { orderId: 'o1', amount: '5', channel: 'reference' };
    const opened = await client.orders.open('agency', order);
    expect(opened).toMatchObject({ replayed: false, value: { status: 'open', reference: 'agency/o1' } });
    expect(await client.orders.open('agency', order)).toMatchObject({ replayed: true });
    await notify('T1', opened.value.reference);
    expect(await client.orders.get('agency', 'o1')).toMatchObject({ status: 'paid', amount: '5' });
    expect(await no(client.orders.get('agency', 'o9'))).toBe('order_not_found');
    await until(async () => (await client.orders.list('agency')).orders.length > 0);
    expect((await client.orders.list('agency', { limit: 1 })).orders).toMatchObject([{ orderId: 'o1' }]);
  });

  it('end payments that no order takes, each once', async () => {
    for (const transactionId of ['T2', 'T3']) await notify(transactionId, 'agency/o9');
    const { payments } = await client.unmatchedPayments.list({ status: 'open' });
    expect(payments.map(({ transactionId }) => transactionId)).toEqual(['T2', 'T3']);
    const [first = '', second = ''] = payments.map(({ paymentId }) => paymentId);
    const assignment = { accountId: 'agency', reason: 'theirs' };
    expect(await client.unmatchedPayments.assign(first, assignment)).toMatchObject({ value: { status: 'assigned' } });
    expect(await client.unmatchedPayments.assign(first, assignment)).toMatchObject({ replayed: true });
    expect(await no(client.unmatchedPayments.payBack(first, { reason: 'no' }))).toBe('unmatched_payment_ended');
    const back = await client.unmatchedPayments.payBack(second, { reason: 'nobody’s', reference: 'R-1' });
    expect(back).toMatchObject({ replayed: false, value: { status: 'paid-back' } });
  });
});

describe('the client’s routes to bills', () => {
  /** An account that was charged two days ago. */
  beforeAll(async () => {
    const account = new AccountDriver();
    account.now = dayOfDate(zone, billed).from + 3_600_000;
    account.open({ accountId: 'past', priceBook: 'dcloud-2023', creditLimit: money('100') });
    account.freeze('h1', { quantity: 2 });
    account.settle('h1');
    const chain = new ChainedEvents(accountStream('past'), NO_STREAM, '0'.repeat(64));
    for (const event of account.events) chain.add(event, { actor: 'test', correlationId: 'seed' });
    await engine.store.append(chain.stream, NO_STREAM, chain.events);
    await until(async () => (await client.listAccounts()).accounts.some(({ accountId }) => accountId === 'past'));
  });

  it('bill the days that are over, and show bill and statement', async () => {
    await until(async () => (await client.bills.run(billed)).done);
    expect((await client.bills.list('past', { from: billed, to: billed })).bills).toMatchObject([{ date: billed }]);
    const bill = await client.bills.get('past', billed);
    expect(bill).toMatchObject({ accountId: 'past', date: billed, total: '1.7', owed: '1.7' });
    expect(await client.bills.statement('past', billed.slice(0, 7))).toMatchObject({ accountId: 'past', total: '1.7' });
  });

  it('say where there is none', async () => {
    expect(await no(client.bills.get('past', dateAfter(billed, -1)))).toBe('bill_not_found');
    expect(await no(client.bills.get('nobody', billed))).toBe('account_not_found');
    expect(await no(client.bills.run('2026-02-30'))).toBe('invalid_request date');
  });
});

describe('the client’s routes to proofs and keys', () => {
  it('prove an account from a checkpoint, and write down an export once', async () => {
    const made = await client.proofs.checkpoint();
    expect(await client.proofs.prove('agency')).toMatchObject({ stream: 'account-agency', checkpoint: made });
    expect((await client.proofs.checkpoints({ limit: 1 })).checkpoints).toEqual([made]);
    const exported = { exportId: 'e1', events: 1, digest: '0'.repeat(64) };
    expect(await client.proofs.logExport(exported)).toMatchObject({ replayed: false });
    expect(await client.proofs.logExport(exported)).toMatchObject({ replayed: true });
  });

  it('make a key that opens what its scopes say, and revoke it', async () => {
    const made = await client.keys.create({ name: 'reader', scopes: ['auditor'] });
    const reader = new HoldfastClient({ baseUrl: server.url, key: made.key });
    expect((await reader.packs.list('agency')).packs).toHaveLength(1);
    expect(await no(reader.orders.open('agency', { orderId: 'x', amount: '1', channel: 'reference' }))).toBe(
      'forbidden',
    );
    expect((await client.keys.list()).keys).toContainEqual(expect.objectContaining({ keyId: made.keyId }));
    expect(await client.keys.revoke(made.keyId)).toMatchObject({ keyId: made.keyId });
    expect(await no(reader.getAccount('agency'))).toBe('unauthenticated');
  });
});
