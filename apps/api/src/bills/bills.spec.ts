import { beforeAll, describe, expect, it } from '@jest/globals';
import { BEGINNING, BillIssuer, BillRuns, ChainedEvents, NO_STREAM } from '#application';
import type { Bill, BillEntries, BillList, BillRun, Statement } from '#contract';
import { accountStream, dateAfter, dayOfDate, localDate, type StatementConvention } from '#domain';
import { AccountDriver, money } from '../../../../test/support/account-driver.ts';
import { serviceForAll } from '../../../../test/support/in-process.ts';
import { HandClock } from '../../../../test/support/replica.ts';

const hour = 3_600_000;
const zone = 'Asia/Shanghai';
/** Three days ago: everything in these tests is over by now. */
const date = dateAfter(localDate(zone, Date.now()), -3);
const next = dateAfter(date, 1);
const { from } = dayOfDate(zone, date);

const service = serviceForAll();

/** An account with two days of the past in the store: charged 1.7 on the first, 0.85 late and 3 plain on the second. */
async function seed(accountId: string, timeZone = zone): Promise<void> {
  const account = new AccountDriver();
  account.now = dayOfDate(timeZone, date).from + 12 * hour;
  account.open({ accountId, timeZone, priceBook: 'dcloud-2023', creditLimit: money('100') });
  account.freeze('h1', { quantity: 2 });
  account.freeze('h2');
  account.settle('h1');
  const completedAt = account.now;
  account.now += 24 * hour - 1_000;
  account.settle('h2', { completedAt });
  account.freeze('h3', { amount: '3' });
  account.settle('h3');
  account.deposit('d1', '2');
  await append(account, accountId);
}

async function append(account: AccountDriver, accountId: string): Promise<void> {
  const chain = new ChainedEvents(accountStream(accountId), NO_STREAM, '0'.repeat(64));
  for (const event of account.events) chain.add(event, { actor: 'test', correlationId: 'seed' });
  await service.engine.store.append(chain.stream, NO_STREAM, chain.events);
  await service.listsCaughtUp();
}

const bills = (accountId: string): string => `/v1/accounts/${accountId}/bills`;

async function listDates(accountId: string): Promise<string[]> {
  const { body } = await service.get<BillList>(`${bills(accountId)}?from=${date}`);
  return body.bills.map((bill) => bill.date);
}

