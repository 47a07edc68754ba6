import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AsOf, BalanceAsOf, type Moment } from '#application';
import {
  type AccountEvent,
  balanceTexts,
  budgetView,
  type Command,
  decodeEvent,
  fold,
  type Pack,
  parseMoney,
  sweep,
} from '#domain';
import { LogReader } from '#event-store';
import { balanceAt } from '../../apps/auditor/src/reports/balance.ts';
import { adjust, deposit, fail, freeze, openAccount, release, settle, withdraw } from '../support/commands.ts';
import { Dice } from '../support/dice.ts';
import { DrivenStore, start } from '../support/driven-store.ts';
import { formatUnits, naiveBalanceThen } from '../support/naive-balance-then.ts';
import { asked } from '../support/replica.ts';
import { scratchDirectory } from '../support/scratch-directory.ts';

const momentsAsked = 1_000;
const batches = 400;

const dice = new Dice();
const amounts = ['0.00000001', '0.85', '1', '2.5', '3', '17.25'];

let directory: string;
let driven: DrivenStore;
let balances: BalanceAsOf;
let log: LogReader;
let events: readonly AccountEvent[];

beforeAll(async () => {
  directory = scratchDirectory();
  driven = await DrivenStore.open(directory);
  const opening = { ...openAccount('acme'), priceBook: 'aliyun-2021' };
  await driven.run('acme', opening, deposit('d0', '500'), dailyBudget('sales'), dailyBudget('support'));
  await driven.run('acme', deposit('d1', '3600'), pack('bought', 'purchase', 1_000_000));
  await driven.run('acme', pack('last', 'grant', 40), calls('sure-calls', 3), settle('sure-calls'));
  // What chance brings about too seldom.
  await driven.run('acme', freeze('sure', '1', 60), settle('sure'), refund('sure', 'sure'), reversal('sure', 'd0'));
  for (let batch = 0; batch < batches; batch += 1) {
    await oneBatch(batch);
    // The packs that came up to then have expired when the next moves.
    if (batch === batches / 2) driven.clock.time += 366 * 86_400_000;
  }
  // Holds are still open here whose deadlines have come: nobody has written that.
  driven.clock.time += 90_000;
  balances = new BalanceAsOf(driven.lanes, driven.store, driven.readModels.snapshots, driven.clock);
  log = LogReader.open(join(directory, 'events.db'));
  const { events: recorded } = log.readStream('account-acme', 0, Number.MAX_SAFE_INTEGER);
  events = recorded.map(({ type, data }) => decodeEvent(type, data));
});

afterAll(async () => {
  log.close();
  await driven.close();
});

/** Some commands at one moment, and then a while in which holds fall due; what is refused changes nothing. */
async function oneBatch(batch: number): Promise<void> {
  const commands: Command[] = [];
  const amount = (): string => dice.pick(amounts) ?? '1';
  for (let index = dice.between(2, 7); index > 0; index -= 1) {
    const id = `${String(batch)}-${String(index)}`;
    const earlier = `${String(Math.max(0, batch - dice.between(0, 6)))}-${String(dice.between(1, 7))}`;
    const verb = dice.between(1, 100);
    if (verb <= 12) commands.push(calls(id, dice.between(1, 9)));
    if (verb > 12 && verb <= 45) {
      const budget = dice.pick([null, 'sales', 'support']) ?? null;
      commands.push({ ...freeze(id, amount(), dice.between(1, 60)), budget });
    }
    if (verb > 45 && verb <= 65) commands.push(settleSome(earlier, amount()));
    if (verb > 65 && verb <= 72) commands.push(release(earlier));
    if (verb > 72 && verb <= 78) commands.push(fail(earlier, `a${id}`));
    if (verb > 78 && verb <= 84) commands.push(deposit(id, amount()));
    if (verb > 84 && verb <= 88) commands.push(withdraw(id, amount()));
    if (verb > 88 && verb <= 92) commands.push(adjust(id, dice.falls(50) ? amount() : `-${amount()}`));
    if (verb > 92 && verb <= 95) commands.push(refund(id, earlier));
    if (verb > 95 && verb <= 97) commands.push(reversal(id, dice.falls(50) ? 'd0' : earlier));
    if (verb > 97) commands.push(settle(earlier, driven.clock.time - dice.between(0, 30_000)));
    if (dice.falls(4)) commands.push(pack(`g${id}`, 'grant', dice.between(1, 30)));
    if (dice.falls(1)) commands.push(packRefund(id));
  }
  await Promise.all(commands.map((command) => driven.lanes.run('acme', asked(command, true))));
  // Now and then the day is over.
  const pause = dice.falls(2) ? 7 * 3_600_000 : dice.pick([0, 1, 7, 400, 1_000, 3_000, 9_000]);
  driven.clock.time += pause ?? 0;
}

