import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer } from '#application';
import { type AccountEvent, accountStream, type Command, decodeEvent, fold, formatMoney } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount, release, settle } from '../support/commands.ts';
import { asked, HandClock, outcome, Replica } from '../support/replica.ts';

/*
 * Many processes over one store, without any lease between them: only the revision that an append expects protects the
 * money.
 */

const limits = { conflictTriesMax: 1_000 };

let store: MemoryEventStore;
let clock: HandClock;
let replicas: readonly Replica[];

beforeEach(async () => {
  store = new MemoryEventStore();
  clock = new HandClock(start);
  replicas = Array.from({ length: 10 }, () => new Replica(store, clock, { soleWriter: false, limits }));
  await ask(replica(0), openAccount('acme'));
  await ask(replica(0), deposit('d0', '10'));
});

function replica(index: number): Replica {
  const one = replicas[index % replicas.length];
  if (one === undefined) throw new RangeError('there are replicas');
  return one;
}

let requests = 0;

/** Each request is one of its own, even if it asks for the same: it has another correlation id. */
function ask(one: Replica, command: Command): Promise<Answer> {
  requests += 1;
  return one.lanes.run('acme', { ...asked(command), correlationId: `request ${String(requests)}` });
}

async function history(): Promise<readonly AccountEvent[]> {
  const { events } = await store.readStream(accountStream('acme'), 0, 10_000);
  return events.map(({ type, data }) => decodeEvent(type, data));
}

async function count(pattern: RegExp): Promise<number> {
  return (await history()).filter(({ type }) => pattern.test(type)).length;
}

function counted(outcomes: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...new Set(outcomes)].sort().map((one) => [one, outcomes.filter((o) => o === one).length]),
  );
}

describe('ten replicas over one store', () => {
  it('carry out one command once, however many of them are asked', async () => {
    const answers = await Promise.all(replicas.map((one) => ask(one, freeze('h1'))));
    expect(counted(answers.map(outcome))).toEqual({ again: 9, done: 1 });
    expect(new Set(answers.map((answer) => (answer.kind === 'done' ? answer.body : answer.code))).size).toBe(1);
    expect(await count(/^funds-frozen/)).toBe(1);
  });

  it('never freeze more than there is', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, call) => ask(replica(call), freeze(`h${String(call)}`))),
    );
    expect(counted(answers.map(outcome))).toEqual({ done: 10, insufficient_available_balance: 20 });
    expect(formatMoney(fold(await history()).summary.balance.available)).toBe('0');
  });

  it.each([
    ['the settle is first', -1, 'done', 'hold_already_settled'],
    ['the deadline is first', 0, 'hold_expired', 'hold_expired'],
  ] as const)(
    'end a hold once when a settle, a release and its deadline race: %s',
    async (_, offset, settled, released) => {
      await ask(replica(0), freeze('h1', '1', 60));
      await Promise.all(replicas.map((one) => one.lanes.read('acme', () => undefined)));
      // All lanes have come to rest, so that what is asked next is decided at once.
      await nextTurn();
      const deadline = start + 60_000;
      clock.time = deadline + offset;
      const first = [ask(replica(1), settle('h1')), ask(replica(2), release('h1'))];
      // By now these are decided, each on what its own replica knows; nothing is stored yet.
      await nextTurn();
      clock.time = deadline - 1 - offset;
      const second = [ask(replica(3), settle('h1')), ask(replica(4), { kind: 'expire-due' })];
      const [settling, releasing] = (await Promise.all([...first, ...second])).map(outcome);
      expect([settling, releasing]).toEqual([settled, released]);
      expect(await count(/^hold-/)).toBe(1);
      expect(fold(await history()).openHolds.size).toBe(0);
    },
  );

  it('write an expiry once, however many alarms there are', async () => {
    for (const holdId of ['h1', 'h2', 'h3']) await ask(replica(0), freeze(holdId, '1', 60));
    clock.time += 60_000;
    const alarms = Array.from({ length: 30 }, (_, call) => ask(replica(call), { kind: 'expire-due' }));
    expect(counted((await Promise.all(alarms)).map(outcome))).toEqual({ done: 30 });
    expect(await count(/^hold-expired/)).toBe(3);
    expect(formatMoney(fold(await history()).summary.balance.available)).toBe('10');
  });
});

