import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RouteName, routes } from '#contract';
import { InProcess, type Reply, sampleCall } from '../../../../test/support/in-process.ts';
import { WorkUnits } from '../../../../test/support/work-units.ts';

/*
 * No request costs more than its answer is worth. Every route of the contract is asked here for the most that it can legally
 * be asked for, on an account that is large in every way; the work is counted in functions and blocks entered, which is the
 * same on any machine, and the answer in bytes.
 */

/** What a route is asked: what is behind its path, and its body if that is not the usual one. */
interface Asked {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: object;
}

const kib = 1_024;
const longest = 'x'.repeat(64);
const text = '文'.repeat(200);
const metadata = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`key-${String(n)}`, 'v'.repeat(500)]));
const digest = { digest: `sha256:${'0'.repeat(64)}` };
const evidence = { ...digest, a: 'v'.repeat(500), b: 'v'.repeat(500), c: 'v'.repeat(500), d: 'v'.repeat(500) };
const most = '999999999999999999';
const revisions = ['0', '1', String(Number.MAX_SAFE_INTEGER)];
const steps = Array.from({ length: 100 }, (_, n) => ({ upTo: n === 99 ? null : 10 * (n + 1), price: String(n % 7) }));
const reason = { changeId: longest, reason: text };

const page: readonly Asked[] = [{ query: 'limit=500' }, { query: `limit=500&after=${longest}` }];
const events = revisions.map((from) => ({ query: `limit=500&from=${from}` }));
const plain: readonly Asked[] = [{}];