describe('the routes to bills', () => {
  beforeAll(async () => {
    await seed('acme');
    const run = await service.post<BillRun>('/v1/bill-runs', { date: next });
    expect(run.body).toEqual({ date: next, done: true, accounts: 1, bills: 2, failed: 0 });
  });

  it('show a bill with its lines, each with its events, that add up to what was charged', async () => {
    const { body } = await service.get<Bill>(`${bills('acme')}/${date}`);
    expect(body).toMatchObject({
      format: 'holdfast-bill-2',
      number: `acme-${date}`,
      accountId: 'acme',
      date,
      from: new Date(from).toISOString(),
      until: new Date(from + 24 * hour).toISOString(),
      owed: '0',
      firstRevision: 0,
      lastRevision: 4,
      lines: [
        {
          kind: 'charge',
          product: 'face-verify',
          price: '0.85',
          source: 'money',
          units: 2,
          amount: '1.7',
          events: 1,
          firstRevision: 3,
          lastRevision: 3,
        },
      ],
      total: '1.7',
      totalRounded: '1.70',
    });
    expect(body.opening.settled).toBe('0');
    expect(body.closing).toMatchObject({ settled: '1.7', available: '-1.7' });
  });

  it('show late settles, plain holds and payments as lines of their own', async () => {
    const { body } = await service.get<Bill>(`${bills('acme')}/${next}`);
    expect(body.lines).toMatchObject([
      { kind: 'charge', product: null, price: null, units: null, amount: '3', charged: '3' },
      {
        kind: 'late-charge',
        product: 'face-verify',
        price: '0.85',
        units: 1,
        charged: '0.85',
        firstRevision: 5,
        lastRevision: 5,
      },
    ]);
    expect(body.movements).toEqual([{ kind: 'deposit', events: 1, amount: '2', firstRevision: 8, lastRevision: 8 }]);
    expect(body).toMatchObject({ total: '3.85', owed: '3.55' });
  });

  it('give the same bytes each time, also when the run comes again and the account goes on', async () => {
    const before = await service.get(`${bills('acme')}/${next}`);
    await service.done('/v1/accounts/acme/deposits', { depositId: 'd2', amount: '50' });
    const again = await service.post<BillRun>('/v1/bill-runs', { date: next });
    expect(again.body).toMatchObject({ bills: 0, failed: 0, done: true });
    expect((await service.get(`${bills('acme')}/${next}`)).text).toBe(before.text);
  });

  it('name the hash of the day’s last event', async () => {
    const { body } = await service.get<Bill>(`${bills('acme')}/${date}`);
    const { events } = await service.engine.store.readStream(accountStream('acme'), body.lastRevision, 1);
    expect(body.chainHash).toBe(events[0]?.hash);
  });

  it('give a bill as CSV and as HTML by Accept', async () => {
    const csv = await service.get(`${bills('acme')}/${date}`, { headers: { accept: 'text/csv' } });
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.text).toContain('charge,face-verify,0.85,money,,2,1,1.7,1.7,3,3\r\n');
    const html = await service.get(`${bills('acme')}/${date}`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(html.text).toMatch(/^<!doctype html>/);
  });

  it('begin a CSV with a byte order mark where it is asked for, and nowhere else', async () => {
    const csv = async (accept: string, of = `${bills('acme')}/${date}`): Promise<string> =>
      (await service.get(of, { headers: { accept } })).text;
    const plain = await csv('text/csv');
    expect(plain.startsWith('kind,')).toBe(true);
    expect(await csv('text/csv;bom=0')).toBe(plain);
    for (const accept of ['text/csv;bom=1', 'text/csv; charset=utf-8; bom="1"', 'text/csv;bom=1;q=0.9, */*;q=0.1']) {
      expect(await csv(accept)).toBe(`\ufeff${plain}`);
    }
    const statement = `/v1/accounts/acme/statements/${date.slice(0, 7)}`;
    expect(await csv('text/csv;bom=1', statement)).toBe(`\ufeff${await csv('text/csv', statement)}`);
    expect(await csv('text/html;bom=1')).toMatch(/^<!doctype/);
  });

  it('list what each event added to which line of a bill, page by page', async () => {
    const whole = await service.get<BillEntries>(`${bills('acme')}/${next}/revisions`);
    const of = (revision: number, rest: object): object => {
      return { revision, product: null, price: null, source: 'money', packId: null, units: null, ...rest };
    };
    expect(whole.body).toEqual({
      accountId: 'acme',
      date: next,
      entries: [
        of(5, {
          kind: 'late-charge',
          product: 'face-verify',
          price: '0.85',
          units: 1,
          amount: '0.85',
          charged: '0.85',
        }),
        of(7, { kind: 'charge', amount: '3', charged: '3' }),
        of(8, { kind: 'deposit', source: null, amount: '2', charged: '0' }),
      ],
      after: null,
    });
    const paged: BillEntries['entries'] = [];
    let after: number | null = 0;
    while (after !== null) {
      const page: BillEntries = (
        await service.get<BillEntries>(`${bills('acme')}/${next}/revisions?limit=1&after=${String(after)}`)
      ).body;
      paged.push(...page.entries);
      after = page.after;
    }
    expect(paged).toEqual(whole.body.entries);
    const refused = async (path: string): Promise<unknown> =>
      (await service.get<{ code: string }>(`${bills('acme')}/${path}`)).body.code;
    expect(await refused(`${next}/revisions?limit=0`)).toBe('invalid_request');
    expect(await refused(`${next}/revisions?after=-1`)).toBe('invalid_request');
    expect(await refused('2020-01-01/revisions')).toBe('bill_not_found');
  });

  it('list the bills of a period', async () => {
    const { body } = await service.get<BillList>(`${bills('acme')}?from=${date}&to=${date}`);
    expect(body.bills).toHaveLength(1);
    expect(body.bills[0]).toMatchObject({ date, owed: '0', lastRevision: 4 });
    expect(await listDates('acme')).toEqual([date, next]);
  });

  it('add the bills of a month up to its statement', async () => {
    const months = new Set([date.slice(0, 7), next.slice(0, 7)]);
    let total = 0;
    for (const month of months) {
      const { body } = await service.get<Statement>(`/v1/accounts/acme/statements/${month}`);
      total += Number(body.total);
      expect(Number(body.total)).toBeCloseTo(
        body.bills.reduce((sum, bill) => sum + Number(bill.total), 0),
        8,
      );
    }
    expect(total).toBeCloseTo(5.55, 8);
  });

  it('know no bill of another day, no statement of another year, and no other account', async () => {
    for (const day of ['2020-01-01', '9999-12-31']) {
      expect((await service.get(`${bills('acme')}/${day}`)).body).toMatchObject({ code: 'bill_not_found' });
    }
    const { body } = await service.get(`/v1/accounts/acme/statements/2020-01`);
    expect(body).toMatchObject({ code: 'bill_not_found' });
    expect((await service.get(`${bills('nobody')}/${date}`)).body).toMatchObject({ code: 'account_not_found' });
    expect((await service.get(bills('nobody'))).body).toMatchObject({ code: 'account_not_found' });
  });

  it('say that a day or a month is none, rather than that it has no bill', async () => {
    for (const day of ['2020-02-30', '2026-13-01', '2026-1-1', '20260101', 'yesterday', '2026-02-29', '2026-00-10']) {
      const { body } = await service.get(`${bills('acme')}/${day}`);
      expect(body).toMatchObject({ code: 'invalid_request', field: 'date' });
    }
    for (const month of ['2020-13', '2020-00', '2020-1', 'may', '202001', '2020-01-01']) {
      const { body } = await service.get(`/v1/accounts/acme/statements/${month}`);
      expect(body).toMatchObject({ code: 'invalid_request', field: 'month' });
    }
  });

  it.each([
    ['from=2025-01-01&to=2026-01-01', 'none'],
    ['from=2024-01-01&to=2024-12-31', 'none'],
    ['from=2025-01-01&to=2026-01-02', 'from'],
    ['from=2020-01-01', 'from'],
    ['from=0001-01-01&to=9999-12-31', 'from'],
    ['from=2026-01-02&to=2026-01-01', 'from'],
    ['from=9999-12-31', 'from'],
    ['from=2026-02-30', 'from'],
    ['to=2026-13-01', 'to'],
    ['from=2026-01-01&from=2026-01-02', 'from'],
    ['date=2026-01-01', 'date'],
  ])('are listed for a whole period or not at all: %s', async (query, expected) => {
    const { body } = await service.get<{ field?: string; bills?: unknown }>(`${bills('acme')}?${query}`);
    expect(body.field ?? 'none').toBe(expected);
    expect(body.bills === undefined).toBe(expected !== 'none');
  });

  it('let none but operators run bills, and those on their own accounts', async () => {
    await seed('tenant-a');
    await seed('other-a');
    const gateway = await service.key(['gateway']);
    expect((await service.post('/v1/bill-runs', { date }, { key: gateway })).status).toBe(403);
    const operator = await service.key(['operator'], { accountPrefixes: ['tenant-'] });
    const { body } = await service.post<BillRun>('/v1/bill-runs', { date }, { key: operator });
    expect(body).toMatchObject({ accounts: 1, bills: 1 });
    expect(await listDates('tenant-a')).toEqual([date]);
    expect(await listDates('other-a')).toEqual([]);
  });
});

