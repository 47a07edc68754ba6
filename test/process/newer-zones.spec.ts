import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BEGINNING, ChainedEvents, NO_STREAM } from '#application';
import { accountStream, dateAfter, dayOfDate, localDate, PriceBookCatalog } from '#domain';
import { SqliteEventStore } from '#event-store';
import { auditDirectory } from '../../apps/auditor/src/index.ts';
import { auditor } from '../../apps/auditor/testing/run-auditor.ts';
import { AccountDriver, said, testBooks } from '../support/account-driver.ts';
import { DataDirectory, Service } from '../support/service.ts';

const zone = 'Asia/Shanghai';
const hourMs = 3_600_000;
const today = localDate(zone, Date.now());
const dates = [-5, -4, -3, -2].map((days) => dateAfter(today, days));

/** By these rules the clocks of Shanghai have been nine hours farther ahead since last week: every day began elsewhere. */
const newer = { timeZone: zone, from: dayOfDate(zone, dates[0] ?? '').from - 48 * hourMs, byMs: 9 * hourMs };

const data = new DataDirectory();

/** Two accounts with a call and a bill of each day, one of them from before anything was stated of time zones. */
async function seed(): Promise<void> {
  const store = await SqliteEventStore.open(join(data.path, 'events.db'));
  for (const accountId of ['acme', 'of-old']) {
    const account = new AccountDriver();
    for (const [index, date] of dates.entries()) {
      account.now = dayOfDate(zone, date).from + 10 * hourMs;
      if (index === 0) account.open({ accountId });
      if (index > 0) expect(said(account.bill(dates[index - 1] ?? ''))).toBe('accepted');
      account.now += 6 * hourMs;
      account.deposit(date, '5');
      account.freeze(date, { amount: '3' });
      account.settle(date);
    }
    await store.append(accountStream(accountId), NO_STREAM, chained(accountId, account).events);
  }
  await store.close();
}

/** With bills that name the hashes of their days. */
function chained(accountId: string, { events }: AccountDriver): ChainedEvents {
  const chain = new ChainedEvents(accountStream(accountId), NO_STREAM, '0'.repeat(64));
  for (const { type, data: data } of events) {
    const chainHash = 'lastRevision' in data ? chain.events[data.lastRevision]?.hash : undefined;
    chain.add(
      { type, data: chainHash === undefined ? data : { ...data, chainHash } },
      { actor: 'test', correlationId: 's' },
    );
  }
  return chain;
}

async function listTypes(accountId: string): Promise<readonly string[]> {
  const store = SqliteEventStore.openReadOnly(join(data.path, 'events.db'));
  const { events } = await store.readAll(BEGINNING, 1_000);
  store.close();
  return events.filter(({ stream }) => stream === accountStream(accountId)).map(({ type }) => type);
}

beforeAll(seed);
afterAll(() => {
  data.delete();
});

describe('a ledger on a machine with newer rules of a time zone', () => {
  it('takes its accounts for as sound as they are, and goes by what they state until it is noted', async () => {
    const service = await Service.start(data.path, {
      zones: { ...newer, version: '2098a' },
      environment: { HOLDFAST_BILLING: 'false' },
    });
    const { admin } = service;
    expect((await admin.get('/v1/accounts/acme')).status).toBe(200);
    expect((await admin.get(`/v1/accounts/acme/bills/${dates[0] ?? ''}`)).status).toBe(200);
    const before = await listTypes('acme');
    const frozen = await admin.post('/v1/accounts/acme/holds', { holdId: 'h1', amount: '1' });
    expect(frozen.status).toBe(201);
    expect((await listTypes('acme')).slice(before.length)).toEqual(['zone-noted.v1', 'funds-frozen.v1']);
    const again = await admin.post('/v1/accounts/acme/holds', { holdId: 'h2', amount: '1' });
    expect(again.status).toBe(201);
    expect((await listTypes('acme')).slice(before.length + 2)).toEqual(['funds-frozen.v1']);
    expect((await service.stop()).code).toBe(0);
  });

  it('has a history in which an audit finds nothing, whatever rules the auditor knows: that they differ is a note', async () => {
    const report = await auditDirectory(data.path, { priceBooks: new PriceBookCatalog(testBooks) });
    expect(report.findings).toEqual([]);
    expect(report.otherZones).toEqual([zone]);
    const { code, out } = await auditor('verify', '--data', data.path);
    expect(code).toBe(0);
    expect(out).toContain('note: this machine knows other changes of clocks than accounts state');
    expect(out).toContain('audit: 0 findings');
  });
});
