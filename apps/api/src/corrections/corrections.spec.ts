import { describe, expect, it } from '@jest/globals';
import type { Hold } from '#contract';
import { type Reply, serviceForAll } from '../../../../test/support/in-process.ts';
import { said } from '../../../../test/support/said.ts';

const service = serviceForAll();

function heard({ status, headers, text }: Reply<unknown>): string {
  return said(status, headers['content-type'], text);
}

describe('the routes to corrections', () => {
  it('refund a charge in parts, the same again for the same id', async () => {
    await service.account('refunds');
    await service.done('/v1/accounts/refunds/holds', { holdId: 'h', amount: '10' });
    await service.done('/v1/accounts/refunds/holds/h/settle', { outcome: 'match' });
    const path = '/v1/accounts/refunds/holds/h/refunds';
    const first = await service.post(path, { refundId: 'r1', amount: '4.0', reason: 'blurred' });
    expect([first.status, first.body]).toEqual([
      201,
      {
        refundId: 'r1',
        holdId: 'h',
        accountId: 'refunds',
        amount: '4',
        reason: 'blurred',
        recordedAt: first.body['recordedAt'],
      },
    ]);
    const again = await service.post(path, { refundId: 'r1', amount: '4', reason: 'blurred' });
    expect([again.status, again.text, again.headers['idempotent-replayed']]).toEqual([201, first.text, 'true']);
    expect(heard(await service.post(path, { refundId: 'r2', amount: '6.1', reason: 'x' }))).toBe(
      '422 refund_exceeds_charge amount',
    );
    expect(heard(await service.post(path.replace('/h/', '/g/'), { refundId: 'r2', amount: '6', reason: 'x' }))).toBe(
      '404 hold_not_found',
    );
    const { body } = await service.get<Hold>('/v1/accounts/refunds/holds/h');
    expect([body.settledAmount, body.refundedAmount]).toEqual(['10', '4']);
  });

  it('reverse a deposit', async () => {
    await service.account('reversals', '10');
    const path = '/v1/accounts/reversals/deposits/first/reversals';
    const part = await service.post(path, { reversalId: 'v1', amount: '4', reason: 'bounced' });
    expect([part.status, part.body['amount']]).toEqual([201, '4']);
    expect((await service.post(path, { reversalId: 'v2', reason: 'bounced' })).body['amount']).toBe('6');
    expect(heard(await service.post(path, { reversalId: 'v3', reason: 'x' }))).toBe(
      '422 reversal_exceeds_deposit amount',
    );
    expect(heard(await service.post(path.replace('first', 'other'), { reversalId: 'v3', reason: 'x' }))).toBe(
      '404 deposit_not_found',
    );
  });
});