/** Every route is here by name: one that is added to the contract and not here does not compile. */
const asks: Readonly<Record<RouteName, readonly Asked[]>> = {
  openAccount: [
    {
      body: {
        accountId: longest,
        metadata,
        timeZone: 'America/Argentina/ComodRivadavia',
        agreementStart: '0001-01-01',
      },
    },
  ],
  listAccounts: page,
  getAccount: plain,
  getBalance: [
    {},
    ...['0001-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'].map((at) => ({
      query: `at=${at}`,
    })),
    ...revisions.map((revision) => ({ query: `revision=${revision}` })),
    { query: 'revision=1200' },
  ],
  deposit: [{ body: { depositId: longest, amount: most, reference: text } }],
  withdraw: [{ body: { withdrawalId: longest, amount: most, reference: text } }],
  adjust: [{ body: { adjustmentId: longest, amount: `-${most}`, reason: text } }],
  suspend: [{ body: reason }],
  resume: [{ body: { ...reason, changeId: 'resume' } }],
  close: [{ body: { ...reason, changeId: 'close', forfeitPacks: true } }],
  refund: [{ path: { holdId: 'settled-1' }, body: { refundId: longest, amount: most, reason: text } }],
  reverseDeposit: [{ path: { depositId: 'first' }, body: { reversalId: longest, amount: most, reason: text } }],
  changeTerms: [
    { body: { ...reason, changeId: 'metadata', metadata } },
    { body: { ...reason, changeId: 'prices', overrides: { zigzag: { steps }, plain: { steps } } } },
  ],
  publishPriceBook: [
    { body: { name: 'b'.repeat(40), version: 999_999, products: { dear: { basis: 'match', steps } } } },
    { body: { name: 'b'.repeat(40), version: 1, products: { dear: { basis: 'match', steps } } } },
  ],
  freeze: [
    { body: { holdId: longest, amount: '1', ttlSeconds: 2_592_000, metadata } },
    { body: { holdId: 'units', product: 'zigzag', quantity: 1_000_000 } },
  ],
  listHolds: [undefined, 'open', 'settled', 'released', 'expired'].flatMap((status) =>
    page.map(({ query = '' }) => ({ query: status === undefined ? query : `${query}&status=${status}` })),
  ),
  getHold: [{ path: { holdId: 'large-1' } }, { path: { holdId: longest } }],
  settle: [
    { path: { holdId: 'large-2' }, body: { outcome: 'match', completedAt: '9999-12-31T23:59:59.999Z', evidence } },
    { path: { holdId: longest }, body: { outcome: 'match', quantity: 1_000_000 } },
  ],
  fail: [{ path: { holdId: 'large-3' }, body: { attemptId: longest, reason: text } }],
  release: [{ path: { holdId: 'large-4' }, body: { reason: text } }],
  quote: [{ body: { product: 'plain', quantity: 1_000_000 } }, { body: { product: 'zigzag', quantity: 1_000_000 } }],
  openOrder: [{ body: { orderId: longest, amount: most, channel: 'reference', payer: text } }],
  listOrders: page,
  getOrder: plain,
  notify: [
    { body: { transactionId: longest, order: text, amount: most, currency: 'CNY', paidAt: '9999-12-31T23:59:59Z' } },
  ],
  listUnmatchedPayments: page,
  assignPayment: plain,
  payBackPayment: plain,
  batch: [
    {
      body: {
        operations: Array.from({ length: 8_192 }, (_, n) => ({
          op: 'freeze',
          accountId: `no-${String(n)}`,
          holdId: 'h',
          amount: '1',
        })),
      },
    },
  ],
  listEvents: events,
  listPriceBooks: plain,
  getPriceBook: [{}, { path: { priceBook: `${'x'.repeat(40)}@999999` } }],
  makeCheckpoint: plain,
  listCheckpoints: [{ query: 'limit=500' }, { query: `limit=500&before=${String(Number.MAX_SAFE_INTEGER)}` }],
  getProof: plain,
  logExport: [
    {
      body: {
        exportId: longest,
        accounts: Array.from({ length: 100 }, () => longest),
        events: Number.MAX_SAFE_INTEGER,
        digest: '0'.repeat(64),
      },
    },
  ],
  createKey: [
    {
      body: { name: 'n'.repeat(100), scopes: ['auditor'], accountPrefixes: Array.from({ length: 100 }, () => longest) },
    },
  ],
  listKeys: plain,
  revokeKey: [{ path: { keyId: longest } }],
  setBudget: [{ path: { name: longest }, body: { limit: most, period: 'year', reason: text } }],
  listBudgets: page,
  listBills: [
    {},
    ...[
      ['0001-01-01', '9999-12-31'],
      ['0001-01-01', '0001-01-01'],
      ['9999-12-31', '9999-12-31'],
      ['2026-01-01', '2026-12-31'],
    ].map(([from = '', to = '']) => ({ query: `from=${from}&to=${to}` })),
    { query: 'to=9999-12-31' },
    { query: 'to=0001-01-01' },
  ],
  getBill: ['0001-01-01', '2026-01-29', '9999-12-31'].map((date) => ({ path: { date } })),
  listBillEntries: ['0001-01-01', '2026-01-29', '9999-12-31'].flatMap((date) => [
    { path: { date }, query: 'limit=500' },
    { path: { date }, query: 'limit=500&after=9007199254740991' },
  ]),
  getStatement: ['0001-01', '2026-01', '2199-12', '9999-11', '9999-12'].map((month) => ({ path: { month } })),
  runBills: ['0001-01-01', '9999-12-31'].map((date) => ({ body: { date } })),
  registerWebhook: [
    {
      body: {
        webhookId: longest,
        url: `https://hooks.example/${'x'.repeat(2_000)}`,
        description: text,
        accountPrefixes: Array.from({ length: 100 }, () => longest),
      },
    },
  ],
  listWebhooks: plain,
  getWebhook: [{ path: { webhookId: longest } }],
  disableWebhook: [{ path: { webhookId: longest }, body: { reason: text } }],
  enableWebhook: [{ path: { webhookId: longest }, body: { reason: text } }],
  rotateWebhookSecret: [{ path: { webhookId: longest }, body: { secretId: longest, graceSeconds: 604_800 } }],
  replayWebhook: [
    { path: { webhookId: longest }, body: { after: '' } },
    { path: { webhookId: longest }, body: { since: '0001-01-01T00:00:00Z' } },
  ],
  deleteWebhook: [{ path: { webhookId: longest } }],
  acquirePack: [{ body: { packId: longest, family: 'calls', units: 1_000_000_000, kind: 'grant', reason: text } }],
  listPacks: page,
  refundPack: [{ path: { packId: longest }, body: { refundId: longest, amount: most, reason: text } }],
  setWarnings: [
    { body: { ...reason, changeId: 'warn', availableBelow: most, packPercentBelow: 100, packExpiresWithinDays: 366 } },
  ],
  listWarnings: events,
};

