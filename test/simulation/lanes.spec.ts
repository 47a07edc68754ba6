import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { BalanceAsOf } from '#application';
import { appendBytesMax, appendEventsMax } from '#application/ports';
import { type AccountState, accountStream, decodeEvent, fold, formatMoney, writeSnapshot } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount, release, settle } from '../support/commands.ts';
import { asked, HandClock, outcome, Replica } from '../support/replica.ts';

let store: MemoryEventStore;
let clock: HandClock;

async function replay(accountId: string): Promise<AccountState> {
  const { events } = await store.readStream(accountStream(accountId), 0, 1_000_000);
  return fold(events.map(({ type, data }) => decodeEvent(type, data)));
}

async function countEvents(accountId: string, type: string): Promise<number> {
  const { events } = await store.readStream(accountStream(accountId), 0, 1_000_000);
  return events.filter((event) => event.type === type).length;
}

async function funded(money: string, soleWriter = true): Promise<Replica> {
  const replica = new Replica(store, clock, { soleWriter });
  await replica.run('acme', openAccount('acme'));
  await replica.run('acme', deposit('d0', money));
  return replica;
}

beforeEach(() => {
  store = new MemoryEventStore();
  clock = new HandClock(start);
});

describe('a lane', () => {
  it('gives 64 clients exactly the 1 000 holds that there is money for, in few appends', async () => {
    const replica = await funded('1000');
    const before = store.appends;
    const clients = Array.from({ length: 64 }, async (_, client) => {
      let done = 0;
      for (let call = 0; call < 30; call += 1) {
        const answer = await replica.run('acme', freeze(`h-${String(client)}-${String(call)}`));
        done += outcome(answer) === 'done' ? 1 : 0;
      }
      return done;
    });
    const done = (await Promise.all(clients)).reduce((sum, count) => sum + count, 0);
    expect(done).toBe(1_000);
    expect(await countEvents('acme', 'funds-frozen.v1')).toBe(1_000);
    expect(store.appends - before).toBeLessThan(100);
  });

  it('answers a repeated command byte for byte, in one batch and later, and says what the hold is now', async () => {
    const replica = await funded('10');
    const [first, again] = await Promise.all([replica.run('acme', freeze('h1')), replica.run('acme', freeze('h1'))]);
    await replica.run('acme', settle('h1'));
    await replica.index.catchUp();
    const later = await replica.run('acme', freeze('h1'));
    expect([outcome(first), outcome(again), outcome(later)]).toEqual(['done', 'again', 'again']);
    expect(again).toMatchObject({ body: first.kind === 'done' ? first.body : '', holdNow: 'open' });
    expect(later).toMatchObject({ body: first.kind === 'done' ? first.body : '', holdNow: 'settled' });
    expect(await countEvents('acme', 'funds-frozen.v1')).toBe(1);
  });

  it('shows in a read what was answered before, as if everything due had happened, without writing', async () => {
    const replica = await funded('10');
    await replica.run('acme', freeze('h1', '4', 60));
    clock.time += 60_000;
    const appends = store.appends;
    const seen = await replica.lanes.read('acme', ({ state }) => [
      formatMoney(state.summary.balance.available),
      state.openHolds.size,
    ]);
    expect(seen).toEqual(['10', 0]);
    expect(store.appends).toBe(appends);
    expect(await replica.lanes.read('acme', ({ revision }) => revision)).toBe(2);
  });

  it('writes more expiries than one append may sweep in several, before the command', async () => {
    const replica = await funded('2000');
    await Promise.all(Array.from({ length: 1_234 }, (_, i) => replica.run('acme', freeze(`h${String(i)}`, '1', 60))));
    clock.time += 60_000;
    const appends = store.appends;
    expect(outcome(await replica.run('acme', freeze('last', '2000')))).toBe('done');
    expect(store.appends - appends).toBe(3);
    expect(await countEvents('acme', 'hold-expired.v1')).toBe(1_234);
  });

  it('takes a linked group back as a whole if one member is refused', async () => {
    const replica = await funded('2');
    const group = ['a', 'b', 'c'].map((id) => asked(freeze(id)));
    const answers = await replica.lanes.runLinked('acme', group);
    expect(answers.map(outcome)).toEqual([
      'linked_operation_failed',
      'linked_operation_failed',
      'insufficient_available_balance',
    ]);
    expect(outcome(await replica.run('acme', freeze('a', '2')))).toBe('done');
    expect(await countEvents('acme', 'funds-frozen.v1')).toBe(1);
    const tooMany = Array.from({ length: 501 }, (_, i) => asked(settle(`h${String(i)}`)));
    expect(new Set((await replica.lanes.runLinked('acme', tooMany)).map(outcome))).toEqual(
      new Set(['linked_group_too_large']),
    );
  });

  it('answers clock_untrusted, and writes nothing, while the clock is not believed', async () => {
    const replica = await funded('2');
    clock.doubt = 'set ahead';
    clock.time += 3_600_000;
    const appends = store.appends;
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('clock_untrusted');
    expect(store.appends).toBe(appends);
    clock.doubt = undefined;
    clock.time -= 3_600_000;
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('done');
  });

  it('quarantines an account whose history contradicts itself, and no other', async () => {
    const replica = await funded('2');
    const { head } = await store.readStream(accountStream('acme'), 0, 1);
    const poison = { id: 'x', type: 'funds-stolen.v1', data: '{}', metadata: '{}', hash: 'x' };
    await store.append(accountStream('acme'), head, [poison]);
    const fresh = new Replica(store, clock, { soleWriter: true });
    expect(outcome(await fresh.run('acme', freeze('h1')))).toBe('account_quarantined');
    expect(outcome(await fresh.run('other', openAccount('other')))).toBe('done');
    expect(fresh.quarantined).toEqual(['acme']);
    await replica.lanes.drain();
  });

  it('answers nothing of a quarantined account, not even what it answered before', async () => {
    const replica = await funded('2');
    const { head } = await store.readStream(accountStream('acme'), 0, 1);
    const poison = { id: 'x', type: 'funds-stolen.v1', data: '{}', metadata: '{}', hash: 'x' };
    await store.append(accountStream('acme'), head, [poison]);
    const fresh = new Replica(store, clock, { soleWriter: true });
    expect(outcome(await fresh.run('acme', deposit('d0', '2')))).toBe('account_quarantined');
    expect(outcome(await fresh.run('acme', settle('none')))).toBe('account_quarantined');
    await expect(fresh.lanes.read('acme', () => undefined)).rejects.toMatchObject({ code: 'account_quarantined' });
    expect(outcome(await replica.run('acme', freeze('h1', '1')))).toBe('account_quarantined');
  });

  it('lets others have their turns while it reads a long history', async () => {
    const replica = await funded('2');
    await Promise.all(Array.from({ length: 3_000 }, (_, n) => replica.run('acme', deposit(`d${String(n + 1)}`, '1'))));
    const fresh = new Replica(store, clock, { soleWriter: true });
    const reading = fresh.lanes.read('acme', ({ revision }) => revision);
    const others = { turns: 0, wanted: true };
    const working = (async () => {
      while (others.wanted) {
        await nextTurn();
        others.turns += 1;
      }
    })();
    expect(await reading).toBe(3_001);
    others.wanted = false;
    await working;
    // Four pages of a thousand events.
    expect(others.turns).toBeGreaterThanOrEqual(3);
  });

  it('starts from a snapshot and the events after it as from the whole history', async () => {
    const replica = new Replica(store, clock, { soleWriter: true, limits: { snapshotEveryEvents: 10 } });
    await replica.run('acme', openAccount('acme'));
    await replica.run('acme', deposit('d0', '100'));
    for (let call = 0; call < 60; call += 1) {
      const holdId = `h${String(call)}`;
      clock.time += 1_000;
      await replica.run('acme', freeze(holdId, '0.5', 10));
      if (call % 3 === 0) await replica.run('acme', settle(holdId));
      if (call % 3 === 1) await replica.run('acme', release(holdId));
      if (call % 7 === 0) await replica.index.catchUp();
    }
    expect(replica.snapshots.count).toBeGreaterThan(3);
    const whole = await replay('acme');
    const seen = await replica.lanes.read('acme', ({ state }) => state.summary.revision);
    expect(seen).toBe(whole.summary.revision);
    const asOf = new BalanceAsOf(replica.lanes, store, replica.snapshots, clock);
    const last = await asOf.at('acme', { revision: whole.summary.revision });
    expect(last?.balance.available).toBe(formatMoney(whole.summary.balance.available));
    expect(await asOf.at('acme', { at: start - 1 })).toBeUndefined();
    expect(await asOf.at('acme', { revision: whole.summary.revision + 1 })).toBeUndefined();
    expect(writeSnapshot(whole)).toContain('"acme"');
  });
});

