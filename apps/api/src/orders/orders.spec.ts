import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { signNotice } from '#channels';
import type { Order, OrderList, UnmatchedPayment, UnmatchedPaymentList } from '#contract';
import { InProcess, type Reply, serviceForAll } from '../../../../test/support/in-process.ts';
import { said as saidBy } from '../../../../test/support/said.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const notifications = '/v1/channels/reference/notifications';
const dayMs = 24 * 3_600_000;

const service = serviceForAll({ HOLDFAST_REFERENCE_CHANNEL_SECRET: secret }, async () => {
  await service.account('acme', '0');
});

/** One time for all notices: a transaction that is told twice was paid once. */
const paidAt = new Date();

function word(transactionId: string, order: string, change: object = {}): string {
  return JSON.stringify({ transactionId, order, amount: '100', currency: 'CNY', paidAt, ...change });
}

/** Sends a notice as the channel would: without a key, signed just now. */
function notify(text: string, headers: Readonly<Record<string, string>> = {}, path = notifications): Promise<Reply> {
  const signed = signNotice(secret, 'msg_1', Date.now(), text);
  return service.ask('POST', path, { key: null, text, headers: { ...signed, ...headers } });
}

/** The status of what went well; of a problem also its code and field. */
function said<Body>({ status, headers, text }: Reply<Body>): string {
  return status < 300 ? String(status) : saidBy(status, headers['content-type'], text);
}

async function readOrder(orderId: string): Promise<Order> {
  return (await service.get<Order>(`/v1/accounts/acme/orders/${orderId}`)).body;
}

async function available(accountId = 'acme'): Promise<string> {
  type Body = { readonly balance: { readonly available: string } };
  return (await service.get<Body>(`/v1/accounts/${accountId}`)).body.balance.available;
}

async function readUnmatched(transactionId: string): Promise<UnmatchedPayment> {
  const { body } = await service.get<UnmatchedPaymentList>('/v1/unmatched-payments?limit=500');
  const payment = body.payments.find((one) => one.transactionId === transactionId);
  if (payment === undefined) throw new Error(`no unmatched payment has the transaction ${transactionId}`);
  return payment;
}

