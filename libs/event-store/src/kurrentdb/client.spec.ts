import { inspect } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { KurrentDbEventStore } from '#event-store';
import { clientSource } from './client.ts';
import { LastingClient } from './lasting-client.ts';
import { kurrentDbLimits } from './limits.ts';

/** Nobody listens there, and nothing here connects. */
const url = 'kurrentdb://127.0.0.1:1?tls=false';

const clients: LastingClient[] = [];

async function aClient(clientLifeMinMs: number): Promise<LastingClient> {
  const client = new LastingClient(await clientSource(url), { ...kurrentDbLimits, clientLifeMinMs });
  clients.push(client);
  return client;
}

afterEach(() => {
  for (const client of clients.splice(0)) client.close(false);
});

describe('a client whose native part is never freed', () => {
  it('outlasts failures while it is young', async () => {
    const client = await aClient(60_000);
    const first = client.current;
    client.renew();
    expect(client.current).toBe(first);
  });

  it('is given up for another when it fails at an age', async () => {
    const client = await aClient(0);
    const first = client.current;
    client.renew();
    expect(client.current).not.toBe(first);
  });

  it('is given up at once after what it cannot get over', async () => {
    const client = await aClient(60_000);
    const first = client.current;
    client.replace();
    expect(client.current).not.toBe(first);
  });
});

describe('a connection string that cannot be used', () => {
  it.each([
    ['an unknown setting', 'kurrentdb://admin:topsecret@127.0.0.1:1?tls=false&fast=true', 'not known'],
    ['an unknown scheme', 'mongodb://admin:topsecret@127.0.0.1:1', 'cannot be read'],
    ['a password with @', 'kurrentdb://admin:top@topsecret@127.0.0.1:1', '%40'],
    ['a port that is none', 'kurrentdb://admin:topsecret@127.0.0.1:topsecret', 'cannot be read'],
    ['a certificate that is not there', 'kurrentdb://admin:topsecret@h:1?tlsCAFile=/no/where', 'certificate'],
    ['conflicts that are not told', 'kurrentdb://admin:topsecret@h:1?throw_on_append_failure=false', 'must not'],
  ])('is refused without being quoted: %s', async (_, secret, why) => {
    const warn = jest.spyOn(console, 'warn');
    const opened = await KurrentDbEventStore.open(secret).catch((error: unknown) => error);
    expect(opened).toMatchObject({ name: 'ConnectionStringError' });
    expect(String(opened)).toContain(why);
    expect(inspect(opened) + JSON.stringify(warn.mock.calls)).not.toContain('topsecret');
    warn.mockRestore();
  });
});