describe('a lane whose clock goes back', () => {
  const readNow = (replica: Replica): Promise<number> => replica.lanes.read('acme', ({ now }) => now);

  it('decides no command, and shows no read, at an earlier time than a reader was told', async () => {
    const replica = await funded('10');
    await replica.run('acme', freeze('h1', '4', 60));
    clock.time = start + 60_000;
    const seen = await replica.lanes.read('acme', ({ state }) => state.openHolds.size);
    expect(seen).toBe(0);
    clock.time -= 1_000;
    expect(await readNow(replica)).toBe(start + 60_000);
    expect(outcome(await replica.run('acme', settle('h1')))).toBe('hold_expired');
    await replica.run('acme', deposit('d1', '1'));
    const { events } = await store.readStream(accountStream('acme'), 0, 100);
    expect(events.slice(3).map(({ type, data }) => [type, decodeEvent(type, data).data.at - start])).toEqual([
      ['hold-expired.v1', 60_000],
      ['funds-deposited.v1', 60_000],
    ]);
  });

  it('goes on with the clock when that has passed what was told', async () => {
    const replica = await funded('10');
    clock.time = start + 2_000;
    await readNow(replica);
    clock.time = start + 1_000;
    await readNow(replica);
    clock.time = start + 2_001;
    expect(await readNow(replica)).toBe(start + 2_001);
  });

  it('also after the store failed in between and the account was read again', async () => {
    const replica = await funded('10');
    clock.time = start + 2_000;
    await readNow(replica);
    store.failAppend = () => 'store-unavailable';
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('store_unavailable');
    store.failAppend = () => undefined;
    clock.time = start + 1_000;
    expect(await readNow(replica)).toBe(start + 2_000);
  });

  it('is not bound by a time that was told to nobody', async () => {
    const replica = await funded('10');
    clock.doubt = 'set ahead';
    clock.time = start + 3_600_000;
    await expect(readNow(replica)).rejects.toMatchObject({ code: 'clock_untrusted' });
    clock.doubt = undefined;
    clock.time = start + 1_000;
    expect(await readNow(replica)).toBe(start + 1_000);
  });

  it('takes no new freeze while a reader was told a time more than 60 s ahead of the clock; holds may end', async () => {
    const replica = await funded('10');
    await replica.run('acme', freeze('h1', '1', 3_600));
    clock.time = start + 60_001;
    await readNow(replica);
    clock.time = start;
    expect(outcome(await replica.run('acme', freeze('h2')))).toBe('clock_untrusted');
    expect(outcome(await replica.run('acme', release('h1')))).toBe('done');
    clock.time = start + 1;
    expect(outcome(await replica.run('acme', freeze('h2')))).toBe('done');
  });
});