describe('the statements of an account whose convention changes', () => {
  const days = ['2024-03-31', '2024-04-29', '2024-04-30', '2024-05-30', '2024-05-31', '2024-06-29', '2024-06-30'];

  /** Charges something on each day; asks for a convention on some, after the charge. */
  async function seedMonths(accountId: string, changes: Readonly<Record<string, StatementConvention>>): Promise<void> {
    const account = new AccountDriver();
    account.now = dayOfDate(zone, '2024-03-10').from;
    account.open({ accountId });
    account.deposit('d1', '1000');
    for (const day of [...days, ...Object.keys(changes)].sort()) {
      account.now = Math.max(account.now + 1, dayOfDate(zone, day).from);
      account.freeze(day + String(account.now), { amount: '1' });
      account.settle(day + String(account.now));
      const statementConvention = changes[day];
      if (statementConvention !== undefined) account.terms(day, { statementConvention });
    }
    await append(account, accountId);
    await service.post<BillRun>('/v1/bill-runs', { date: '2024-07-31' });
  }

  async function statements(accountId: string): Promise<string[]> {
    const said: string[] = [];
    for (const month of ['2024-03', '2024-04', '2024-05', '2024-06', '2024-07']) {
      const { body } = await service.get<Statement>(`/v1/accounts/${accountId}/statements/${month}`);
      // The first day has a bill too: its account was opened.
      const dates = (body.bills as typeof body.bills | undefined)?.map((bill) => bill.date.slice(5)) ?? [];
      said.push(dates.length === 0 ? 'none' : `${body.first} ${body.last}: ${dates.join(' ')}`);
    }
    return said;
  }

  it('have each day once, and the statement that has begun keeps its end', async () => {
    await seedMonths('turns', { '2024-04-12': 'last-day-next' });
    expect(await statements('turns')).toEqual([
      '2024-03-01 2024-03-31: 03-10 03-31',
      '2024-04-01 2024-04-30: 04-12 04-29 04-30',
      '2024-05-01 2024-05-30: 05-30',
      '2024-05-31 2024-06-29: 05-31 06-29',
      '2024-06-30 2024-07-30: 06-30',
    ]);
  });

  it('go back to calendar months at the end of a statement too', async () => {
    await seedMonths('returns', { '2024-03-12': 'last-day-next', '2024-05-02': 'calendar' });
    expect(await statements('returns')).toEqual([
      '2024-03-01 2024-03-31: 03-10 03-12 03-31',
      '2024-04-01 2024-04-29: 04-29',
      '2024-04-30 2024-05-30: 04-30 05-02 05-30',
      '2024-05-31 2024-06-30: 05-31 06-29 06-30',
      'none',
    ]);
  });
});

