import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, groupLimits, type LaneLimits } from '#application';
import type { AppendOutcome, StreamAppend, StreamPage } from '#application/ports';
import { accountStream, type Command } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, freeze, openAccount, settle } from '../support/commands.ts';
import { HandClock, outcome, Replica } from '../support/replica.ts';
import { until } from '../support/until.ts';

/** The store in memory, which writes down its groups, and keeps each waiting until it is let through, if it is told to. */
class GroupStore extends MemoryEventStore {
  readonly groups: (readonly StreamAppend[])[] = [];
  readonly #gates: (() => void)[] = [];
  isHeld = false;
  /** Streams whose reading does not end before it is let through. */
  readonly heldReads = new Map<string, Promise<void>>();

  override async appendAll(batches: readonly StreamAppend[]): Promise<readonly AppendOutcome[]> {
    this.groups.push(batches);
    if (this.isHeld) {
      await new Promise<void>((resolve) => {
        this.#gates.push(resolve);
      });
    }
    return super.appendAll(batches);
  }

  override async readStream(...[stream, ...rest]: Parameters<MemoryEventStore['readStream']>): Promise<StreamPage> {
    await this.heldReads.get(stream);
    return super.readStream(stream, ...rest);
  }

  /** Lets the group through that has been kept for longest. */
  letThrough(): void {
    this.#gates.shift()?.();
  }

  get underWay(): number {
    return this.#gates.length;
  }

  /** The accounts of each group since the last call. */
  takeAccounts(): readonly (readonly string[])[] {
    const accounts = this.groups.map((group) => group.map(({ stream }) => stream.replace('account-', '')));
    this.groups.length = 0;
    return accounts;
  }
}

let store: GroupStore;
let replica: Replica;
/** What was answered, in order. */
let answered: string[];

async function openReplica(limits: Partial<LaneLimits>, soleWriter = true): Promise<void> {
  store = new GroupStore();
  answered = [];
  replica = new Replica(store, new HandClock(start), { soleWriter, limits });
  await Promise.all(
    ['a', 'b', 'c'].flatMap((id) => [replica.run(id, openAccount(id)), replica.run(id, deposit('d0', '10'))]),
  );
  store.takeAccounts();
}

function ask(accountId: string, command: Command): Promise<Answer> {
  const answer = replica.run(accountId, command);
  void answer.then((said) => answered.push(`${accountId} ${outcome(said)}`));
  return answer;
}

function read(accountId: string): Promise<number> {
  const seen = replica.lanes.read(accountId, ({ revision }) => revision);
  void seen.then(() => answered.push(`${accountId} seen`));
  return seen;
}

async function turns(count = 10): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}

beforeEach(() => openReplica({}));

describe('a group', () => {
  it('has all accounts that wait, each with everything that waits for it', async () => {
    await Promise.all(['a', 'b', 'a', 'c', 'b', 'a'].map((id, call) => ask(id, freeze(`h${String(call)}`))));
    expect(store.groups.map((group) => group.map(({ events }) => events.length))).toEqual([[3, 2, 1]]);
    expect(store.takeAccounts()).toEqual([['a', 'b', 'c']]);
  });

  it('is the only one under way: what comes meanwhile is in the next, also of accounts that are in none', async () => {
    store.isHeld = true;
    const first = ask('a', freeze('h1'));
    await turns();
    const others = [ask('b', freeze('h1')), ask('a', settle('h1')), ask('c', freeze('h1'))];
    await turns();
    expect([store.takeAccounts(), answered]).toEqual([[['a']], []]);
    store.letThrough();
    await first;
    await turns();
    expect([store.takeAccounts(), answered]).toEqual([[['b', 'c', 'a']], ['a done']]);
    store.letThrough();
    expect((await Promise.all(others)).map(outcome)).toEqual(['done', 'done', 'done']);
  });

  it('is handed over before the answers of the one before it are sent', async () => {
    store.isHeld = true;
    let groupsByAnswer = 0;
    replica.lanes.enter('a', { command: freeze('h1'), actor: 't', correlationId: 't', operator: false }, () => {
      groupsByAnswer = store.groups.length;
    });
    await turns();
    const next = ask('b', freeze('h1'));
    store.letThrough();
    await until(() => groupsByAnswer > 0);
    expect(groupsByAnswer).toBe(2);
    store.letThrough();
    await next;
  });

  it('takes no more than it may, and nobody waits for an account of which much waits', async () => {
    await openReplica({ groupSizeMax: 4, batchCommandsMax: 4 });
    const many = Array.from({ length: 12 }, (_, call) => ask('a', freeze(`h${String(call)}`, '0.1')));
    await Promise.all([...many, ask('b', freeze('h1')), ask('c', freeze('h1'))]);
    expect(store.takeAccounts()).toEqual([['a'], ['b', 'c', 'a'], ['a']]);
  });
});

