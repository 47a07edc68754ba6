import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BEGINNING, ChainedEvents, NO_STREAM } from '#application';
import { accountStream, dateAfter, dayOfDate, localDate } from '#domain';
import { SqliteEventStore } from '#event-store';
import { AccountDriver } from '../support/account-driver.ts';
import { RedisServer } from '../support/redis-server.ts';
import { DataDirectory, Service } from '../support/service.ts';
import { describeWith, redis as redisServer } from '../support/tools.ts';
import { until } from '../support/until.ts';

const describe = describeWith(redisServer);

const zone = 'Asia/Shanghai';
const dates = [-4, -3].map((days) => dateAfter(localDate(zone, Date.now()), days));
/** So many that their billing takes far longer than a look at how it goes. */
const accountIds = Array.from({ length: 800 }, (_, index) => `a-${String(index).padStart(4, '0')}`);

const data = new DataDirectory();
let redis: RedisServer;
let reading: ReturnType<typeof SqliteEventStore.openReadOnly>;

/** Accounts with a call on each of the days, which are long over. */
async function seed(): Promise<void> {
  const store = await SqliteEventStore.open(join(data.path, 'events.db'));
  await Promise.all(
    accountIds.map(async (accountId) => {
      const account = new AccountDriver();
      for (const date of dates) {
        account.now = dayOfDate(zone, date).from + 1_000;
        if (date === dates[0]) account.open({ accountId });
        account.deposit(date, '5');
        account.freeze(date, { amount: '3' });
        account.settle(date);
      }
      const chain = new ChainedEvents(accountStream(accountId), NO_STREAM, '0'.repeat(64));
      for (const event of account.events) chain.add(event, { actor: 'test', correlationId: 'seed' });
      await store.append(chain.stream, NO_STREAM, chain.events);
    }),
  );
  await store.close();
}

/** Every bill in the log, as `account date`. */
async function bills(): Promise<string[]> {
  const found: string[] = [];
  for (let after = BEGINNING; ;) {
    const { events, position, atEnd } = await reading.readAll(after, 1_000);
    for (const { stream, type, data: text } of events) {
      if (type === 'bill-issued.v1') found.push(`${stream} ${(JSON.parse(text) as { date: string }).date}`);
    }
    if (atEnd) return found;
    after = position;
  }
}

/** How many bills a worker has issued, as it says. */
async function issuedBy(worker: Service): Promise<number> {
  const text = await (await fetch(`${worker.url}/metrics`)).text();
  return Number(/^holdfast_bill_runs_bills_total (\d+)$/m.exec(text)?.[1]);
}

beforeAll(async () => {
  await seed();
  reading = SqliteEventStore.openReadOnly(join(data.path, 'events.db'));
  redis = await RedisServer.start('--maxmemory-policy', 'noeviction');
});

afterAll(async () => {
  reading.close();
  await redis.stop();
  data.delete();
});

describe('a bill run whose worker is killed', () => {
  it('is finished by another worker: every account has exactly one bill for each day', async () => {
    const options = { app: 'worker', environment: { REDIS_URL: redis.url } } as const;
    const killed = await Service.start(data.path, options);
    await until(async () => (await issuedBy(killed)) > 0);
    await killed.kill();
    const before = (await bills()).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(accountIds.length * dates.length);

    const another = await Service.start(data.path, options);
    const left = accountIds.length * dates.length - before;
    for (let issued = 0; issued < left; issued = await issuedBy(another)) {
      const last = issued;
      await until(async () => (await issuedBy(another)) > last);
    }
    expect(await issuedBy(another)).toBe(left);
    expect((await another.stop()).code).toBe(0);
    const expected = accountIds.flatMap((accountId) => dates.map((date) => `${accountStream(accountId)} ${date}`));
    expect((await bills()).sort()).toEqual(expected.sort());
  });
});
