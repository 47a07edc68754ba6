import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readOutcome, type Reply } from '../support/caller.ts';
import { EventRecord } from '../support/event-record.ts';
import { DataDirectory, Service } from '../support/service.ts';

const clientCount = 64;
const callsOfEach = 25;
const holdCount = 1_000;

const data = new DataDirectory();
let service: Service;

beforeAll(async () => {
  service = await Service.start(data.path);
});

afterAll(async () => {
  await service.kill();
  data.delete();
});

async function open(accountId: string, money: string, terms: object = {}): Promise<void> {
  await service.admin.done('/v1/accounts', { accountId, ...terms });
  if (money !== '0') await service.admin.done(`/v1/accounts/${accountId}/deposits`, { depositId: 'd', amount: money });
}

function freeze(accountId: string, holdId: string, what: object): Promise<Reply> {
  return service.admin.post(`/v1/accounts/${accountId}/holds`, { holdId, ...what });
}

async function readBalance(accountId: string): Promise<object> {
  return (await service.admin.read<{ balance: object }>(`/v1/accounts/${accountId}`)).balance;
}

describe('many clients on one account', () => {
  it('gets exactly the thousand holds that there is money for; everybody else is told that it is not enough', async () => {
    await open('busy', '850');
    const outcomes = await Promise.all(
      Array.from({ length: clientCount }, async (_, client) => {
        const mine: string[] = [];
        for (let call = 0; call < callsOfEach; call += 1) {
          mine.push(readOutcome(await freeze('busy', `${String(client)}-${String(call)}`, { amount: '0.85' })));
        }
        return mine;
      }),
    );
    const counted = Map.groupBy(outcomes.flat(), (outcome) => outcome);
    expect(new Map([...counted].map(([outcome, all]) => [outcome, all.length]))).toEqual(
      new Map([
        ['201', holdCount],
        ['402 insufficient_available_balance', clientCount * callsOfEach - holdCount],
      ]),
    );
    expect(await readBalance('busy')).toMatchObject({ available: '0', frozen: '850' });
    const { names } = await new EventRecord('busy').readOn(service.admin);
    expect(names.filter((name) => name.startsWith('funds-frozen.v1'))).toHaveLength(holdCount);
  });

  it('gets one hold for one id, however many ask for it at once', async () => {
    await open('same', '850');
    const replies = await Promise.all(
      Array.from({ length: clientCount }, () => freeze('same', 'the-one', { amount: '0.85' })),
    );
    expect(new Set(replies.map(({ status, text }) => `${String(status)} ${text}`)).size).toBe(1);
    expect(replies.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(await readBalance('same')).toMatchObject({ available: '849.15', frozen: '0.85' });
  });

  it('ends a hold once, when all ends are asked for at once', async () => {
    await open('ends', '850');
    await freeze('ends', 'h', { amount: '0.85' });
    const ends = Array.from({ length: clientCount }, (_, n) =>
      n % 2 === 0
        ? service.admin.post('/v1/accounts/ends/holds/h/settle', { outcome: 'match' })
        : service.admin.post('/v1/accounts/ends/holds/h/release', { reason: 'not issued' }),
    );
    const outcomes = (await Promise.all(ends)).map(readOutcome);
    const lost = outcomes.filter((outcome) => outcome !== '200');
    expect(lost).toHaveLength(clientCount / 2);
    expect(new Set(lost).size).toBe(1);
    const { names } = await new EventRecord('ends').readOn(service.admin);
    expect(names.filter((name) => /^hold-(settled|released)/.test(name))).toHaveLength(1);
  });
});

describe('a balance that is just enough', () => {
  const priced = { priceBook: 'dcloud-2023' };

  it.each<[string, string, object, object, string]>([
    ['exactly the amount', '0.85', {}, { amount: '0.85' }, '201'],
    ['exactly the price', '0.85', priced, { product: 'face-verify' }, '201'],
    ['exactly the price of three', '2.55', priced, { product: 'face-verify', quantity: 3 }, '201'],
    ['a hundred-millionth short', '0.84999999', {}, { amount: '0.85' }, '402 insufficient_available_balance'],
    ['short of the price', '0.84999999', priced, { product: 'face-verify' }, '402 insufficient_available_balance'],
    ['nothing but credit, exactly', '0', { creditLimit: '0.85' }, { amount: '0.85' }, '201'],
    ['money and credit, exactly', '0.35', { creditLimit: '0.5' }, { amount: '0.85' }, '201'],
    [
      'a hundred-millionth over the credit',
      '0.35',
      { creditLimit: '0.5' },
      { amount: '0.85000001' },
      '402 insufficient_available_balance',
    ],
    ['the limit of frozen money, exactly', '9', { limits: { frozen: '0.85' } }, { amount: '0.85' }, '201'],
    ['over the limit', '9', { limits: { frozen: '0.85' } }, { amount: '0.86' }, '402 frozen_limit_exceeded'],
    ['the spend of the day, exactly', '9', { limits: { dailySpend: '0.85' } }, { amount: '0.85' }, '201'],
    ['over the spend', '9', { limits: { dailySpend: '0.85' } }, { amount: '0.86' }, '402 spend_limit_exceeded'],
  ])('%s', async (name, money, terms, what, outcome) => {
    const accountId = name.replaceAll(/[^a-z]/g, '-');
    await open(accountId, money, terms);
    const reply = await freeze(accountId, 'h', what);
    expect(readOutcome(reply)).toBe(outcome);
  });

  it('says what there is, what is frozen and what it would take', async () => {
    await open('facts', '1');
    await freeze('facts', 'h1', { amount: '0.85' });
    const { text } = await freeze('facts', 'h2', { amount: '0.85' });
    const facts = { available: '0.15', frozen: '0.85', required: '0.85', enoughIfUnfrozen: true };
    expect(JSON.parse(text)).toMatchObject(facts);
    await service.admin.done('/v1/accounts/facts/holds/h1/release', { reason: 'not issued' });
    expect(readOutcome(await freeze('facts', 'h2', { amount: '0.85' }))).toBe('201');
  });

  it('is free again at the deadline, to the millisecond', async () => {
    await open('deadline', '0.85');
    await freeze('deadline', 'first', { amount: '0.85', ttlSeconds: 1 });
    let reply = await freeze('deadline', 'second', { amount: '0.85' });
    for (; reply.status === 402; reply = await freeze('deadline', 'second', { amount: '0.85' }));
    const { events } = await new EventRecord('deadline').readOn(service.admin);
    const [expired, reopened] = events.slice(-2);
    expect([expired?.type, reopened?.type]).toEqual(['hold-expired.v1', 'funds-frozen.v1']);
    const { expiresAt } = events[2]?.data as { expiresAt: number };
    expect(expired?.data.at).toBe(expiresAt);
    expect(reopened?.data.at).toBeGreaterThanOrEqual(expiresAt);
  });
});