describe('an append', () => {
  it('that commits without saying so is not doubled, and its command gets the original answer', async () => {
    const replica = await funded('10');
    let errors = 1;
    store.failAppend = () => (errors-- > 0 ? 'commit-then-unknown' : undefined);
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('done');
    expect(await countEvents('acme', 'funds-frozen.v1')).toBe(1);
  });

  it('that may still come late is sent again before anything else: it cannot come twice', async () => {
    const replica = await funded('1');
    store.failAppend = () => 'commit-late';
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('store_unavailable');
    store.failAppend = () => undefined;
    expect(outcome(await replica.run('acme', freeze('h2')))).toBe('insufficient_available_balance');
    store.commitLate();
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('again');
    expect(await countEvents('acme', 'funds-frozen.v1')).toBe(1);
  });

  it('that was surely not written is taken back', async () => {
    const replica = await funded('1');
    store.failAppend = () => 'store-unavailable';
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('store_unavailable');
    store.failAppend = () => undefined;
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('done');
  });

  it('never exceeds what the strictest engine takes, however large a batch is in bytes or events', async () => {
    const limits = { batchCommandsMax: 100_000 };
    const replica = new Replica(store, clock, { soleWriter: true, limits });
    await replica.run('acme', openAccount('acme'));
    await replica.run('acme', deposit('d0', '100000'));
    const appended: { events: number; bytes: number }[] = [];
    store.failAppend = (_, events) => {
      const bytes = events.reduce((sum, { data, metadata }) => sum + Buffer.byteLength(data + metadata), 0);
      appended.push({ events: events.length, bytes });
      return undefined;
    };
    const large = Object.fromEntries(Array.from({ length: 20 }, (_, key) => [`k${String(key)}`, '界'.repeat(500)]));
    const commands = [
      ...Array.from({ length: 100 }, (_, call) => ({ ...freeze(`large-${String(call)}`), metadata: large })),
      ...Array.from({ length: 3_000 }, (_, call) => freeze(`small-${String(call)}`)),
    ];
    const answers = await Promise.all(commands.map((command) => replica.run('acme', command)));
    expect(new Set(answers.map(outcome))).toEqual(new Set(['done']));
    expect(appended.reduce((sum, { events }) => sum + events, 0)).toBe(3_100);
    expect(Math.max(...appended.map(({ events }) => events))).toBe(appendEventsMax);
    expect(Math.max(...appended.map(({ bytes }) => bytes))).toBeLessThanOrEqual(appendBytesMax);
    expect(appendBytesMax).toBeLessThanOrEqual(900 * 1_024);
    const group = commands.slice(0, 50).map((command) => asked({ ...command, holdId: `again-${command.holdId}` }));
    const linked = await replica.lanes.runLinked('acme', group);
    expect(new Set(linked.map(outcome))).toEqual(new Set(['linked_group_too_large']));
  });

  it('on a broken store ends the process', async () => {
    const replica = await funded('1');
    store.failAppend = () => 'store-broken';
    expect(outcome(await replica.run('acme', freeze('h1')))).toBe('store_unavailable');
    expect(replica.broken).toBeDefined();
  });
});

