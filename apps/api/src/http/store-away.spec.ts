import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type AppendOutcome, type EventStore, EventStoreError, failedAppend, type StreamAppend } from '#application';
import { signNotice } from '#channels';
import { type RouteName, routes } from '#contract';
import { type Reply, sampleCall, serviceForAll } from '../../../../test/support/in-process.ts';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const names = Object.keys(routes) as RouteName[];

const service = serviceForAll({ HOLDFAST_REFERENCE_CHANNEL_SECRET: secret }, async () => {
  await service.account('acme', '100', { priceBook: 'dcloud-2023' });
  await service.done('/v1/accounts/acme/holds', { holdId: 'h', amount: '1' });
  await service.done('/v1/webhooks', { webhookId: 'hook', url: 'https://hooks.example/' });
  await service.ask('POST', '/v1/checkpoints');
  await service.listsCaughtUp();
});

/** The store refuses these calls while `work` is done. */
async function away<Result>(calls: readonly (keyof EventStore)[], work: () => Promise<Result>): Promise<Result> {
  const { store } = service.engine;
  const error = new EventStoreError('store-unavailable', 'made to be away');
  const refuse = (): Promise<never> => Promise.reject(error);
  for (const call of calls) Object.defineProperty(store, call, { value: refuse, configurable: true });
  // What appends to several streams at once never rejects: it says of each append that it failed.
  const refuseAll = (batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> =>
    Promise.resolve(batches.map(() => failedAppend(error)));
  if (calls.includes('append')) Object.defineProperty(store, 'appendAll', { value: refuseAll, configurable: true });
  try {
    return await work();
  } finally {
    for (const call of [...calls, 'appendAll'] as const) Reflect.deleteProperty(store, call);
  }
}

function ask(name: RouteName, accountId: string): Promise<Reply> {
  const { path, body } = sampleCall(name, accountId);
  if (name !== 'notify') return service.ask(routes[name].method, path, { body });
  const text = JSON.stringify({
    transactionId: 't1',
    order: `${accountId}/o`,
    amount: '1',
    currency: 'CNY',
    paidAt: new Date(),
  });
  const headers = signNotice(secret, 'm', Date.now(), text);
  return service.ask('POST', path, { key: null, text, headers });
}

/** What each route said that did not say that the store is away, to be asked again later. */
async function others(accountId: string): Promise<Readonly<Record<string, string>>> {
  const said: Record<string, string> = {};
  for (const name of names) {
    const { status, headers, body } = await ask(name, accountId);
    const retry = headers['retry-after'] === undefined ? '' : ' again later';
    const answer = status < 400 ? String(status) : `${String(status)} ${String(body['code'])}${retry}`;
    if (answer !== '503 store_unavailable again later') said[name] = answer;
  }
  return said;
}

describe('routes whose store is away', () => {
  it('say so, to be asked again, but for what is in memory or in the read models', async () => {
    const said = await away(['append', 'readStream', 'readAll'], () => others('nobody'));
    // A batch has a status for each of its operations, and a run for bills looks for accounts in the read models.
    expect(said).toEqual({ listAccounts: '200', listKeys: '200', batch: '200', runBills: '200' });
    const { path, body } = sampleCall('batch', 'nobody');
    const { body: batch } = await away(['append', 'readStream'], () => service.post(path, body));
    expect(batch).toMatchObject({ results: [{ status: 503, body: { code: 'store_unavailable' } }] });
  });

  it.each<[string, readonly (keyof EventStore)[]]>([
    ['nothing of it works', ['append', 'readStream', 'readAll']],
    ['nothing can be written to it', ['append']],
  ])('never break, of an account in memory either, where %s', async (_, calls) => {
    const before = await service.events();
    const said = await away(calls, () => others('acme'));
    expect(Object.entries(said).filter(([, answer]) => !/^[24]/.test(answer))).toEqual([]);
    expect(said).toMatchObject({ getAccount: '200', getHold: '200' });
    expect(said).not.toHaveProperty('deposit');
    expect(await service.events()).toBe(before);
  });

  it('go on when it is back: the same request takes effect once', async () => {
    const body = { depositId: 'after', amount: '1' };
    const path = '/v1/accounts/acme/deposits';
    expect(await away(['append'], () => service.post(path, body))).toMatchObject({ status: 503 });
    expect(await service.post(path, body)).toMatchObject({ status: 201 });
    const again = await service.post(path, body);
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([201, 'true']);
  });
});
