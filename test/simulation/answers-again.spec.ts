import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '#application';
import { accountStream, type Command } from '#domain';
import { MemoryEventStore } from '#event-store';
import { evidence, start } from '../support/account-driver.ts';
import { adjust, change, deposit, fail, freeze, openAccount, release, settle, withdraw } from '../support/commands.ts';
import { asked, HandClock, outcome, Replica } from '../support/replica.ts';

interface Step {
  readonly command: Command;
  readonly answer: Answer;
}

const priced = { ...freeze('priced'), product: 'by-match', amount: null, quantity: 2, metadata: { b: '2', a: '1' } };
const mismatch = { ...settle('unbillable'), outcome: 'mismatch', evidence } as const;

/** Every kind of command that can be answered, in the order of one account's life; a number is a pause in ms. */
const life: readonly (Command | number)[] = [
  { ...openAccount('acme'), priceBook: 'test', metadata: { name: 'Ächme' } },
  deposit('d1', '100'),
  withdraw('w1', '10'),
  adjust('a1', '-5'),
  priced,
  { ...priced, holdId: 'unbillable' },
  freeze('settled', '2'),
  freeze('released', '1'),
  freeze('expired', '1', 60),
  freeze('late', '1', 60),
  5,
  fail('priced', 'f1'),
  settle('priced'),
  mismatch,
  { ...settle('settled'), amount: deposit('x', '0.5').amount },
  release('released'),
  change('suspend', 's1'),
  change('resume', 'r1'),
  60_000,
  settle('late', start),
  settle('released', start),
  24 * 3_600_000,
  withdraw('w2', '78.5'),
  change('close', 'c1'),
];

let store: MemoryEventStore;
let clock: HandClock;
let steps: Step[];
let replica: Replica;

beforeEach(async () => {
  store = new MemoryEventStore();
  clock = new HandClock(start);
  replica = new Replica(store, clock, { soleWriter: true, limits: { snapshotEveryEvents: 5 } });
  steps = [];
  for (const step of life) {
    if (typeof step === 'number') clock.time += step;
    else steps.push({ command: step, answer: await replica.run('acme', step, true) });
    await replica.index.catchUp();
  }
  expect(steps.map(({ answer }) => outcome(answer))).toEqual(Array(steps.length).fill('done'));
});

describe('every command of an account’s life, sent again,', () => {
  it.each<[string, () => Replica | Promise<Replica>]>([
    ['by the process that answered first', () => replica],
    ['by a process that restarts, with its index rebuilt', async () => indexed(fresh(true))],
    ['by a process whose index and snapshots are lost', () => fresh(true)],
    ['by another replica, whose index is behind', () => fresh(false)],
  ])('is answered byte for byte as first, without an event: %s', async (_, make) => {
    clock.time += 3 * 365 * 86_400_000;
    const other = await make();
    const { head } = await store.readStream(accountStream('acme'), 0, 1);
    for (const { command, answer } of steps) {
      const again = await other.lanes.run('acme', {
        ...asked(command),
        actor: 'somebody else',
        correlationId: 'another',
      });
      if (answer.kind !== 'done') throw new TypeError('every command was carried out');
      expect(again).toMatchObject({ kind: 'done', replayed: true, body: answer.body, created: answer.created });
    }
    expect((await store.readStream(accountStream('acme'), 0, 1)).head).toBe(head);
  });

  it('a freeze says beside its first answer what the hold is now', async () => {
    const now: string[] = [];
    for (const { command } of steps) {
      if (command.kind !== 'freeze') continue;
      const again = await replica.run('acme', command);
      if (again.kind === 'done') now.push(`${command.holdId} ${String(again.holdNow)}`);
    }
    expect(now).toEqual([
      'priced settled',
      'unbillable released',
      'settled settled',
      'released settled',
      'expired expired',
      'late settled',
    ]);
  });

  function fresh(soleWriter: boolean): Replica {
    return new Replica(store, clock, { soleWriter });
  }

  async function indexed(one: Replica): Promise<Replica> {
    await one.index.catchUp();
    return one;
  }
});

