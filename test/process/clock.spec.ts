import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readOutcome } from '../support/caller.ts';
import { Dice } from '../support/dice.ts';
import { EventRecord } from '../support/event-record.ts';
import { DataDirectory, Service } from '../support/service.ts';
import { until } from '../support/until.ts';

const second = 1_000;
const hour = 3_600 * second;
const tenYears = 3_652 * 24 * hour;
/** How far a clock may be out unnoticed. */
const tolerance = 5 * second;

interface HoldAnswer {
  readonly status: string;
  readonly endedAt: string | null;
  readonly expiresAt: string;
}

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

async function start(clockOffsetMs: number, environment: Record<string, string> = {}): Promise<Service> {
  const service = await Service.start(data.path, { clockOffsetMs, environment });
  running.push(service);
  return service;
}

async function open({ admin }: Service, accountId: string): Promise<void> {
  await admin.done('/v1/accounts', { accountId });
  await admin.done(`/v1/accounts/${accountId}/deposits`, { depositId: 'd', amount: '100' });
}

const freeze = (holdId: string, ttlSeconds = 1_800): object => ({ holdId, amount: '1', ttlSeconds });

function hold({ admin }: Service, accountId: string, holdId: string): Promise<HoldAnswer> {
  return admin.read<HoldAnswer>(`/v1/accounts/${accountId}/holds/${holdId}`);
}

async function frozen({ admin }: Service, accountId: string): Promise<string> {
  const { balance } = await admin.read<{ balance: { frozen: string } }>(`/v1/accounts/${accountId}`);
  return balance.frozen;
}

async function readStatus(service: Service, path: string): Promise<number> {
  return (await fetch(service.url + path)).status;
}

describe('a clock that is set while the service runs', () => {
  it.each([
    ['an hour ahead', hour],
    ['ten years ahead', tenYears],
    ['an hour back', -hour],
    ['ten years back', -tenYears],
  ])('stops all commands while it is %s, and nothing has expired when it is right again', async (_, offsetMs) => {
    const service = await start(0);
    const { admin } = service;
    await open(service, 'acme');
    await admin.done('/v1/accounts/acme/holds', freeze('before'));

    await service.setClock(offsetMs);
    const freezing = await admin.post('/v1/accounts/acme/holds', freeze('during'));
    expect([readOutcome(freezing), freezing.headers.get('retry-after')]).toEqual(['503 clock_untrusted', '1']);
    for (const path of ['settle', 'release', 'fail']) {
      const body = { settle: { outcome: 'match' }, release: { reason: 'r' }, fail: { attemptId: 'a', reason: 'r' } };
      const reply = await admin.post(`/v1/accounts/acme/holds/before/${path}`, body[path as keyof typeof body]);
      expect(readOutcome(reply)).toBe('503 clock_untrusted');
    }
    expect(await readStatus(service, '/health/live')).toBe(503);
    expect(await readStatus(service, '/health/ready')).toBe(503);

    await service.setClock(0);
    expect(await readStatus(service, '/health/live')).toBe(200);
    expect(await readStatus(service, '/health/ready')).toBe(200);
    expect(await hold(service, 'acme', 'before')).toMatchObject({ status: 'open', endedAt: null });
    expect(await frozen(service, 'acme')).toBe('1');
    const record = await new EventRecord('acme').readOn(admin);
    expect(record.names).toEqual(['account-opened.v1 acme', 'funds-deposited.v1 d', 'funds-frozen.v1 before']);
    await admin.done('/v1/accounts/acme/holds/before/settle', { outcome: 'match' });
    await admin.done('/v1/accounts/acme/holds', freeze('during'));
  });

  it('leaves no hold frozen whose deadline passes meanwhile: it expires at its deadline once the clock is right', async () => {
    const service = await start(0);
    await open(service, 'acme');
    for (const [holdId, offsetMs] of [
      ['ahead', tenYears],
      ['back', -tenYears],
    ] as const) {
      const opened = await service.admin.done('/v1/accounts/acme/holds', freeze(holdId, 1));
      const { expiresAt } = JSON.parse(opened.text) as HoldAnswer;
      await service.setClock(offsetMs);
      await until(() => Date.now() > Date.parse(expiresAt));
      await service.setClock(0);
      await until(async () => (await hold(service, 'acme', holdId)).status === 'expired');
      const ended = await hold(service, 'acme', holdId);
      expect(ended.endedAt).toBe(ended.expiresAt);
    }
    // Nobody but the sweeper writes them down.
    await until(async () => {
      const { names } = await new EventRecord('acme').readOn(service.admin);
      return names.includes('hold-expired.v1 ahead') && names.includes('hold-expired.v1 back');
    });
    expect(await frozen(service, 'acme')).toBe('0');
  });

  it('decides nothing by a wrong time, whenever under load it is set', async () => {
    const dice = new Dice();
    const begun = Date.now();
    const service = await start(0);
    const { admin } = service;
    await open(service, 'acme');
    let setting = true;
    const outcomes = new Map<string, number>();
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let n = 0; setting; n += 1) {
        const outcome = readOutcome(
          await admin.post('/v1/accounts/acme/holds', {
            ...freeze(`h-${String(client)}-${String(n)}`),
            amount: '0.00000001',
          }),
        );
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    });
    for (let jump = 0; jump < 200; jump += 1) {
      await service.setClock(dice.pick([hour, -hour, tenYears, -tenYears]) ?? 0);
      await service.setClock(0);
    }
    setting = false;
    await Promise.all(clients);

    expect([...outcomes.keys()].filter((outcome) => outcome !== '201' && outcome !== '503 clock_untrusted')).toEqual(
      [],
    );
    const { events, names } = await new EventRecord('acme').readOn(admin);
    const times = events.map(({ data: { at } }) => at);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(begun);
    expect(Math.max(...times)).toBeLessThanOrEqual(Date.now());
    expect(times.toSorted((left, right) => left - right)).toEqual(times);
    expect(names.filter((name) => name.startsWith('funds-frozen.v1'))).toHaveLength(outcomes.get('201') ?? 0);
    expect(names.filter((name) => name.startsWith('hold-expired.v1'))).toEqual([]);
  });

  it('goes on while the clock is out by less than five seconds', async () => {
    const service = await start(0);
    await open(service, 'acme');
    for (const [n, offsetMs] of [tolerance - second, second - tolerance].entries()) {
      await service.setClock(offsetMs);
      await service.admin.done('/v1/accounts/acme/holds', freeze(`h${String(n)}`));
    }
    const { events } = await new EventRecord('acme').readOn(service.admin);
    const times = events.map(({ data: { at } }) => at);
    expect(times.toSorted((left, right) => left - right)).toEqual(times);
  });
});