describe('an order', () => {
  const body = { orderId: 'o1', amount: '100.00', channel: 'reference', payer: 'acme finance' };

  it('is opened, shown, and answered byte for byte as the first time', async () => {
    const first = await service.post<Order>('/v1/accounts/acme/orders', body);
    expect(first.status).toBe(201);
    const { openedAt, closesAt, ...rest } = first.body;
    expect(Date.parse(closesAt) - Date.parse(openedAt)).toBe(dayMs);
    expect(rest).toEqual({
      orderId: 'o1',
      accountId: 'acme',
      status: 'open',
      amount: '100',
      channel: 'reference',
      payer: 'acme finance',
      reference: 'acme/o1',
      transactionId: null,
      paidAt: null,
      recordedAt: null,
    });
    expect(await readOrder('o1')).toEqual(first.body);
    expect(said(await notify(word('t1', 'acme/o1')))).toBe('200');
    const again = await service.post('/v1/accounts/acme/orders', { ...body, amount: '100' });
    expect([again.status, again.text, again.headers['idempotent-replayed']]).toEqual([201, first.text, 'true']);
  });

  it('reads paid once its channel has said so, with the deposit’s id', async () => {
    const shown = await readOrder('o1');
    expect(shown).toMatchObject({ status: 'paid', transactionId: 't1' });
    expect(shown.paidAt).not.toBeNull();
    expect(await available()).toBe('100');
    const deposit = { depositId: 't1', amount: '100', reference: 'o1' };
    const recorded = await service.post('/v1/accounts/acme/deposits', deposit);
    expect(recorded.headers['idempotent-replayed']).toBe('true');
  });

  it.each<[string, object, string]>([
    ['another amount', { ...body, amount: '1' }, '409 idempotency_conflict amount'],
    ['a channel that nobody listens to', { ...body, orderId: 'o9', channel: 'bank' }, '422 unknown_channel channel'],
    ['no amount', { orderId: 'o9', channel: 'reference' }, '400 invalid_amount amount'],
    ['an amount of nothing', { ...body, orderId: 'o9', amount: '0' }, '400 invalid_amount amount'],
    ['an id that climbs', { ...body, orderId: '..' }, '400 invalid_request orderId'],
    ['a payer without a name', { ...body, orderId: 'o9', payer: '' }, '400 invalid_request payer'],
    ['a field too many', { ...body, orderId: 'o9', closesAt: 'never' }, '400 invalid_request closesAt'],
  ])('is refused with %s', async (_, sent, expected) => {
    expect(said(await service.post('/v1/accounts/acme/orders', sent))).toBe(expected);
  });

  it('is not found where there is none', async () => {
    expect(said(await service.get('/v1/accounts/acme/orders/nothing'))).toBe('404 order_not_found');
    expect(said(await service.get('/v1/accounts/nobody/orders/o1'))).toBe('404 account_not_found');
    expect(said(await service.get('/v1/accounts/nobody/orders'))).toBe('404 account_not_found');
    expect(said(await service.post('/v1/accounts/nobody/orders', body))).toBe('404 account_not_found');
  });

  it('is listed with the others in the order of opening, page by page', async () => {
    await service.account('many', '0');
    const opened = ['z', 'a', 'm'].map((orderId) => ({ orderId, amount: '1', channel: 'reference' }));
    for (const each of opened) await service.done('/v1/accounts/many/orders', each);
    expect(said(await notify(word('m1', 'many/a', { amount: '1' })))).toBe('200');
    await service.listsCaughtUp();
    const list = async (query: string): Promise<OrderList> =>
      (await service.get<OrderList>(`/v1/accounts/many/orders${query}`)).body;
    const all = await list('');
    expect(all.orders.map(({ orderId, status }) => `${orderId} ${status}`)).toEqual(['z open', 'a paid', 'm open']);
    expect(all.after).toBeNull();
    const first = await list('?limit=2');
    expect(first.after).toBe('a');
    expect((await list('?limit=2&after=a')).orders.map(({ orderId }) => orderId)).toEqual(['m']);
    expect(said(await service.get('/v1/accounts/many/orders?after=nothing'))).toBe('400 invalid_request after');
    expect(said(await service.get('/v1/accounts/many/orders?status=open'))).toBe('400 invalid_request status');
  });
});