describe('an account that is held up', () => {
  it('by an outcome that nobody knows holds up no other; its very events go with later groups', async () => {
    let errors = 2;
    store.failAppend = (stream) => (stream === accountStream('a') && errors-- > 0 ? 'outcome-unknown' : undefined);
    const unknown = ask('a', freeze('h1'));
    await Promise.all([ask('b', freeze('h1')), ask('b', settle('h1'))]);
    expect(outcome(await ask('c', freeze('h1')))).toBe('done');
    expect(outcome(await unknown)).toBe('done');
    const sent = store.groups.flat().filter(({ stream }) => stream === accountStream('a'));
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ expected, events }) => [expected, ...events.map(({ id }) => id)].join(' '))).size).toBe(
      1,
    );
    expect(answered.indexOf('c done')).toBeLessThan(answered.indexOf('a done'));
  });

  it.each(['store-unavailable', 'revision-conflict'] as const)(
    'by its append alone does not hold up others: %s',
    async (error) => {
      let errors = 1;
      store.failAppend = (stream) => (stream === accountStream('a') && errors-- > 0 ? error : undefined);
      const answers = await Promise.all(['a', 'b', 'c'].map((id) => ask(id, freeze('h1'))));
      const ofA = error === 'store-unavailable' ? 'store_unavailable' : 'done';
      expect(answers.map(outcome)).toEqual([ofA, 'done', 'done']);
      expect(store.takeAccounts()[0]).toEqual(['a', 'b', 'c']);
    },
  );

  it('because it is read from the store holds up no other', async () => {
    let goOn = (): void => undefined;
    store.heldReads.set(
      accountStream('new'),
      new Promise((resolve) => {
        goOn = resolve;
      }),
    );
    const held = ask('new', openAccount('new'));
    await Promise.all(['a', 'b'].map((id) => ask(id, freeze('h1'))));
    expect(answered).toEqual(['a done', 'b done']);
    goOn();
    expect(outcome(await held)).toBe('done');
  });

  it('by a store that does not answer can be read if it has nothing under way, and not if it has', async () => {
    store.isHeld = true;
    const frozen = ask('a', freeze('h1'));
    await turns();
    const seen = [read('a'), read('b')];
    await turns();
    expect(answered).toEqual(['b seen']);
    store.letThrough();
    await Promise.all([frozen, ...seen]);
    expect(answered).toEqual(['b seen', 'a done', 'a seen']);
  });
});

describe('where each account is appended to by itself', () => {
  beforeEach(() => openReplica(groupLimits.oneByOne, false));

  it('an append that is not answered holds up its own account alone', async () => {
    store.isHeld = true;
    const held = [ask('a', freeze('h1')), ask('a', settle('h1'))];
    await turns();
    store.isHeld = false;
    await Promise.all(['b', 'c'].map((id) => ask(id, freeze('h1'))));
    const later = ask('a', freeze('h2'));
    await turns();
    expect(answered.sort()).toEqual(['b done', 'c done']);
    expect(store.underWay).toBe(1);
    expect(store.takeAccounts()).toEqual([['a'], ['b'], ['c']]);
    store.letThrough();
    expect((await Promise.all([...held, later])).map(outcome)).toEqual(['done', 'done', 'done']);
  });
});