function dailyBudget(name: string): Command {
  return { kind: 'set-budget', name, limit: parseMoney('200'), period: 'day', reason: 'agreed' };
}

function pack(packId: string, how: 'purchase' | 'grant', units: number): Command {
  return { kind: 'acquire-pack', packId, family: 'face', units, how, reason: how === 'grant' ? 'goodwill' : null };
}

function packRefund(refundId: string): Command {
  return { kind: 'refund-pack', packId: 'bought', refundId, amount: null, reason: null };
}

function calls(holdId: string, quantity: number): Command {
  return { ...freeze(holdId, '1', dice.between(1, 60)), product: 'face-compare', quantity, amount: null };
}

function refund(refundId: string, holdId: string): Command {
  return { kind: 'refund', refundId, holdId, amount: parseMoney('0.00000001'), reason: 'goodwill' };
}

function reversal(reversalId: string, depositId: string): Command {
  const amount = depositId === 'd0' ? parseMoney('0.00000001') : null;
  return { kind: 'reverse-deposit', reversalId, depositId, amount, reason: 'bounced' };
}

function settleSome(holdId: string, amount: string): Command {
  return { ...settle(holdId), amount: dice.falls(50) ? parseMoney(amount) : null };
}

/** What an answer says, whoever gives it. */
interface Expected {
  readonly balance: AsOf['balance'];
  readonly holds: readonly string[];
  readonly openHolds: number;
  readonly budgets: AsOf['budgets'];
  readonly packs: readonly Pick<Pack, 'packId' | 'remaining' | 'reserved' | 'consumed' | 'expiresAt'>[];
}

/** Every field that tells the balance, in one text. */
function seen({ balance, openHolds, holds, budgets, packs }: Expected, now: number): string {
  const { available, frozen, settled, packs: paid, deposited, credited, withdrawn } = balance;
  const used = budgets.map((budget) => `${budget.name} ${budget.used}`);
  const usable = packs.filter(({ expiresAt, remaining, reserved }) => now < expiresAt && remaining + reserved > 0);
  const units = usable.map(({ packId, remaining, reserved, consumed }) =>
    [packId, remaining, reserved, consumed].join(' '),
  );
  return [available, frozen, settled, paid, deposited, credited, withdrawn, openHolds, holds, used, units].join(' ');
}

function upTo(moment: Moment): readonly AccountEvent[] {
  return events.filter(({ data }, revision) => ('at' in moment ? data.at <= moment.at : revision <= moment.revision));
}

/** The moment itself, or the time of the last event. */
function readTime(moment: Moment): number {
  return 'at' in moment ? moment.at : (events[moment.revision]?.data.at ?? 0);
}

/** By the domain model, from the first event on. */
function replayed(moment: Moment): string {
  const state = fold(upTo(moment));
  if ('at' in moment) sweep(state, moment.at, Number.POSITIVE_INFINITY);
  const open = [...state.openHolds.values()].sort((left, right) => left.order - right.order);
  const now = readTime(moment);
  const budgets = state.budgets.page(null, 10).map((budget) => budgetView(budget, now));
  const holds = open.map(({ opening }) => opening.holdId);
  const balance = balanceTexts(state.summary.balance);
  return seen({ balance, openHolds: holds.length, holds, budgets, packs: state.packs.all() }, now);
}