describe('a service that starts with its clock behind the newest event', () => {
  it('refuses, says what to do, and changes nothing', async () => {
    const early = await start(hour);
    await open(early, 'acme');
    await early.kill();

    const { code, stdout } = await Service.launch(data.path, { clockOffsetMs: 0 }).ended;
    expect(code).toBe(1);
    expect(stdout).toContain('HOLDFAST_ACCEPT_CLOCK_BEHIND=true');
    expect(stdout).toMatch(/the clock is 3\d{3} s behind the newest stored event/);
    const again = await start(hour);
    expect((await new EventRecord('acme').readOn(again.admin)).names).toHaveLength(2);
  });

  it('starts when it is not more than five seconds behind', async () => {
    const early = await start(0);
    await open(early, 'acme');
    await early.kill();
    const service = await start(second - tolerance);
    await service.admin.done('/v1/accounts/acme/holds', freeze('h'));
    expect(await hold(service, 'acme', 'h')).toMatchObject({ status: 'open' });
  });

  it.each([
    ['an hour', hour],
    ['ten years', tenYears],
  ])('takes no new freeze on accounts that are %s ahead if told to start, but their holds end', async (_, ahead) => {
    const right = await start(0);
    await open(right, 'calm');
    await right.admin.done('/v1/accounts/calm/holds', freeze('calm', 2_592_000));
    await right.kill();
    // Its daily run of bills would take every account ahead.
    const early = await start(ahead, { HOLDFAST_BILLING: 'false' });
    await open(early, 'acme');
    for (const holdId of ['settled', 'released', 'failed']) {
      await early.admin.done('/v1/accounts/acme/holds', freeze(holdId));
    }
    await early.kill();

    const service = await start(0, { HOLDFAST_ACCEPT_CLOCK_BEHIND: 'true' });
    const { admin } = service;
    expect(readOutcome(await admin.post('/v1/accounts/acme/holds', freeze('new')))).toBe('503 clock_untrusted');
    expect(readOutcome(await admin.post('/v1/accounts/acme/holds', freeze('settled')))).toBe('201');
    await admin.done('/v1/accounts/acme/holds/settled/settle', { outcome: 'match' });
    await admin.done('/v1/accounts/acme/holds/released/release', { reason: 'not issued' });
    await admin.done('/v1/accounts/acme/holds/failed/fail', { attemptId: 'a', reason: 'camera broke' });
    await admin.done('/v1/accounts/acme/holds/failed/release', { reason: 'nothing came of it' });
    expect(await frozen(service, 'acme')).toBe('0');
    await admin.done('/v1/accounts/calm/holds', freeze('new'));
    const { events } = await new EventRecord('acme').readOn(admin);
    const times = events.map(({ data: { at } }) => at);
    expect(times.toSorted((left, right) => left - right)).toEqual(times);
  });
});
