import { setTimeout as after } from 'node:timers/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Dice } from '../support/dice.ts';
import { EventRecord } from '../support/event-record.ts';
import { DataDirectory, Service } from '../support/service.ts';
import { ask, Client, type Errand } from '../support/traffic.ts';

const rounds = 20;
/** A deadline finds what hangs: a start beside other work took 10 s, and twenty times as much is asked for again each round. */
const roundMaxMs = 60_000;
const accounts = ['acme', 'beta', 'core', 'dual'];
const clientCount = 8;
const dice = new Dice();

const data = new DataDirectory();

afterAll(() => {
  data.delete();
});

/** Sends errands again, several at a time; returns those that were answered otherwise than `expected` says. */
async function askedAgain(service: Service, errands: readonly Errand[]): Promise<Errand[]> {
  const { admin } = service;
  const wrong: Errand[] = [];
  const waiting = [...errands];
  const worker = async (): Promise<void> => {
    for (let errand = waiting.pop(); errand !== undefined; errand = waiting.pop()) {
      const reply = await ask(admin, errand);
      const { answer } = errand;
      errand.answer ??= reply;
      const same = answer === undefined || (reply?.status === answer.status && reply.text === answer.text);
      const replayed = answer === undefined || reply?.headers.get('idempotent-replayed') === 'true';
      if (reply === undefined || reply.status >= 300 || !same || !replayed) wrong.push({ ...errand, answer: reply });
    }
  };
  await Promise.all(Array.from({ length: clientCount }, worker));
  return wrong;
}

/** A start that is cut off too, every now and then, before one that is not. */
async function startAgain(): Promise<Service> {
  if (dice.falls(25)) {
    const unlucky = Service.launch(data.path);
    await after(dice.between(100, 900));
    await unlucky.kill();
  }
  return Service.start(data.path);
}

describe(`a service that is killed again and again under load (seed ${String(dice.seed)})`, () => {
  it(
    'has every answered request exactly once, and gives the same answer again',
    async () => {
      let service = await Service.start(data.path);
      for (const accountId of accounts) {
        await service.admin.done('/v1/accounts', { accountId });
        await service.admin.done(`/v1/accounts/${accountId}/deposits`, { depositId: 'first', amount: '1000000' });
      }
      const clients = Array.from({ length: clientCount }, (_, n) => new Client(`c${String(n)}`, accounts, dice));
      const records = new Map(accounts.map((accountId) => [accountId, new EventRecord(accountId)]));
      const settled = new Set<Errand>();
      for (let round = 0; round < rounds; round += 1) {
        const { admin } = service;
        const work = clients.map((client) => client.work(admin));
        await after(dice.between(50, 300));
        await service.kill();
        // None of them was told no; they ended because the connection did.
        expect(await Promise.all(work)).toEqual(clients.map(() => undefined));

        service = await startAgain();
        const fresh = clients.flatMap(({ errands }) => errands).filter((errand) => !settled.has(errand));
        const answered = fresh.filter(({ answer }) => answer !== undefined);
        const unanswered = fresh.filter(({ answer }) => answer === undefined);
        for (const record of records.values()) await record.readOn(service.admin);
        const times = timesByAccount(records);
        expect([...settled, ...answered].filter((errand) => countTimes(times, errand) !== 1)).toEqual([]);
        expect(unanswered.filter((errand) => countTimes(times, errand) > 1)).toEqual([]);

        expect(await askedAgain(service, unanswered)).toEqual([]);
        expect(await askedAgain(service, answered)).toEqual([]);
        for (const errand of fresh) settled.add(errand);
      }

      for (const accountId of accounts) {
        const record = await new EventRecord(accountId).readOn(service.admin);
        const { balance } = await service.admin.read<{ balance: object }>(`/v1/accounts/${accountId}`);
        const mine = [...settled].filter((errand) => errand.accountId === accountId);
        expect(record.names.toSorted()).toEqual(
          [`account-opened.v1 ${accountId}`, 'funds-deposited.v1 first', ...mine.map(({ event }) => event)].sort(),
        );
        expect(balance).toEqual(record.balance);
        expect(balance).toMatchObject(tally(1_000_000, mine));
      }
      expect((await service.stop()).code).toBe(0);
    },
    rounds * roundMaxMs,
  );
});

type Times = ReadonlyMap<string, number>;

function timesByAccount(records: ReadonlyMap<string, EventRecord>): Times {
  const times = new Map<string, number>();
  for (const [accountId, { names }] of records) {
    for (const name of names) times.set(`${accountId} ${name}`, (times.get(`${accountId} ${name}`) ?? 0) + 1);
  }
  return times;
}

function countTimes(times: Times, { accountId, event }: Errand): number {
  return times.get(`${accountId} ${event}`) ?? 0;
}

/** The balance that the answers alone come to, in whole numbers. */
function tally(first: number, errands: readonly Errand[]): object {
  const total = { deposited: first, frozen: 0, settled: 0 };
  for (const { event, answer } of errands) {
    const { amount, settledAmount } = JSON.parse(answer?.text ?? '') as { amount: string; settledAmount: string };
    if (event.startsWith('funds-deposited.v1')) total.deposited += Number(amount);
    if (event.startsWith('funds-frozen.v1')) total.frozen += Number(amount);
    if (event.startsWith('hold-released.v1')) total.frozen -= Number(amount);
    if (!event.startsWith('hold-settled.v1')) continue;
    total.frozen -= Number(amount);
    total.settled += Number(settledAmount);
  }
  const { deposited, frozen, settled } = total;
  const texts = Object.entries({ ...total, available: deposited - frozen - settled });
  return Object.fromEntries(texts.map(([name, amount]) => [name, String(amount)]));
}