describe('the body of an answer', () => {
  it('to a command on holds or money never carries a balance', () => {
    // A hold's `packs` are those that its own units were taken from.
    const balances = ['available', 'frozen', 'settled', 'deposited', 'credited', 'withdrawn', 'balance'];
    for (const { answer } of steps) {
      if (answer.kind !== 'done') continue;
      const body = JSON.parse(answer.body) as Record<string, unknown>;
      expect(Object.keys(body).filter((field) => balances.includes(field))).toEqual([]);
    }
  });
});

describe('every stored event', () => {
  it.each([
    ['an alarm', { actor: 'holdfast', correlationId: 'alarm' }, { actor: 'holdfast', correlationId: 'alarm' }],
    ['the sweeper', { actor: 'holdfast', correlationId: 'sweeper' }, { actor: 'holdfast', correlationId: 'sweeper' }],
    [
      'the daily run',
      { actor: 'holdfast', correlationId: 'bill-run' },
      { actor: 'holdfast', correlationId: 'bill-run' },
    ],
    [
      'somebody’s command, and was swept in front of it',
      { actor: 'key-1', correlationId: 'alarm' },
      { actor: 'holdfast', correlationId: 'sweep', causationId: 'alarm' },
    ],
  ])('that fell due says what let it happen: %s', async (_, woken, cause) => {
    await replica.lanes.run('gamma', { ...asked(openAccount('gamma')) });
    await replica.lanes.run('gamma', { ...asked(deposit('d1', '1')) });
    await replica.lanes.run('gamma', { ...asked(freeze('h1', '1', 1)) });
    clock.time += 1_000;
    const command = woken.actor === 'holdfast' ? ({ kind: 'expire-due' } as const) : deposit('d2', '1');
    // What waits behind it changes nothing about that.
    await Promise.all([
      replica.lanes.run('gamma', { ...asked(command), ...woken }),
      replica.lanes.run('gamma', { ...asked(deposit('d3', '1')), actor: 'key-2', correlationId: 'r-9' }),
    ]);
    const { events } = await store.readStream(accountStream('gamma'), 3, 10);
    expect(events.map(({ type, metadata }) => [type, JSON.parse(metadata) as unknown])).toEqual([
      ['hold-expired.v1', cause],
      ...(woken.actor === 'holdfast' ? [] : [['funds-deposited.v1', woken]]),
      ['funds-deposited.v1', { actor: 'key-2', correlationId: 'r-9' }],
    ]);
  });

  it('says who caused it and by which request; an expiry, that the ledger did', async () => {
    await replica.lanes.run('beta', { ...asked(openAccount('beta')), actor: 'key-1', correlationId: 'r-1' });
    await replica.lanes.run('beta', { ...asked(deposit('d1', '1')), actor: 'key-2', correlationId: 'r-2' });
    await replica.lanes.run('beta', { ...asked(freeze('h1', '1', 1)), actor: 'key-2', correlationId: 'r-3' });
    clock.time += 1_000;
    await replica.lanes.run('beta', { ...asked({ kind: 'expire-due' }), actor: 'holdfast', correlationId: 'alarm' });
    const { events } = await store.readStream(accountStream('beta'), 0, 10);
    expect(events.map(({ type, metadata }) => [type, JSON.parse(metadata) as unknown])).toEqual([
      ['account-opened.v1', { actor: 'key-1', correlationId: 'r-1' }],
      ['funds-deposited.v1', { actor: 'key-2', correlationId: 'r-2' }],
      ['funds-frozen.v1', { actor: 'key-2', correlationId: 'r-3' }],
      ['hold-expired.v1', { actor: 'holdfast', correlationId: 'alarm' }],
    ]);
  });
});