function naively(moment: Moment): string {
  const then = naiveBalanceThen(upTo(moment), 'at' in moment ? moment.at : undefined);
  const { available, frozen, settled, paidForPacks, deposited, credited, withdrawn } = then;
  const { openHolds, budgets, packs } = then;
  const texts = [available, frozen, settled, paidForPacks, deposited, credited, withdrawn].map(formatUnits);
  return [...texts, openHolds.length, openHolds, budgets, packs].join(' ');
}

async function readAt(moment: Moment): Promise<string> {
  const then = await balances.at('acme', moment);
  if (then === undefined) throw new Error('there was an account then');
  return seen({ ...then, holds: then.holds.map(({ opening }) => opening.holdId) }, readTime(moment));
}

/** All three ways agree on it. */
async function expectSame(moment: Moment): Promise<void> {
  const context = { seed: dice.seed, moment };
  const [fast, whole, naive] = [await readAt(moment), replayed(moment), naively(moment)];
  expect({ ...context, fast, whole }).toEqual({ ...context, fast: naive, whole: naive });
}

/** Any moment of the history; as often as not one about which something happens, or falls due, to the millisecond. */
function anyMoment(): number {
  const last = driven.clock.time - 1;
  const event = dice.pick(events);
  if (event === undefined || dice.falls(30)) return dice.between(0, last - start) + start;
  const at = event.type === 'funds-frozen.v1' && dice.falls(80) ? event.data.expiresAt : event.data.at;
  return Math.min(last, Math.max(start, at + dice.between(-1, 1)));
}

function snapshotRevisions(): readonly number[] {
  const kept = new Set<number>();
  for (let revision = 0; revision < events.length; revision += 1) {
    const snapshot = driven.readModels.snapshots.newestUpTo('acme', revision);
    if (snapshot !== undefined) kept.add(snapshot.revision);
  }
  return [...kept].filter((revision) => revision < events.length - 1);
}

describe('the balance as of any moment', () => {
  it('comes from snapshots that are spread over the history', () => {
    expect(events.length).toBeGreaterThan(1_000);
    expect(snapshotRevisions().length).toBeGreaterThan(10);
    const kinds = new Set(events.map(({ type }) => type));
    expect([...kinds]).toEqual(
      expect.arrayContaining(['charge-refunded.v1', 'deposit-reversed.v1', 'hold-expired.v1', 'pack-expired.v1']),
    );
  });

  it('is that of a full replay, and of a model that knows no domain model, at a thousand moments', async () => {
    for (let count = 0; count < momentsAsked; count += 1) await expectSame({ at: anyMoment() });
  });

  it('is so after revisions all over the history, those of the snapshots and their neighbours among them', async () => {
    for (let revision = 0; revision < events.length; revision += dice.between(1, 19)) await expectSame({ revision });
    for (const revision of snapshotRevisions()) {
      for (const near of [revision - 1, revision, revision + 1]) await expectSame({ revision: near });
    }
    await expectSame({ revision: events.length - 1 });
  });

  it('is what the auditor says, who reads nothing but the log', async () => {
    for (let count = 0; count < 40; count += 1) {
      const moment = { at: anyMoment() };
      const then = await balanceAt(log, 'acme', moment);
      const holds = then.holds.map(({ holdId }) => holdId);
      const packs = then.packs.map((each) => ({ ...each, expiresAt: Date.parse(each.expiresAt) }));
      expect(seen({ ...then, holds, packs }, moment.at)).toBe(await readAt(moment));
    }
  });

  it('is so at every deadline that nobody wrote down, a millisecond before it and behind it', async () => {
    const unwritten = naiveBalanceThen(events).openHolds;
    expect(unwritten.length).toBeGreaterThan(0);
    for (const event of events) {
      if (event.type !== 'funds-frozen.v1' || !unwritten.includes(event.data.holdId)) continue;
      for (const offset of [-1, 0, 1]) await expectSame({ at: event.data.expiresAt + offset });
    }
  });
});
