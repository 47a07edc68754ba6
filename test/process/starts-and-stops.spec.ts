import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readOutcome, type Reply } from '../support/caller.ts';
import { Dice } from '../support/dice.ts';
import { EventRecord } from '../support/event-record.ts';
import { DataDirectory, Service, type StartOptions } from '../support/service.ts';
import { Client } from '../support/traffic.ts';

let data: DataDirectory;
let running: Service[];

beforeEach(() => {
  data = new DataDirectory();
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((service) => service.kill()));
  data.delete();
});

async function start(options: StartOptions = {}): Promise<Service> {
  const service = await Service.start(data.path, options);
  running.push(service);
  return service;
}

async function open({ admin }: Service, accountId: string): Promise<void> {
  await admin.done('/v1/accounts', { accountId });
  await admin.done(`/v1/accounts/${accountId}/deposits`, { depositId: 'first', amount: '1000000' });
}

describe('a second process on the same data', () => {
  it('refuses to start, says why, and leaves the first at its work', async () => {
    const first = await start();
    await open(first, 'acme');
    const { code, stdout } = await Service.launch(data.path).ended;
    expect(code).toBe(1);
    expect(stdout).toContain(data.path);
    expect(stdout).toContain('open for writing already: stop the process that has it open');
    await first.admin.done('/v1/accounts/acme/holds', { holdId: 'h', amount: '1' });
  });

  it('starts as soon as the first is gone, however it went', async () => {
    await open(await start(), 'acme');
    await running[0]?.kill();
    const second = await start();
    await second.admin.done('/v1/accounts/acme/holds', { holdId: 'h', amount: '1' });
    expect((await second.stop()).code).toBe(0);
    const third = await start();
    expect(await third.admin.read('/v1/accounts/acme/holds/h')).toMatchObject({ status: 'open' });
  });
});

describe('a service that is told to stop under load', () => {
  it('answers everything that it took, ends with 0, and has everything after the next start', async () => {
    const dice = new Dice();
    const accounts = ['acme', 'beta'];
    const service = await start();
    for (const accountId of accounts) await open(service, accountId);
    const clients = Array.from({ length: 16 }, (_, n) => new Client(`c${String(n)}`, accounts, dice));
    const work = clients.map((client) => client.work(service.admin));
    await after(dice.between(100, 300));
    const ending = await service.stop();
    expect(ending).toMatchObject({ code: 0, signal: null, stderr: '' });

    // Whoever was told no was told that the service is stopping; the others found the port closed.
    const last = (await Promise.all(work)).filter((reply) => reply !== undefined);
    expect(
      last
        .map(describeReply)
        .filter((said) => said !== '503 overloaded, try again, application/problem+json; charset=utf-8'),
    ).toEqual([]);
    const again = await start();
    for (const accountId of accounts) {
      const { names } = await new EventRecord(accountId).readOn(again.admin);
      const answered = clients.flatMap(({ errands }) =>
        errands.filter((errand) => errand.accountId === accountId && errand.answer !== undefined),
      );
      expect(names.toSorted()).toEqual(
        [`account-opened.v1 ${accountId}`, 'funds-deposited.v1 first', ...answered.map(({ event }) => event)].sort(),
      );
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s when there is nothing to do', async (signal) => {
    const service = await start();
    expect(await service.stop(signal)).toMatchObject({ code: 0, signal: null, stderr: '' });
  });
});

function describeReply(reply: Reply): string {
  const again = reply.headers.get('retry-after') === null ? 'do not try again' : 'try again';
  return [readOutcome(reply), again, reply.headers.get('content-type')].join(', ');
}

describe('a configuration that cannot be used', () => {
  it.each([
    ['HOLDFAST_PORT', { HOLDFAST_PORT: 'eighty' }],
    ['HOLDFAST_ADMIN_KEY', { HOLDFAST_ADMIN_KEY: 'short' }],
    ['HOLDFAST_EVENT_STORE', { HOLDFAST_EVENT_STORE: 'floppy' }],
    ['HOLDFAST_ACCEPT_CLOCK_BEHIND', { HOLDFAST_ACCEPT_CLOCK_BEHIND: 'yes' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
    ['HOLDFAST_SWEEPER', { HOLDFAST_SWEEPER: 'false' }],
    ['HOLDFAST_SWEPER', { HOLDFAST_SWEPER: 'false' }],
    ['NODE_ENV', { NODE_ENV: 'prod' }],
    ['HOLDFAST_ADMIN_KEY_FILE', { HOLDFAST_ADMIN_KEY: '', HOLDFAST_ADMIN_KEY_FILE: '/no/such/file' }],
  ])('ends the start with 2 and names %s', async (name, environment) => {
    const { code, stdout, stderr } = await Service.launch(data.path, { environment }).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(name);
    expect(stderr).not.toContain('    at ');
  });
});

describe('an address that cannot be listened on', () => {
  const taken = createServer();

  beforeEach(() => once(taken.listen(0, '127.0.0.1'), 'listening'));
  afterEach(() => once(taken.close(), 'close'));

  const port = (): string => String((taken.address() as AddressInfo).port);

  it.each<[string, () => Record<string, string>, string]>([
    ['HOLDFAST_PORT', () => ({ HOLDFAST_PORT: port() }), 'but another process already listens on this port'],
    ['HOLDFAST_HOST', () => ({ HOLDFAST_HOST: '192.0.2.1' }), 'which is no address of this machine'],
    ['HOLDFAST_HOST', () => ({ HOLDFAST_HOST: 'nowhere.invalid' }), 'which cannot be resolved'],
  ])('ends the start with 1 and one line that names %s', async (name, environment, why) => {
    const { code, stdout, stderr } = await Service.launch(data.path, { environment: environment() }).ended;
    const [line = '', ...more] = stdout.trimEnd().split('\n');
    const { level, msg, ...rest } = JSON.parse(line) as { level: number; time: string; msg: string };
    expect({ code, stderr, more, level, fields: Object.keys(rest) }).toEqual({
      code: 1,
      stderr: '',
      more: [],
      level: 60,
      fields: ['time'],
    });
    expect(msg).toContain(`${name} is ${Object.values(environment()).join()}, ${why}`);
  });
});