describe('a replica that is behind', () => {
  /** Both know the account as it was before the other writes again. */
  async function behind(): Promise<{ readonly ahead: Replica; readonly late: Replica }> {
    const [ahead, late] = [replica(0), replica(1)];
    await late.lanes.read('acme', () => undefined);
    return { ahead, late };
  }

  it('refuses nothing that the head of the stream would not refuse', async () => {
    const { ahead, late } = await behind();
    await ask(ahead, deposit('d1', '5'));
    expect(outcome(await ask(late, freeze('h1', '15')))).toBe('done');
    const other = await behind();
    await ask(other.ahead, deposit('d2', '1'));
    await ask(other.ahead, freeze('h2', '1'));
    expect(outcome(await ask(other.late, settle('h2')))).toBe('done');
  });

  it('refuses nothing on the strength of an expiry that another process wrote word for word', async () => {
    await ask(replica(0), freeze('h1', '1', 60));
    const { ahead, late } = await behind();
    clock.time += 60_000;
    await ask(ahead, { kind: 'expire-due' });
    await ask(ahead, deposit('d1', '5'));
    expect(outcome(await ask(late, freeze('h2', '15')))).toBe('done');
    expect(await count(/^hold-expired/)).toBe(1);
  });

  it('refuses nothing on the strength of a request that came to another process too', async () => {
    const { ahead, late } = await behind();
    const twice = asked(freeze('h1'));
    await ahead.lanes.run('acme', twice);
    await ask(ahead, deposit('d1', '5'));
    const both = [late.lanes.run('acme', twice), ask(late, freeze('h2', '14'))];
    expect((await Promise.all(both)).map(outcome)).toEqual(['again', 'done']);
  });

  it('answers a repeated command with the first answer, though another process gave it', async () => {
    const { ahead, late } = await behind();
    const first = await ask(ahead, deposit('d1', '5'));
    expect(await ask(late, deposit('d1', '5'))).toEqual({ ...first, replayed: true });
    expect(outcome(await ask(late, deposit('d1', '6')))).toBe('idempotency_conflict');
  });

  it('says of a freeze sent again what the hold is now, though another process ended it', async () => {
    await ask(replica(1), freeze('h1'));
    const { ahead, late } = await behind();
    await ask(ahead, settle('h1'));
    expect(await ask(late, freeze('h1'))).toMatchObject({ replayed: true, holdNow: 'settled' });
  });

  it('shows in a read what was answered anywhere before', async () => {
    const { ahead, late } = await behind();
    await ask(ahead, deposit('d1', '5'));
    const seen = await late.lanes.read('acme', ({ state, revision }) => [
      formatMoney(state.summary.balance.available),
      revision,
    ]);
    expect(seen).toEqual(['15', 2]);
  });
});

describe('a replica that another one overtakes whenever it reads', () => {
  /** Before each answer to a reader, `ahead` has written once more. */
  async function overtaken(): Promise<{ readonly late: Replica; readonly written: () => number }> {
    const [ahead, late] = [replica(0), replica(1)];
    await late.lanes.read('acme', () => undefined);
    let written = 0;
    let overtaking = false;
    const readStream = store.readStream.bind(store);
    store.readStream = async (...asked) => {
      if (!overtaking) {
        overtaking = true;
        written += 1;
        await ask(ahead, deposit(`more-${String(written)}`, '0.01'));
        overtaking = false;
      }
      return readStream(...asked);
    };
    return { late, written: () => written };
  }

  it('reads forward once for what it shows, and shows it', async () => {
    const { late, written } = await overtaken();
    expect(await late.lanes.read('acme', ({ revision }) => revision)).toBe(2);
    expect(written()).toBe(1);
  });

  it('reads forward once for what it refuses or answers again, and does so', async () => {
    const { late, written } = await overtaken();
    const answers = await Promise.all([ask(late, settle('none')), ask(late, deposit('d0', '10'))]);
    expect(answers.map(outcome)).toEqual(['hold_not_found', 'again']);
    expect(written()).toBe(1);
  });

  it('does not count what came while it was reading among those that it has read for', async () => {
    const { late, written } = await overtaken();
    const later: Promise<number>[] = [];
    const before = store.readStream.bind(store);
    store.readStream = (...asked) => {
      const page = before(...asked);
      if (later.length === 0) later.push(late.lanes.read('acme', ({ revision }) => revision));
      return page;
    };
    expect(await late.lanes.read('acme', ({ revision }) => revision)).toBe(2);
    expect(await later[0]).toBe(3);
    expect(written()).toBe(2);
  });
});

describe('a batch that loses again and again', () => {
  it('is turned away after so many tries, and who comes then has as many', async () => {
    const one = new Replica(store, clock, { soleWriter: false, limits: { conflictTriesMax: 2 } });
    let tries = 0;
    store.failAppend = () => {
      tries += 1;
      return 'revision-conflict';
    };
    const first = outcome(await ask(one, deposit('d1', '1')));
    const next = outcome(await ask(one, deposit('d2', '1')));
    expect([first, next]).toEqual(['account_busy', 'account_busy']);
    expect(tries).toBe(6);
  });
});
