import { describe, expect, it } from '@jest/globals';
import { serviceForAll } from '../../../../test/support/in-process.ts';

interface Result {
  readonly status: number;
  readonly body: { readonly code?: string; readonly field?: string; readonly holdId?: string };
  readonly replayed?: true;
  readonly now?: string;
}

const service = serviceForAll();

async function batch(operations: readonly unknown[], key?: string): Promise<readonly Result[]> {
  const asked = key === undefined ? {} : { key };
  const reply = await service.post<{ results: Result[] }>('/v1/batch', { operations }, asked);
  expect(reply.status).toBe(200);
  expect(reply.body.results).toHaveLength(operations.length);
  return reply.body.results;
}

/** `status code` of every result. */
function outcomes(results: readonly Result[]): string[] {
  return results.map(({ status, body: { code } }) =>
    code === undefined ? String(status) : `${String(status)} ${code}`,
  );
}

function freeze(accountId: string, holdId: string, amount = '1', linked?: true): object {
  return { op: 'freeze', accountId, holdId, amount, ...(linked && { linked }) };
}

async function frozen(accountId: string): Promise<unknown> {
  const { body } = await service.get<{ balance: { frozen: string } }>(`/v1/accounts/${accountId}`);
  return body.balance.frozen;
}

describe('a batch', () => {
  it('keeps the order of each account and of the answers, however the accounts are mixed', async () => {
    const accounts = Array.from({ length: 7 }, (_, number) => `mixed-${String(number)}`);
    for (const accountId of accounts) await service.account(accountId, '1000');
    const operations = Array.from({ length: 700 }, (_, number) => {
      const accountId = accounts[(number * 5) % accounts.length] ?? '';
      return freeze(accountId, `h${String(number)}`, '1', number % 9 === 0 ? true : undefined);
    });
    const results = await batch(operations);
    expect(results.map(({ body }) => body.holdId)).toEqual(operations.map((_, number) => `h${String(number)}`));
    for (const accountId of accounts) {
      const { body } = await service.get<{ events: { type: string; data: string }[] }>(
        `/v1/accounts/${accountId}/events?limit=500`,
      );
      const opened = body.events
        .filter(({ type }) => type === 'funds-frozen.v1')
        .map(({ data }) => Number((JSON.parse(data) as { holdId: string }).holdId.slice(1)));
      expect(opened).toHaveLength(100);
      expect(opened).toEqual(opened.toSorted((one, other) => one - other));
    }
  });

  it('gives each operation the answer that its own route would give, in order', async () => {
    await service.account('each');
    await service.account('other', '0');
    const on = { accountId: 'each' };
    const results = await batch([
      { op: 'deposit', ...on, depositId: 'd', amount: '5' },
      freeze('each', 'h1', '3'),
      freeze('each', 'h2', '3'),
      { op: 'settle', ...on, holdId: 'h1', outcome: 'match', amount: '2' },
      { op: 'fail', ...on, holdId: 'h2', attemptId: 'a', reason: 'r' },
      { op: 'release', ...on, holdId: 'h2', reason: 'r' },
      freeze('other', 'h', '1'),
      freeze('nobody', 'h'),
      { op: 'settle', ...on, holdId: 'h9', outcome: 'match' },
    ]);
    expect(outcomes(results)).toEqual([
      '201',
      '201',
      '201',
      '200',
      '200',
      '200',
      '402 insufficient_available_balance',
      '404 account_not_found',
      '404 hold_not_found',
    ]);
    const settled = await service.post('/v1/accounts/each/holds/h1/settle', { outcome: 'match', amount: '2' });
    expect(JSON.stringify(results[3]?.body)).toBe(settled.text);
  });

  it('answers again what it answered, and says with a freeze what the hold is now', async () => {
    await service.account('again');
    const operations = [freeze('again', 'h1'), freeze('again', 'h2')];
    const first = await batch(operations);
    await service.done('/v1/accounts/again/holds/h2/settle', { outcome: 'match' });
    const second = await batch(operations);
    expect(second.map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    expect(first.map(({ replayed, now }) => [replayed, now])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(second.map(({ replayed, now }) => [replayed, now])).toEqual([
      [true, 'open'],
      [true, 'settled'],
    ]);
  });

  it('judges every operation by itself when some are malformed', async () => {
    await service.account('malformed');
    const results = await batch([
      null,
      1,
      'freeze',
      [],
      {},
      { op: 'withdraw', accountId: 'malformed', withdrawalId: 'w', amount: '1' },
      { op: 'freeze', accountId: 'malformed', holdId: 'h' },
      freeze('malformed', 'h', '01'),
      { ...freeze('malformed', 'h'), linked: 'yes' },
      { ...freeze('malformed', 'h'), extra: 1 },
      { op: 'settle', accountId: 'malformed', outcome: 'match' },
      freeze('malformed', 'good'),
    ]);
    expect(outcomes(results)).toEqual([
      ...Array.from({ length: 7 }, () => '400 invalid_request'),
      '400 invalid_amount',
      ...Array.from({ length: 3 }, () => '400 invalid_request'),
      '201',
    ]);
    expect(results.slice(6, 11).map(({ body }) => body.field)).toEqual([
      'product',
      'amount',
      'linked',
      'extra',
      'holdId',
    ]);
  });

  it('asks of every operation the scope of its own route', async () => {
    await service.account('scopes');
    const deposit = { op: 'deposit', accountId: 'scopes', depositId: 'd', amount: '1' };
    const operations = [
      freeze('scopes', 'h'),
      deposit,
      { op: 'release', accountId: 'scopes', holdId: 'h', reason: 'r' },
    ];
    const gateway = await batch(operations, await service.key(['gateway']));
    expect(outcomes(gateway)).toEqual(['201', '403 forbidden', '200']);
    const operator = await batch(operations, await service.key(['operator']));
    expect(outcomes(operator)).toEqual(['403 forbidden', '201', '200']);
  });

  it('carries out as many operations as it may have', async () => {
    await service.account('full', '8192');
    const operations = Array.from({ length: 8_192 }, (_, n) => freeze('full', `h${String(n)}`));
    const results = await batch(operations);
    expect(results.filter(({ status }) => status !== 201)).toEqual([]);
    expect(results.map(({ body }) => body.holdId)).toEqual(operations.map((_, n) => `h${String(n)}`));
    expect(await frozen('full')).toBe('8192');
  });
});

describe('a batch whose answer would be too large', () => {
  it('carries out no more than fits, and says of the rest that it may come again', async () => {
    // Escaped, the metadata of one hold is as large as it may be; every replay of its ending answers with it.
    const text = '\u0001'.repeat(130);
    const metadata = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${String(index)}`, text]));
    await service.account('heavy');
    await service.done('/v1/accounts/heavy/holds', { holdId: 'h', amount: '1', metadata });
    const settle = { op: 'settle', accountId: 'heavy', holdId: 'h', outcome: 'match' };
    const results = await batch(Array.from({ length: 8_192 }, () => settle));
    const statuses = results.map(({ status }) => status);
    const done = statuses.lastIndexOf(200) + 1;
    expect(statuses).toEqual([...Array<number>(done).fill(200), ...Array<number>(8_192 - done).fill(503)]);
    expect(done).toBeGreaterThan(1_000);
    expect(done).toBeLessThan(8_192);
  });
});

describe('a linked group', () => {
  it('takes effect as a whole', async () => {
    await service.account('whole');
    const results = await batch([freeze('whole', 'h1', '50', true), freeze('whole', 'h2', '50', true)]);
    expect(outcomes(results)).toEqual(['201', '201']);
    expect(await frozen('whole')).toBe('100');
  });

  it('takes no effect if one is refused, which keeps its own answer, and uses up no id', async () => {
    await service.account('nothing');
    const before = await service.events();
    const operations = ['40', '40', '40', '1'].map((amount, n) => freeze('nothing', `h${String(n)}`, amount, true));
    expect(outcomes(await batch(operations))).toEqual([
      '424 linked_operation_failed',
      '424 linked_operation_failed',
      '402 insufficient_available_balance',
      '424 linked_operation_failed',
    ]);
    expect([await frozen('nothing'), await service.events()]).toEqual(['0', before]);
    expect(outcomes(await batch([freeze('nothing', 'h0', '7')]))).toEqual(['201']);
  });

  it('counts an answer given again as a success', async () => {
    await service.account('counted');
    await batch([freeze('counted', 'h1')]);
    const results = await batch([freeze('counted', 'h1', '1', true), freeze('counted', 'h2', '1', true)]);
    expect(outcomes(results)).toEqual(['201', '201']);
    expect(results.map(({ replayed }) => replayed)).toEqual([true, undefined]);
  });

  it('sees what its own operations did before', async () => {
    await service.account('steps', '1');
    const linked = true as const;
    const results = await batch([
      freeze('steps', 'h1', '1', linked),
      { op: 'release', accountId: 'steps', holdId: 'h1', reason: 'r', linked },
      freeze('steps', 'h2', '1', linked),
    ]);
    expect(outcomes(results)).toEqual(['201', '200', '201']);
  });

  it('is on one account, or all of it is refused', async () => {
    await service.account('one');
    await service.account('two');
    const before = await service.events();
    const results = await batch([freeze('one', 'h', '1', true), freeze('two', 'h', '1', true)]);
    expect(outcomes(results)).toEqual(['400 invalid_request', '400 invalid_request']);
    expect(results.map(({ body }) => body.field)).toEqual(['accountId', 'accountId']);
    expect(await service.events()).toBe(before);
  });

  it('is a run: an operation that is not linked divides two groups', async () => {
    await service.account('runs', '10');
    const results = await batch([
      freeze('runs', 'h1', '1', true),
      freeze('runs', 'h2', '100', true),
      freeze('runs', 'h3', '1'),
      freeze('runs', 'h4', '1', true),
    ]);
    expect(outcomes(results)).toEqual([
      '424 linked_operation_failed',
      '402 insufficient_available_balance',
      '201',
      '201',
    ]);
  });

  it('fails as a whole if one is malformed or not allowed', async () => {
    await service.account('strict');
    const before = await service.events();
    const bad = { ...freeze('strict', 'h2', '1', true), extra: 1 };
    expect(outcomes(await batch([freeze('strict', 'h1', '1', true), bad]))).toEqual([
      '424 linked_operation_failed',
      '400 invalid_request',
    ]);
    const deposit = { op: 'deposit', accountId: 'strict', depositId: 'd', amount: '1', linked: true };
    const results = await batch([freeze('strict', 'h1', '1', true), deposit], await service.key(['gateway']));
    // The key of the test is one event more.
    expect([outcomes(results), await service.events()]).toEqual([
      ['424 linked_operation_failed', '403 forbidden'],
      before + 1,
    ]);
  });

  const malformed: readonly (readonly [string, unknown])[] = [
    ...['true', 'false', 1, 0, null, '', [], {}, [true]].map((linked) => {
      return [`linked: ${JSON.stringify(linked)}`, { ...freeze('pieces', 'bad'), linked }] as const;
    }),
    ['no account', { op: 'freeze', holdId: 'bad', amount: '1', linked: true }],
    ['no operation', { accountId: 'pieces', holdId: 'bad', amount: '1', linked: true }],
    ['an operation that there is not', { ...freeze('pieces', 'bad', '1', true), op: 'withdraw' }],
    ['an amount that is none', freeze('pieces', 'bad', '01', true)],
    ['nothing', null],
    ['a number', 1],
    ['a text', 'freeze'],
    ['a list', [freeze('pieces', 'bad', '1', true)]],
  ];

  it.each(malformed)('with a malformed member is refused as a whole, wherever it stands: %s', async (_, bad) => {
    await service.account('pieces');
    const before = await service.events();
    const good = (n: number): object => freeze('pieces', `good-${String(n)}`, '1', true);
    for (const place of [0, 1, 2, 3]) {
      const operations = [0, 1, 2].map(good).toSpliced(place, 0, bad as object);
      const expected = operations.map((one) => (one === bad ? /^400 invalid_/ : /^424 linked_operation_failed$/));
      const said = outcomes(await batch(operations));
      expect(said).toEqual(expected.map((code): unknown => expect.stringMatching(code)));
    }
    expect([await frozen('pieces'), await service.events()]).toEqual(['0', before]);
  });

  it('ends where an operation says that it is not linked, malformed or not', async () => {
    await service.account('ends');
    const results = await batch([
      freeze('ends', 'h1', '1', true),
      { ...freeze('ends', 'h2', '01'), linked: false },
      freeze('ends', 'h3', '1', true),
      freeze('ends', 'h4'),
      null,
      freeze('ends', 'h5', '1'),
    ]);
    expect(outcomes(results)).toEqual(['201', '400 invalid_amount', '201', '201', '400 invalid_request', '201']);
  });

  it('is not made by what is no operation at all', async () => {
    const results = await batch(Array.from({ length: 600 }, (_, n) => (n % 2 === 0 ? null : 'freeze')));
    expect(new Set(outcomes(results))).toEqual(new Set(['400 invalid_request']));
  });

  it('has at most five hundred operations', async () => {
    await service.account('large', '1000');
    const group = (size: number): object[] =>
      Array.from({ length: size }, (_, n) => freeze('large', `h${String(n)}`, '1', true));
    const tooMany = await batch(group(501));
    expect(new Set(outcomes(tooMany))).toEqual(new Set(['422 linked_group_too_large']));
    expect(await frozen('large')).toBe('0');
    const justEnough = await batch(group(500));
    expect(new Set(outcomes(justEnough))).toEqual(new Set(['201']));
    expect(await frozen('large')).toBe('500');
  });
});
