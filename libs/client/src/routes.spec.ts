import { describe, expect, it } from '@jest/globals';
import { type Hold, type Route, routes } from '#contract';
import { yes } from '../../../test/support/scripted-server.ts';
import { freeze, scene } from '../testing/scene.ts';

type AnyMethod = (...args: readonly unknown[]) => Promise<unknown> | AsyncIterable<unknown>;

/** Called by channels, which sign what they send and have no key. */
const notForClients = ['notify'];

describe('the client', () => {
  it('has a method for every route of the contract', async () => {
    const { server, client } = await scene([yes({ results: [], holds: [], priceBooks: [], after: null })]);
    const groups: readonly object[] = [client, ...(Object.values(client) as object[])];
    const methods = groups.flatMap((group) => Object.values(group) as unknown[]);
    for (const method of methods.filter((value): value is AnyMethod => typeof value === 'function')) {
      const called = method('x', 'x', 'x');
      if (Symbol.asyncIterator in called) for await (const row of called) expect(row).toBeDefined();
      else await called;
    }
    const asked = new Set(server.seen.map(({ method, url }) => `${method} ${url.split('?')[0] ?? ''}`));
    const missing = Object.entries<Route>(routes).filter(
      ([, { method, path }]) => !asked.has(`${method} ${path.replace(/\{\w+\}/g, 'x')}`),
    );
    expect(missing.map(([name]) => name)).toEqual(notForClients);
  });

  it('sends the parameters of a path, the body, the query and the options by their places', async () => {
    const { server, client } = await scene([yes({})]);
    await client.corrections.refund('acme', 'h-1', { refundId: 'r', amount: '1', reason: 'because' });
    await client.bills.entries('acme', '2026-03-01', { after: 7, limit: 3 }, { retriesMax: 0 });
    const aborted = client.getHold('acme', 'h-1', { signal: AbortSignal.abort(new Error('given up')) });
    await expect(aborted).rejects.toThrow('given up');
    expect(server.seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/v1/accounts/acme/holds/h-1/refunds', '{"refundId":"r","amount":"1","reason":"because"}'],
      ['GET', '/v1/accounts/acme/bills/2026-03-01/revisions?after=7&limit=3', ''],
    ]);
  });

  it('has exact types: what the contract does not take does not compile', () => {
    const compiledOnly = async ({ client }: Awaited<ReturnType<typeof scene>>): Promise<Hold> => {
      // @ts-expect-error -- a freeze has a body
      await client.freeze('acme');
      // @ts-expect-error -- no such outcome
      await client.settle('acme', 'h-1', { outcome: 'perhaps' });
      // @ts-expect-error -- the hold is missing
      await client.getHold('acme');
      // @ts-expect-error -- no such status
      await client.listHolds('acme', { status: 'lost' });
      // @ts-expect-error -- a revision is a number
      await client.listEvents('acme', { from: '7' });
      // @ts-expect-error -- a command says whether it is a replay, and has its answer inside
      return client.freeze('acme', freeze);
    };
    expect(compiledOnly).toBeInstanceOf(Function);
  });
});