describe('a notice', () => {
  it('pays one account alone, though the same signed transaction names orders of two, at once and later', async () => {
    for (const accountId of ['once-a', 'once-b']) {
      await service.account(accountId, '0');
      await service.done(`/v1/accounts/${accountId}/orders`, { orderId: 'o1', amount: '100', channel: 'reference' });
    }
    const names = ['once-a/o1', 'once-b/o1', 'once-a/o1', 'once-b/o1'];
    const replies = (await Promise.all(names.map((name) => notify(word('once-1', name))))).map(said).sort();
    expect(replies).toEqual(['200', '200', '409 idempotency_conflict order', '409 idempotency_conflict order']);
    const balances = await Promise.all(
      ['once-a', 'once-b'].map(
        async (id) =>
          (await service.get<{ balance: { deposited: string } }>(`/v1/accounts/${id}`)).body.balance.deposited,
      ),
    );
    expect(balances.sort()).toEqual(['0', '100']);
  });

  it('is answered the same however often it comes, and pays once', async () => {
    await service.account('often', '0');
    await service.done('/v1/accounts/often/orders', { orderId: 'o1', amount: '100', channel: 'reference' });
    const text = word('often-1', 'often/o1');
    const replies = await Promise.all(Array.from({ length: 20 }, () => notify(text)));
    expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
    expect(replies[0]?.body).toEqual({
      outcome: 'paid',
      accountId: 'often',
      orderId: 'o1',
      paymentId: null,
      reason: null,
    });
    expect(replies.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    expect(await available('often')).toBe('100');
  });

  it('is durable before it is answered', async () => {
    const before = await service.events();
    const reply = await notify(word('durable', 'acme/nothing'));
    expect(await service.events()).toBe(before + 1);
    expect(reply.body).toMatchObject({ outcome: 'unmatched', reason: 'order_not_found' });
  });

  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ['a wrong signature', word('x', 'acme/o1'), { 'webhook-signature': 'v1,AAAA' }, '401 signature_invalid'],
    ['none', word('x', 'acme/o1'), { 'webhook-signature': '' }, '401 signature_invalid'],
    [
      'an old timestamp',
      word('x', 'acme/o1'),
      signNotice(secret, 'm', Date.now() - 600_000, '{}'),
      '401 signature_invalid',
    ],
    ['no JSON', '{"transactionId":', {}, '400 invalid_request'],
    ['poison', '{"__proto__":{"amount":"1"}}', {}, '400 invalid_request transactionId'],
    ['an amount of nothing', word('x', 'acme/o1', { amount: '0' }), {}, '400 invalid_amount amount'],
    [
      'a time without a zone',
      word('x', 'acme/o1', { paidAt: '2026-03-01T08:00:00' }),
      {},
      '400 invalid_request paidAt',
    ],
  ])('is refused with %s, and leaves nothing behind', async (_, text, headers, expected) => {
    const before = await service.events();
    expect(said(await notify(text, headers))).toBe(expected);
    expect(await service.events()).toBe(before);
  });

  it('that was old when it was signed again is refused, even with a signature that is right', async () => {
    const text = word('x', 'acme/o1');
    const old = signNotice(secret, 'm', Date.now() - 301_000, text);
    expect(said(await notify(text, old))).toBe('401 signature_invalid');
  });

  it('is not taken from a channel that there is not, or by a key instead of a signature', async () => {
    const text = word('x', 'acme/o1');
    expect(said(await notify(text, {}, '/v1/channels/bank/notifications'))).toBe('404 channel_not_found');
    expect(said(await notify(text, {}, `${notifications}?dry=true`))).toBe('400 invalid_request dry');
    expect(said(await service.post(notifications, { any: 'thing' }))).toBe('401 signature_invalid');
    expect(said(await service.ask('POST', notifications, { key: 'no key at all', text }))).toBe(
      '401 signature_invalid',
    );
  });

  it('that is too large is not read', async () => {
    expect(said(await notify(word('x', 'acme/o1', { note: 'x'.repeat(17_000) })))).toBe('413 payload_too_large');
  });

  it('that contradicts an earlier one is a conflict', async () => {
    expect(said(await notify(word('t1', 'acme/o1', { amount: '7' })))).toBe('409 idempotency_conflict amount');
  });
});

