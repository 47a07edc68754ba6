import { describe, expect, it } from '@jest/globals';
import type { BalanceAsOf, Hold, Pack, PackList, PackRefund, Quote } from '#contract';
import { type Reply, serviceForAll } from '../../../../test/support/in-process.ts';
import { said } from '../../../../test/support/said.ts';

const service = serviceForAll();

const bought = { packId: 'p1', family: 'face', units: 1_000_000, kind: 'purchase' };

async function withMoney(accountId: string): Promise<string> {
  await service.done('/v1/accounts', { accountId, priceBook: 'aliyun-2021' });
  await service.done(`/v1/accounts/${accountId}/deposits`, { depositId: 'd', amount: '10000' });
  return `/v1/accounts/${accountId}`;
}

async function packs(path: string, query = ''): Promise<PackList> {
  const { status, body } = await service.get<PackList>(`${path}/packs${query}`);
  expect(status).toBe(200);
  return body;
}

function heard({ status, headers, text }: Reply<unknown>): string {
  return said(status, headers['content-type'], text);
}

describe('the routes to packs', () => {
  it('buy a pack, answer the same again, and show it as it is now', async () => {
    const path = await withMoney('buys');
    const first = await service.post<Pack>(`${path}/packs`, bought);
    expect([first.status, first.body]).toMatchObject([
      201,
      { packId: 'p1', accountId: 'buys', units: 1_000_000, remaining: 1_000_000, price: '3600', status: 'active' },
    ]);
    await service.done(`${path}/holds`, { holdId: 'h1', product: 'face-compare', quantity: 3 });
    const again = await service.post<Pack>(`${path}/packs`, bought);
    expect([again.status, again.text, again.headers['idempotent-replayed']]).toEqual([201, first.text, 'true']);
    expect((await packs(path)).packs).toMatchObject([{ remaining: 999_997, reserved: 3 }]);
    const account = await service.get<{ balance: object }>(path);
    expect(account.body.balance).toMatchObject({ available: '6400', frozen: '0', packs: '3600' });
  });

  it('show what a hold takes from packs, before it is frozen and after it is settled', async () => {
    const path = await withMoney('shows');
    await service.done(`${path}/packs`, { packId: 't1', family: 'liveness', units: 100, kind: 'trial' });
    const quote = await service.post<Quote>(`${path}/quotes`, { product: 'liveness', quantity: 101 });
    expect(quote.body).toMatchObject({ amount: '0.182', packs: [{ packId: 't1', units: 100 }] });
    const frozen = await service.post<Hold>(`${path}/holds`, { holdId: 'h', product: 'liveness', quantity: 101 });
    expect(frozen.body).toMatchObject({
      amount: '0.182',
      packs: { reserved: [{ packId: 't1', units: 100 }], consumed: null, forfeited: null },
    });
    const settled = await service.post<Hold>(`${path}/holds/h/settle`, { outcome: 'mismatch', quantity: 40 });
    expect(settled.body).toMatchObject({
      settledAmount: '0',
      settledQuantity: 40,
      packs: { reserved: [{ packId: 't1', units: 100 }], consumed: [{ packId: 't1', units: 40 }] },
    });
    const plain = await service.post<Hold>(`${path}/holds`, { holdId: 'plain', amount: '1' });
    expect(plain.body.packs).toBeNull();
  });

  it('refund a pack once, and say why another is not refunded', async () => {
    const path = await withMoney('refunds');
    await service.done(`${path}/packs`, bought);
    const refund = await service.post<PackRefund>(`${path}/packs/p1/refund`, { refundId: 'r1' });
    expect([refund.status, refund.body]).toMatchObject([200, { packId: 'p1', amount: '3600', units: 1_000_000 }]);
    const again = await service.post<PackRefund>(`${path}/packs/p1/refund`, { refundId: 'r1' });
    expect([again.text, again.headers['idempotent-replayed']]).toEqual([refund.text, 'true']);
    expect((await packs(path)).packs).toMatchObject([{ status: 'refunded', refunded: 1_000_000 }]);
    expect(heard(await service.post(`${path}/packs/p1/refund`, { refundId: 'r2' }))).toContain('pack_not_refundable');
    expect(heard(await service.post(`${path}/packs/p9/refund`, { refundId: 'r2' }))).toContain('pack_not_found');
  });

  it('grant with a reason only, take one trial per family, and sell what the price book has', async () => {
    const path = await withMoney('rules');
    const grant = { packId: 'g', family: 'face', units: 5, kind: 'grant' };
    expect(heard(await service.post(`${path}/packs`, grant))).toContain('invalid_request');
    expect((await service.post(`${path}/packs`, { ...grant, reason: 'gift' })).status).toBe(201);
    const trial = { family: 'liveness', units: 100, kind: 'trial' };
    await service.done(`${path}/packs`, { ...trial, packId: 't1' });
    expect(heard(await service.post(`${path}/packs`, { ...trial, packId: 't2' }))).toContain('trial_already_taken');
    expect(heard(await service.post(`${path}/packs`, { ...bought, units: 7 }))).toContain('unknown_product');
    const dear = { packId: 'x', family: 'real-person', units: 50_000, kind: 'purchase' };
    expect(heard(await service.post(`${path}/packs`, dear))).toContain('insufficient_available_balance');
  });

  it('list packs in the order in which they came, page by page', async () => {
    const path = await withMoney('lists');
    for (const packId of ['b', 'a', 'c'])
      await service.done(`${path}/packs`, { ...bought, packId, units: 1_000_000, kind: 'grant', reason: 'r' });
    const page = await packs(path, '?limit=2');
    expect([page.packs.map(({ packId }) => packId), page.after]).toEqual([['b', 'a'], 'a']);
    const rest = await packs(path, '?after=a');
    expect([rest.packs.map(({ packId }) => packId), rest.after]).toEqual([['c'], null]);
    expect((await service.get<{ field: string }>(`${path}/packs?after=nobody`)).body.field).toBe('after');
    expect((await service.get('/v1/accounts/nobody/packs')).status).toBe(404);
  });

  it('show where the units of a pack were at any moment', async () => {
    const path = await withMoney('then');
    await service.done(`${path}/packs`, bought);
    await service.done(`${path}/holds`, { holdId: 'h', product: 'face-compare', quantity: 3 });
    await service.done(`${path}/holds/h/settle`, { outcome: 'match', quantity: 2 });
    const then = [];
    for (const moment of ['?revision=1', '?revision=2', '?revision=3', '?revision=4', '']) {
      const { body } = await service.get<BalanceAsOf>(`${path}/balance${moment}`);
      then.push(body.packs.map(({ remaining, reserved, consumed }) => [remaining, reserved, consumed].join(' ')));
    }
    expect(then).toEqual([[], ['1000000 0 0'], ['999997 3 0'], ['999998 0 2'], ['999998 0 2']]);
    const last = await service.get<BalanceAsOf>(`${path}/balance`);
    expect(last.body.packs).toEqual((await packs(path)).packs);
  });

  it('close an account around its packs only when they are to be lost', async () => {
    await service.done('/v1/accounts', { accountId: 'closes', priceBook: 'aliyun-2021' });
    const path = '/v1/accounts/closes';
    await service.done(`${path}/packs`, { packId: 't1', family: 'liveness', units: 100, kind: 'trial' });
    const change = { changeId: 'c', reason: 'over' };
    expect(heard(await service.post(`${path}/close`, change))).toContain('account_not_empty');
    expect((await service.post(`${path}/close`, { ...change, forfeitPacks: true })).status).toBe(200);
    expect(heard(await service.post(`${path}/suspend`, { ...change, forfeitPacks: true }))).toContain(
      'invalid_request',
    );
  });
});