/** How many bills there are in the whole store. */
async function billsStored(): Promise<number> {
  const { events } = await service.engine.store.readAll(BEGINNING, 1_000_000);
  return events.filter(({ type }) => type === 'bill-issued.v1').length;
}

describe('the daily run', () => {
  function runs(clock: HandClock): BillRuns {
    const { commands, lanes, store, readModels } = service.engine;
    const failed = (accountId: string, cause: unknown): void => {
      throw new Error(`${accountId} could not be billed`, { cause });
    };
    const issuer = new BillIssuer(commands, lanes, store);
    return new BillRuns({ readModels: readModels.lists, issuer, clock, failed, finished: () => undefined });
  }

  it('bills a day at 10 o’clock of the next in the account’s own time zone, and not a millisecond before', async () => {
    await seed('east', 'Asia/Tokyo');
    await seed('west', 'Europe/Berlin');
    const clock = new HandClock(dayOfDate('Asia/Tokyo', next).from + 10 * hour - 1);
    const daily = runs(clock);
    await daily.round();
    expect(await listDates('east')).toEqual([]);
    clock.time += 1;
    await daily.round();
    expect(await listDates('east')).toEqual([date]);
    expect(await listDates('west')).toEqual([]);
    clock.time = dayOfDate('Europe/Berlin', next).from + 10 * hour;
    await daily.round();
    expect(await listDates('west')).toEqual([date]);
  });

  it('looks at no account a second time for the same day', async () => {
    const daily = runs(new HandClock(dayOfDate(zone, next).from + 10 * hour));
    expect((await daily.round()).accounts).toBeGreaterThan(0);
    expect((await daily.round()).accounts).toBe(0);
  });

  it('bills the days of an outage in order, once, however many run at the same time', async () => {
    await seed('outage');
    const clock = new HandClock(Date.now());
    const before = await billsStored();
    const [one, two, three] = await Promise.all([runs(clock).round(), runs(clock).round(), runs(clock).round()]);
    const issued = (await billsStored()) - before;
    expect(one.bills + two.bills + three.bills).toBe(issued);
    expect(await listDates('outage')).toEqual([date, next]);
    expect((await runs(clock).round()).bills).toBe(0);
  });
});
