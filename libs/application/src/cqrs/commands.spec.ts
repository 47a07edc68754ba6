import { beforeEach, describe, expect, it } from '@jest/globals';
import { accountStream } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../../../../test/support/account-driver.ts';
import { deposit, freeze, openAccount, settle } from '../../../../test/support/commands.ts';
import { asked, HandClock, Replica } from '../../../../test/support/replica.ts';
import { BillIssuer } from '../billing/bill-issuer.ts';
import type { Alarms } from '../ports/alarms.ts';
import type { ReadModels } from '../ports/read-models.ts';
import { AlarmRounds } from '../scheduling/alarm-rounds.ts';
import { Sweeper } from '../scheduling/sweeper.ts';
import { commandHandlers } from './command-handlers.ts';
import { accountCommand, accountCommands } from './commands.ts';

const dayMs = 86_400_000;

let store: MemoryEventStore;
let clock: HandClock;
let replica: Replica;
/** Names of the commands that went through the bus. */
let published: string[];

beforeEach(async () => {
  store = new MemoryEventStore();
  clock = new HandClock(start);
  replica = new Replica(store, clock, { soleWriter: true });
  published = [];
  replica.commands.subscribe((command) => published.push(command.constructor.name));
  await replica.run('acme', openAccount('acme'));
  await replica.run('acme', deposit('d1', '10'));
});

async function types(): Promise<readonly string[]> {
  return (await store.readStream(accountStream('acme'), 2, 100)).events.map(({ type }) => type);
}

describe('what happens to an account', () => {
  it('has a command class and a handler by its name for every kind', () => {
    const names = Object.values(accountCommands).map(({ name }) => name);
    expect(new Set(names).size).toBe(Object.keys(accountCommands).length);
    expect(names).toEqual(
      expect.arrayContaining(['FreezeFunds', 'SettleHold', 'FailCall', 'ReleaseHold', 'ExpireDueHolds', 'IssueBill']),
    );
    const handled = commandHandlers.map(({ name }) => name);
    expect(handled.toSorted()).toEqual([...names, 'RunLinkedGroup'].map((name) => `${name}Handler`).toSorted());
  });

  it('goes through the bus to the account’s lane, by its name', async () => {
    const frozen = await replica.commands.execute(accountCommand('acme', asked(freeze('h1', '1'))));
    const settled = await replica.commands.execute(accountCommand('acme', asked(settle('h1'))));
    expect([frozen.kind, settled.kind]).toEqual(['done', 'done']);
    expect(published).toEqual(['FreezeFunds', 'SettleHold']);
    expect(await types()).toEqual(['funds-frozen.v1', 'hold-settled.v1']);
  });

  it('goes through the bus when the sweeper wakes the account', async () => {
    await replica.run('acme', freeze('h1', '1', 60));
    clock.time += 60_000;
    const due = [{ accountId: 'acme', deadline: start + 60_000 }];
    const lists = { dueAccounts: () => due } as unknown as ReadModels;
    expect(await new Sweeper(lists, replica.commands, replica.lanes, clock).sweep()).toBe(1);
    expect(published).toEqual(['ExpireDueHolds']);
    expect(await types()).toEqual(['funds-frozen.v1', 'hold-expired.v1']);
  });

  it('goes through the bus when an alarm rings', async () => {
    await replica.run('acme', freeze('h1', '1', 60));
    clock.time += 60_000;
    clock.doubt = 'no alarms are set here';
    let ring: (accountId: string) => Promise<unknown> = () => Promise.resolve();
    const alarms = {
      listen: (rings: typeof ring) => {
        ring = rings;
      },
      close: () => Promise.resolve(),
    } as unknown as Alarms;
    const rounds = new AlarmRounds({ readModels: {} as ReadModels, commands: replica.commands, alarms, clock });
    rounds.start();
    clock.doubt = undefined;
    await ring('acme');
    await rounds.stop();
    expect(published).toEqual(['ExpireDueHolds']);
    expect(await types()).toEqual(['funds-frozen.v1', 'hold-expired.v1']);
  });

  it('goes through the bus when a day is billed', async () => {
    clock.time += 2 * dayMs;
    const issuer = new BillIssuer(replica.commands, replica.lanes, store);
    expect(await issuer.issueUpTo('acme', '2026-01-29', { actor: 'test', correlationId: 'test' })).toBe(1);
    expect(published).toEqual(['IssueBill']);
    expect(await types()).toEqual(['bill-issued.v1']);
  });
});