/**
 * Most work of one request. The most is that of a page of 500 things, or of as many events as come to a megabyte of text;
 * a month more or a day more would be noticed. A batch may do this for every 64 of its operations.
 */
const unitsMax = 150_000;
const perOperations = 64;

/** Most bytes of an answer: a page of a megabyte as JSON in JSON, and the largest thing on top. */
const bytesMax = 2_048 * kib;

let service: InProcess;
let work: WorkUnits;

beforeAll(async () => {
  service = await InProcess.open();
  const zigzag = { basis: 'match', credentialSeconds: null, packFamily: 'calls', steps } as const;
  const packs = { calls: [{ units: 1_000_000_000, price: '1' }] };
  await service.done('/v1/price-books', { name: 'steep', version: 1, products: { zigzag, plain: zigzag }, packs });
  await service.account('big', '1000000', { priceBook: 'steep', agreementStart: '0001-01-01', metadata });
  for (const what of ['large', 'settled']) {
    const freezes = Array.from({ length: 300 }, (_, n) => {
      return { op: 'freeze', accountId: 'big', holdId: `${what}-${String(n)}`, amount: '1', metadata };
    });
    await service.done('/v1/batch', { operations: freezes });
  }
  const settles = Array.from({ length: 300 }, (_, n) => {
    return { op: 'settle', accountId: 'big', holdId: `settled-${String(n)}`, outcome: 'match', evidence };
  });
  await service.done('/v1/batch', { operations: settles });
  const deposits = Array.from({ length: 600 }, (_, n) => {
    return { op: 'deposit', accountId: 'big', depositId: `d${String(n)}`, amount: '1', reference: text };
  });
  await service.done('/v1/batch', { operations: deposits });
  for (let n = 0; n < 120; n += 1) await service.done('/v1/accounts', { accountId: `many-${String(n)}`, metadata });
  await service.listsCaughtUp();
  work = new WorkUnits();
});

afterAll(async () => {
  work.stop();
  await service.close();
});

function ask(name: RouteName, { path = {}, query, body }: Asked): Promise<Reply> {
  const usual = sampleCall(name, 'big');
  const parts = routes[name].path.split('/');
  const named = usual.path.split('/').map((part, at) => path[/^\{(\w+)\}$/.exec(parts[at] ?? '')?.[1] ?? ''] ?? part);
  const url = `${named.join('/')}${query === undefined ? '' : `?${query}`}`;
  const sent = body ?? usual.body;
  return service.ask(routes[name].method, url, sent === undefined ? {} : { body: sent });
}

describe('the work and the answer of every route', () => {
  // What ends the account comes last.
  const names = Object.keys(asks) as RouteName[];

  it('are looked at: no route of the contract is left out', () => {
    expect(names.sort()).toEqual(Object.keys(routes).sort());
  });

  it.each(names)('are bounded, whatever it is asked for: %s', async (name) => {
    for (const asked of asks[name]) {
      work.count();
      const { status, text: answer } = await ask(name, asked);
      const units = work.count();
      const about = `${name} ${JSON.stringify(asked).slice(0, 200)}: ${String(status)}`;
      const operations = (asked.body as { operations?: readonly unknown[] } | undefined)?.operations?.length ?? 1;
      expect([about, status < 500 || status === 503]).toEqual([about, true]);
      expect([about, units <= unitsMax * Math.ceil(operations / perOperations) ? 'bounded' : units]).toEqual([
        about,
        'bounded',
      ]);
      expect([about, answer.length <= Math.max(bytesMax, operations * kib) ? 'bounded' : answer.length]).toEqual([
        about,
        'bounded',
      ]);
    }
  });
});
