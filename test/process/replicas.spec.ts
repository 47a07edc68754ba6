import { afterEach, expect, it } from '@jest/globals';
import { Caller, readOutcome } from '../support/caller.ts';
import { Fleet, type FleetStore } from '../support/fleet.ts';
import { FleetTraffic } from '../support/fleet-traffic.ts';
import { describeWith, redis as redisServer } from '../support/tools.ts';
import { until } from '../support/until.ts';

const describe = describeWith(redisServer);

const accounts = ['acme', 'beta', 'core', 'dual', 'echo'];
const clientCount = 12;

let fleet: Fleet | undefined;

afterEach(async () => {
  await fleet?.close();
});

async function open(store: FleetStore, ledgers: number): Promise<Fleet> {
  fleet = await Fleet.open(store);
  for (let index = 0; index < ledgers; index += 1) await fleet.addLedger();
  return fleet;
}

describe.each(['kurrentdb', 'one file'] as const)('three ledgers on %s', (store) => {
  it('know at once what another has answered', async () => {
    const at = await open(store, 3);
    await at.at(0).done('/v1/accounts', { accountId: 'acme' });
    await at.at(1).done('/v1/accounts/acme/deposits', { depositId: 'd', amount: '5' });
    await at.at(2).done('/v1/accounts/acme/holds', { holdId: 'h', amount: '5' });
    await at.at(0).done('/v1/accounts/acme/holds/h/settle', { outcome: 'match' });
    expect(await at.at(1).read('/v1/accounts/acme/holds/h')).toMatchObject({ status: 'settled' });
    expect(readOutcome(await at.at(2).post('/v1/accounts/acme/holds', { holdId: 'h2', amount: '1' }))).toBe(
      '402 insufficient_available_balance',
    );
    const again = await at.at(1).post('/v1/accounts/acme/holds', { holdId: 'h', amount: '5' });
    expect([again.status, again.headers.get('holdfast-hold-status')]).toEqual([201, 'settled']);
  });

  it('let in who has a key that another made, and after a moment nobody whose key another revoked', async () => {
    const at = await open(store, 2);
    const made = await at.at(0).done('/v1/keys', { name: 'auditor', scopes: ['auditor'] });
    const { keyId, key } = JSON.parse(made.text) as { keyId: string; key: string };
    const elsewhere = new Caller(at.ledgers[1]?.url ?? '', key);
    expect((await elsewhere.get('/v1/accounts')).status).toBe(200);
    await at.at(0).delete(`/v1/keys/${keyId}`);
    await until(async () => (await elsewhere.get('/v1/accounts')).status === 401);
  });

  it('are restarted one after the other under load, and one is killed, without a request that fails', async () => {
    const at = await open(store, 3);
    await at.openAccounts(accounts);
    const traffic = new FleetTraffic(at, accounts, clientCount);
    for (const index of at.ledgers.keys()) {
      await traffic.goesOn();
      const ending = await at.ledgers[index]?.stop();
      expect(ending).toMatchObject({ code: 0, stderr: '' });
      await traffic.goesOn();
      await at.replaceLedger(index);
    }
    await traffic.goesOn();
    await at.ledgers[1]?.kill();
    await traffic.goesOn();
    await at.replaceLedger(1);
    await traffic.goesOn();
    await traffic.stop();
    await traffic.expectAllOnce();
  });
});