describe('three replicas over one store', () => {
  it('give no refusal that their own earlier answers rule out, and end every hold once', async () => {
    const first = await funded('40', false);
    const replicas = [first, ...[1, 2].map(() => new Replica(store, clock, { soleWriter: false }))];
    const at = (index: number): Replica => replicas[index % 3] ?? first;
    // Out of tries is an honest answer under such backoff; a refusal that denies an earlier answer is not.
    const scenario = async (holdId: string, call: number): Promise<string> => {
      const frozen = outcome(await at(call).run('acme', freeze(holdId)));
      const released = outcome(await at(call + 1).run('acme', release(holdId)));
      await at(call + 2).index.catchUp();
      const settled = outcome(await at(call + 2).run('acme', settle(holdId)));
      return [frozen, released, settled].join(' ');
    };
    const client = async (name: number): Promise<string[]> => {
      const scenarios: string[] = [];
      for (let call = 0; call < 10; call += 1)
        scenarios.push(await scenario(`h-${String(name)}-${String(call)}`, call));
      return scenarios;
    };
    const scenarios = (await Promise.all(Array.from({ length: 8 }, (_, name) => client(name)))).flat();
    const answered = scenarios.filter((words) => !words.includes('account_busy'));
    expect(answered.length).toBeGreaterThan(0);
    expect(new Set(answered)).toEqual(new Set(['done done hold_already_released']));
    const whole = await replay('acme');
    expect(formatMoney(whole.summary.balance.frozen)).toBe(String(whole.openHolds.size));
    expect(await countEvents('acme', 'funds-frozen.v1')).toBe(
      whole.openHolds.size +
        (await countEvents('acme', 'hold-released.v1')) +
        (await countEvents('acme', 'hold-settled.v1')),
    );
  });
});