describe('an unmatched payment', () => {
  it('is assigned once, answered again, and not paid back then', async () => {
    await service.account('finder', '0');
    await notify(word('u1', 'acme/nothing', { amount: '7.50' }));
    const { paymentId, ...payment } = await readUnmatched('u1');
    expect(payment).toMatchObject({
      status: 'open',
      reason: 'order_not_found',
      field: null,
      amount: '7.5',
      order: 'acme/nothing',
    });
    const path = `/v1/unmatched-payments/${paymentId}`;
    const body = { accountId: 'finder', reason: 'they called' };
    const first = await service.post<UnmatchedPayment>(`${path}/assign`, body);
    expect([first.status, first.body]).toMatchObject([
      200,
      { status: 'assigned', accountId: 'finder', depositId: 'u1', endedReason: 'they called' },
    ]);
    const again = await service.post(`${path}/assign`, body);
    expect([again.text, again.headers['idempotent-replayed']]).toEqual([first.text, 'true']);
    expect(said(await service.post(`${path}/assign`, { ...body, accountId: 'acme' }))).toBe(
      '409 unmatched_payment_ended',
    );
    const paidBack = await service.post(`${path}/pay-back`, { reason: 'sorry' });
    expect(said(paidBack)).toBe('409 unmatched_payment_ended');
    expect(paidBack.body).toMatchObject({ paymentStatus: 'assigned', accountId: 'finder' });
    expect(await available('finder')).toBe('7.5');
  });

  it('is paid back once, with a reference to that payment', async () => {
    await notify(word('u2', 'acme/o1'));
    const { paymentId, reason } = await readUnmatched('u2');
    expect(reason).toBe('order_already_paid');
    const path = `/v1/unmatched-payments/${paymentId}/pay-back`;
    const body = { reason: 'paid twice', reference: 'R-7' };
    const first = await service.post<UnmatchedPayment>(path, body);
    expect(first.body).toMatchObject({ status: 'paid-back', endedReason: 'paid twice', endedReference: 'R-7' });
    expect((await service.post(path, body)).text).toBe(first.text);
    expect(said(await service.post(path, { reason: 'paid twice' }))).toBe('409 unmatched_payment_ended');
  });

  it('is not given to an account that there is not, nor found under an id that nobody has', async () => {
    await notify(word('u3', 'acme/o1'));
    const { paymentId } = await readUnmatched('u3');
    const assign = (id: string): Promise<Reply> =>
      service.post(`/v1/unmatched-payments/${id}/assign`, { accountId: 'nobody', reason: 'r' });
    expect(said(await assign(paymentId))).toBe('404 account_not_found');
    expect(said(await assign('0'.repeat(32)))).toBe('404 unmatched_payment_not_found');
    expect((await readUnmatched('u3')).status).toBe('open');
  });

  it('is listed by status and page by page', async () => {
    const list = async (query: string): Promise<UnmatchedPaymentList> =>
      (await service.get<UnmatchedPaymentList>(`/v1/unmatched-payments${query}`)).body;
    const open = await list('?status=open');
    expect(open.payments.map(({ status }) => status)).not.toContain('assigned');
    expect(open.payments.length).toBeGreaterThan(1);
    const first = await list('?status=open&limit=1');
    expect(first.payments).toEqual(open.payments.slice(0, 1));
    const after = String(first.after);
    expect((await list(`?status=open&after=${after}`)).payments).toEqual(open.payments.slice(1));
    expect(said(await service.get('/v1/unmatched-payments?status=lost'))).toBe('400 invalid_request status');
  });

  it('is none of the business of a key that is bound to some accounts', async () => {
    const key = await service.key(['operator', 'auditor'], { accountPrefixes: ['acme'] });
    const path = `/v1/unmatched-payments/${(await readUnmatched('u3')).paymentId}`;
    const replies = [
      await service.get('/v1/unmatched-payments', { key }),
      await service.post(`${path}/assign`, { accountId: 'acme', reason: 'r' }, { key }),
      await service.post(`${path}/pay-back`, { reason: 'r' }, { key }),
    ];
    expect(replies.map((reply) => said(reply))).toEqual(Array.from({ length: 3 }, () => '403 forbidden'));
  });
});

describe('a service without channels', () => {
  it('takes no orders and no notices', async () => {
    const bare = await InProcess.open();
    await bare.account('acme', '0');
    const order = { orderId: 'o1', amount: '1', channel: 'reference' };
    expect(said(await bare.post('/v1/accounts/acme/orders', order))).toBe('422 unknown_channel channel');
    const text = word('x', 'acme/o1');
    const headers = signNotice(secret, 'm', Date.now(), text);
    expect(said(await bare.ask('POST', notifications, { key: null, text, headers }))).toBe('404 channel_not_found');
    await bare.close();
  });
});
