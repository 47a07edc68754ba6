import { afterEach, describe, expect, it } from '@jest/globals';
import { clientSource } from '../src/kurrentdb/client.ts';
import { LastingClient } from '../src/kurrentdb/lasting-client.ts';
import { kurrentDbLimits } from '../src/kurrentdb/limits.ts';

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
