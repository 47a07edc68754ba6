import { afterEach } from '@jest/globals';
import { HoldfastClient, type HoldfastClientOptions } from '#client';
import type { Hold } from '#contract';
import { ScriptedServer, type Step } from '../../../test/support/scripted-server.ts';

export const key = 'hf_0123456789abcdef0123456789abcdef';

export const hold = { holdId: 'h-1', accountId: 'acme', status: 'open', amount: '0.85' } as Hold;

let servers: ScriptedServer[] = [];

afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
});

interface Scene {
  readonly server: ScriptedServer;
  readonly client: HoldfastClient;
}

export async function scene(steps: readonly Step[], options: Partial<HoldfastClientOptions> = {}): Promise<Scene> {
  const server = await ScriptedServer.start(...steps);
  servers.push(server);
  return { server, client: new HoldfastClient({ baseUrl: server.url, key, ...options }) };
}

export const freeze = { holdId: 'h-1', product: 'face-verify', metadata: { channel: '柜台' } };

/** What a promise was rejected with; fails when it was not. */
export async function thrownBy<Thrown>(promise: Promise<unknown>): Promise<Thrown> {
  return promise.then(
    (value) => {
      throw new Error(`nothing was thrown, but ${JSON.stringify(value)} came back`);
    },
    (error: unknown) => error as Thrown,
  );
}
