import { describe, expect, it } from '@jest/globals';
import type { HoldfastUnreachable } from '#client';
import { breakOff, hangUp, no, silence, type Step, text, yes } from '../../../test/support/scripted-server.ts';
import { freeze, hold, scene, thrownBy } from '../testing/scene.ts';

describe('a request that meets trouble', () => {
  it.each<[string, Step]>([
    ['a broken connection', hangUp],
    ['half an answer', breakOff],
    ['503', no('account_busy')],
    ['500', no('internal_error')],
    ['a 429 that passes', no('too_many_open_holds')],
    ['a proxy without a service', text(502, 'text/html', '<h1>bad gateway</h1>')],
  ])('is sent again, byte for byte, after %s', async (_, trouble) => {
    const { server, client } = await scene([trouble, trouble, yes(hold, 201)]);
    expect(await client.freeze('acme', freeze)).toEqual({ value: hold, replayed: false });
    const bodies = server.seen.map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
  });

  it('is sent again when a try gets no answer', async () => {
    const { server, client } = await scene([silence, yes(hold, 201)], { tryTimeoutMs: 1_000 });
    await client.freeze('acme', freeze);
    expect(server.seen).toHaveLength(2);
  });

  it('is given up at the deadline, and may have happened', async () => {
    const { server, client } = await scene([silence], { timeoutMs: 2_000, tryTimeoutMs: 50 });
    const error = await thrownBy<HoldfastUnreachable>(client.freeze('acme', freeze));
    expect(error.name).toBe('HoldfastUnreachable');
    expect(error.tries).toBe(server.seen.length);
    expect(error.tries).toBeGreaterThan(1);
  });

  it('is given up after so many tries', async () => {
    const { server, client } = await scene([no('overloaded')], { retriesMax: 2 });
    expect(await thrownBy(client.freeze('acme', freeze))).toMatchObject({ code: 'overloaded', mayHaveHappened: false });
    expect(server.seen).toHaveLength(3);
  });

  it('may have happened if one of the tries got no answer, whatever the last one says', async () => {
    const { client } = await scene([hangUp, no('overloaded')], { retriesMax: 1 });
    expect(await thrownBy(client.freeze('acme', freeze))).toMatchObject({ code: 'overloaded', mayHaveHappened: true });
  });

  it('names the reason when nobody is there', async () => {
    const { server, client } = await scene([silence], { retriesMax: 0 });
    await server.stop();
    const error = await thrownBy<Error>(client.getAccount('acme'));
    expect(error.message).toMatch(/^no answer after 1 try: .*ECONNREFUSED/);
  });

  it('waits as long as Retry-After asks', async () => {
    const { server, client } = await scene([no('overloaded', {}, { 'retry-after': '1' }), yes(hold, 201)]);
    const began = performance.now();
    await client.freeze('acme', freeze);
    expect(server.seen).toHaveLength(2);
    expect(performance.now() - began).toBeGreaterThanOrEqual(999);
  });

  it('does not wait for a Retry-After beyond its deadline', async () => {
    const { server, client } = await scene([no('overloaded', {}, { 'retry-after': '3600' })]);
    expect(await thrownBy(client.freeze('acme', freeze))).toMatchObject({ code: 'overloaded' });
    expect(server.seen).toHaveLength(1);
  });

  it('is sent once where the service makes the id', async () => {
    const { server, client } = await scene([hangUp]);
    const error = await thrownBy<Error>(client.keys.create({ name: 'till', scopes: ['gateway'] }));
    expect(error.name).toBe('HoldfastUnreachable');
    expect(server.seen).toHaveLength(1);
  });
});

describe('a caller who gives up', () => {
  const reason = new Error('the customer hung up');

  it('while the service is silent gets its own reason', async () => {
    const giveUp = new AbortController();
    const { client } = await scene([
      () => {
        giveUp.abort(reason);
      },
    ]);
    expect(await thrownBy(client.freeze('acme', freeze, { signal: giveUp.signal }))).toBe(reason);
  });

  it('between two tries gets it at once', async () => {
    const giveUp = new AbortController();
    const busy: Step = (response, seen) => {
      response.on('close', () =>
        setImmediate(() => {
          giveUp.abort(reason);
        }),
      );
      no('overloaded', {}, { 'retry-after': '5' })(response, seen);
    };
    const { server, client } = await scene([busy]);
    expect(await thrownBy(client.freeze('acme', freeze, { signal: giveUp.signal }))).toBe(reason);
    expect(server.seen).toHaveLength(1);
  });

  it('beforehand asks nothing', async () => {
    const { server, client } = await scene([yes(hold)]);
    expect(await thrownBy(client.getHold('acme', 'h-1', { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.seen).toEqual([]);
  });
});
