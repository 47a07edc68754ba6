import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { formatMoney } from '#domain';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount, release, settle } from '../support/commands.ts';
import { HeldStore } from '../support/held-store.ts';
import { HandClock, outcome, Replica } from '../support/replica.ts';

let store: HeldStore;
let clock: HandClock;
let replica: Replica;

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}

/** What has been answered so far, in order. */
function collectAnswers(promises: Readonly<Record<string, Promise<unknown>>>): string[] {
  const names: string[] = [];
  for (const [name, promise] of Object.entries(promises)) {
    promise.then(
      () => names.push(name),
      () => names.push(`${name} failed`),
    );
  }
  return names;
}

function available(): Promise<string> {
  return replica.lanes.read('acme', ({ state }) => formatMoney(state.summary.balance.available));
}

beforeEach(async () => {
  store = new HeldStore();
  clock = new HandClock(start);
  // Never out of tries, however slow the machine is.
  replica = new Replica(store, clock, { soleWriter: true, limits: { resendPauseMs: 0, resendTriesMax: 100_000 } });
  await replica.run('acme', openAccount('acme'));
  await replica.run('acme', deposit('d0', '10'));
});

describe('an answer', () => {
  it('is given only when the events it rests on are durable: a command’s, a replay’s, a refusal’s and a read’s', async () => {
    const letThrough = store.hold();
    const appends = store.appends;
    const given = collectAnswers({
      freeze: replica.run('acme', freeze('h1', '4')),
      replay: replica.run('acme', freeze('h1', '4')),
      refusal: replica.run('acme', freeze('h2', '7')),
      read: available(),
    });
    await turns(20);
    expect([given, store.arrived > appends, store.appends]).toEqual([[], true, appends]);
    letThrough();
    await turns(20);
    expect(given).toEqual(['freeze', 'replay', 'refusal', 'read']);
  });

  it('of what came while an append was under way waits for its own', async () => {
    const letThrough = store.hold();
    const first = collectAnswers({ freeze: replica.run('acme', freeze('h1', '4')) });
    await turns(5);
    const second = collectAnswers({ read: available(), settle: replica.run('acme', settle('h1')) });
    await turns(20);
    expect([...first, ...second]).toEqual([]);
    letThrough();
    await turns(20);
    expect([...first, ...second]).toEqual(['freeze', 'read', 'settle']);
  });

  it('never shows what was decided and not stored', async () => {
    store.failAppend = () => 'store-unavailable';
    const frozen = replica.run('acme', freeze('h1', '4'));
    const read = available();
    expect(outcome(await frozen)).toBe('store_unavailable');
    await expect(read).rejects.toMatchObject({ code: 'store_unavailable' });
    store.failAppend = () => undefined;
    expect(await available()).toBe('10');
    expect(outcome(await replica.run('acme', release('h1')))).toBe('hold_not_found');
  });

  it('that was never sent, because the process died, is the same when another process is asked again', async () => {
    store.failAppend = () => 'commit-then-unknown';
    const lost = replica.run('acme', freeze('h1', '4'));
    await turns(3);
    const other = new Replica(store, clock, { soleWriter: true });
    store.failAppend = () => undefined;
    clock.time += 60_000;
    const again = await other.run('acme', freeze('h1', '4'));
    const first = await lost;
    if (first.kind !== 'done' || again.kind !== 'done') throw new TypeError('both are carried out');
    expect([outcome(first), outcome(again)]).toEqual(['done', 'again']);
    expect(again.body).toBe(first.body);
  });
});

describe('while the outcome of an append is not known', () => {
  it.each([
    ['it was written', 'commit-then-unknown'],
    ['it was not', 'outcome-unknown'],
  ] as const)(
    'nothing of the account is refused, replayed or read; then all is answered, when %s',
    async (_, error) => {
      let unknown = true;
      store.failAppend = () => (unknown ? error : undefined);
      const given = collectAnswers({
        freeze: replica.run('acme', freeze('h1', '4')),
        replay: replica.run('acme', deposit('d0', '10')),
        refusal: replica.run('acme', freeze('h2', '7')),
        read: available(),
      });
      const later = collectAnswers({ other: replica.run('other', openAccount('other')) });
      const arrived = store.arrived;
      await turns(20);
      const readLater = available();
      const readAnswers = collectAnswers({ readLater });
      await turns(20);
      expect([...given, ...readAnswers]).toEqual([]);
      unknown = false;
      expect(await readLater).toBe('6');
      expect(given).toEqual(['freeze', 'replay', 'refusal', 'read']);
      expect(store.arrived).toBeGreaterThan(arrived + 1);
      const { events } = await store.readStream('account-acme', 0, 10);
      expect(events.map(({ type }) => type)).toEqual(['account-opened.v1', 'funds-deposited.v1', 'funds-frozen.v1']);
      await turns(20);
      expect(later).toEqual(['other']);
    },
  );

  it('the very same events are sent again: same ids, same place', async () => {
    const sent: string[] = [];
    let errors = 3;
    store.failAppend = (stream, events) => {
      sent.push([stream, ...events.map(({ id }) => id)].join(' '));
      errors -= 1;
      return errors >= 0 ? 'outcome-unknown' : undefined;
    };
    expect(outcome(await replica.run('acme', freeze('h1', '4')))).toBe('done');
    expect(sent).toHaveLength(4);
    expect(new Set(sent).size).toBe(1);
  });

  describe('for too long', () => {
    let impatient: Replica;

    /** Opened and funded with 10 as before; a freeze of 4 whose outcome nobody knows, and which may still land. */
    beforeEach(async () => {
      const limits = { resendTriesMax: 1, resendPauseMs: 0, accountsInMemoryMax: 1 };
      impatient = new Replica(store, clock, { soleWriter: true, limits });
      store.failAppend = (stream) => (stream === 'account-acme' ? 'commit-late' : undefined);
      expect(outcome(await impatient.run('acme', freeze('h1', '4')))).toBe('store_unavailable');
    });

    async function seen(): Promise<string> {
      return impatient.lanes.read('acme', ({ state }) => formatMoney(state.summary.balance.available));
    }

    it('everything of the account is answered store_unavailable, however many other accounts come and go', async () => {
      for (let n = 0; n < 5; n += 1) await impatient.run(`other-${String(n)}`, openAccount(`other-${String(n)}`));
      expect(outcome(await impatient.run('acme', settle('h1')))).toBe('store_unavailable');
      expect(outcome(await impatient.run('acme', deposit('d0', '10')))).toBe('store_unavailable');
      await expect(seen()).rejects.toMatchObject({ code: 'store_unavailable' });
      store.commitLate();
      store.failAppend = () => undefined;
      expect(outcome(await impatient.run('acme', settle('h1')))).toBe('done');
    });

    it('the next entry sends it again, and is decided once the store says yes', async () => {
      store.failAppend = () => undefined;
      expect(await seen()).toBe('6');
      expect(outcome(await impatient.run('acme', freeze('h1', '4')))).toBe('again');
      store.commitLate();
      expect(await seen()).toBe('6');
    });

    it('it is taken back once the store shows another event there', async () => {
      store.failAppend = () => undefined;
      expect(outcome(await replica.run('acme', deposit('d1', '5')))).toBe('done');
      store.commitLate();
      expect(outcome(await impatient.run('acme', settle('h1')))).toBe('hold_not_found');
      expect(await seen()).toBe('15');
    });
  });
});
