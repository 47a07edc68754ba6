import { describe, expect, it } from '@jest/globals';
import type { DuePlace } from '#application/ports';
import { commands, Log, start } from '../../testing/log.ts';
import { type Bench, bench } from '../../testing/tables.ts';
import { dueAccountsSql, nearestDeadlineSql } from './due/due-pages.ts';

function fold(log: Log): Bench {
  const readModels = bench();
  const position = log.events.at(-1)?.position;
  if (position !== undefined) readModels.projector.apply({ events: log.events, position });
  return readModels;
}

function withAccounts(...accountIds: readonly string[]): Log {
  const log = new Log();
  for (const accountId of accountIds) {
    log.run(accountId, commands.open(accountId), start);
    log.run(accountId, commands.deposit('d', '100'), start);
  }
  return log;
}

describe('the list of accounts', () => {
  const ids = ['b', 'a.x', 'a_x', 'a', 'a-1', 'abc', 'A', 'c~', 'ab'];
  const sorted = [...ids].sort();

  function listed(after: string | null, limit: number, prefixes: readonly string[]): readonly string[] {
    const { lists } = fold(withAccounts(...ids));
    return lists.accounts(after, limit, prefixes, start).map(({ opened }) => opened.accountId);
  }

  it('is in the order of ids and goes on after one, whether that exists or not', () => {
    expect(listed(null, 100, [])).toEqual(sorted);
    expect(listed('a.x', 3, [])).toEqual(sorted.filter((id) => id > 'a.x').slice(0, 3));
    expect(listed('aaa', 2, [])).toEqual(['ab', 'abc']);
    expect(listed('z', 2, [])).toEqual([]);
  });

  it.each([
    [['a_'], ['a_x']],
    [['a%'], []],
    [
      ['ab', 'c'],
      ['ab', 'abc', 'c~'],
    ],
    [['c', 'a', 'ab', 'a'], sorted.filter((id) => id.startsWith('a') || id.startsWith('c'))],
    [['nobody', "'; --"], []],
    [[''], sorted],
  ])('shows for the prefixes %j only ids that start with one of them, once each', (prefixes, expected) => {
    expect(listed(null, 100, prefixes)).toEqual(expected);
    const [first, ...rest] = expected;
    if (first !== undefined) expect(listed(first, 100, prefixes)).toEqual(rest);
    expect(listed(null, 1, prefixes)).toEqual(expected.slice(0, 1));
  });

  it('gives back what is due at the moment of asking, to the millisecond', () => {
    const log = withAccounts('acme');
    log.run('acme', commands.freeze('h1', '10', 60), start);
    log.run('acme', commands.freeze('h2', '5', 120), start);
    const { lists } = fold(log);
    const at = (now: number): object => {
      const [row] = lists.accounts(null, 1, [], now);
      return { available: row?.balance.available, frozen: row?.balance.frozen, openHolds: row?.openHolds };
    };
    expect(at(start + 59_999)).toEqual({ available: '85', frozen: '15', openHolds: 2 });
    expect(at(start + 60_000)).toEqual({ available: '95', frozen: '5', openHolds: 1 });
    expect(at(start + 120_000)).toEqual({ available: '100', frozen: '0', openHolds: 0 });
  });

  it('names the status and why', () => {
    const log = withAccounts('acme', 'beta', 'gone');
    log.run('beta', commands.change('suspend', 'c1'), start);
    log.run('gone', commands.withdraw('w', '100'), start);
    log.run('gone', commands.change('close', 'c1'), start);
    const { lists } = fold(log);
    expect(lists.accounts(null, 10, [], start)).toMatchObject([
      { status: 'active', suspendedFor: [], revision: 1 },
      { status: 'suspended', suspendedFor: ['operator'], revision: 2 },
      { status: 'closed', suspendedFor: [], revision: 3 },
    ]);
  });

  it('says of an account whose later events could not be folded why, and shows it as it was before them', () => {
    const log = withAccounts('acme', 'beta');
    log.put('account-acme', 'funds-doubled.v1', '{}');
    log.run('beta', commands.deposit('d2', '1'), start);
    const { lists } = fold(log);
    expect(lists.accounts(null, 10, [], start)).toMatchObject([
      {
        status: 'active',
        balance: { available: '100' },
        revision: 1,
        error: 'revision 2: UnreadableEvent: funds-doubled.v1: no event of this type is known',
      },
      { balance: { available: '101' }, revision: 2, error: null },
    ]);
  });
});

describe('the list of holds', () => {
  const names = Array.from({ length: 12 }, (_, index) => `h${String(index)}`);

  /** Holds that are opened alternately on two accounts, each third settled, each third released. */
  function holds(): Bench {
    const log = withAccounts('acme', 'beta');
    for (const [index, name] of names.entries()) {
      log.run('beta', commands.freeze(name, '1', 600), start);
      log.run('acme', commands.freeze(name, '1', index % 2 === 0 ? 60 : 600), start);
    }
    for (const [index, name] of names.entries()) {
      if (index % 3 === 1) log.run('acme', commands.settle(name), start);
      if (index % 3 === 2) log.run('acme', commands.release(name), start);
    }
    return fold(log);
  }

  it.each([
    [null, names],
    ['open', ['h3', 'h9']],
    ['settled', ['h1', 'h4', 'h7', 'h10']],
    ['released', ['h2', 'h5', 'h8', 'h11']],
    ['expired', ['h0', 'h6']],
  ] as const)('of status %s is paged in the order of opening', (status, expected) => {
    const { lists } = holds();
    const now = start + 60_000;
    const paged: string[] = [];
    let after: string | null = null;
    for (;;) {
      const rows = lists.holds({ accountId: 'acme', status, after, limit: 2, now }) ?? [];
      paged.push(...rows.map(({ opening }) => opening.holdId));
      after = paged.at(-1) ?? null;
      if (rows.length < 2) break;
    }
    expect(paged).toEqual(expected);
  });

  it('reads an open hold as expired from its deadline on', () => {
    const { lists } = holds();
    const first = (now: number): unknown =>
      lists.holds({ accountId: 'acme', status: null, after: null, limit: 1, now })?.[0]?.ending;
    expect(first(start + 59_999)).toBeUndefined();
    expect(first(start + 60_000)).toEqual({
      type: 'hold-expired.v1',
      data: { at: start + 60_000, holdId: 'h0', amount: '1', forfeited: null },
    });
  });

  it('does not end after a hold that is not known, and is empty for an account that is not', () => {
    const { lists } = holds();
    const query = { status: null, limit: 5, now: start };
    expect(lists.holds({ ...query, accountId: 'acme', after: 'unknown' })).toBeUndefined();
    expect(lists.holds({ ...query, accountId: 'unknown', after: null })).toEqual([]);
  });

  it('tells of a charge that could not be collected, and of one that came late', () => {
    const log = withAccounts('acme');
    log.run('acme', commands.freeze('poor', '60', 60), start);
    log.run('acme', commands.freeze('late', '30', 60), start);
    log.run('acme', commands.withdraw('w', '10'), start);
    log.run('acme', commands.settle('late', start), start + 60_000);
    log.run('acme', commands.withdraw('w2', '50'), start + 60_000);
    log.run('acme', commands.settle('poor', start), start + 60_001);
    const { lists, idIndex } = fold(log);
    expect(idIndex.hold('acme', 'poor')?.uncollected?.data.amount).toBe('60');
    expect(idIndex.hold('acme', 'late')?.late?.data.amount).toBe('30');
    const settled = lists.holds({ accountId: 'acme', status: 'settled', after: null, limit: 5, now: start });
    expect(settled?.map(({ opening }) => opening.holdId)).toEqual(['late']);
  });
});

describe('what is due', () => {
  it('is named from the longest overdue on, each account once', () => {
    const log = withAccounts('acme', 'beta', 'calm', 'done');
    log.run('acme', commands.freeze('h1', '1', 120), start);
    log.run('acme', commands.freeze('h2', '1', 30), start);
    log.run('acme', commands.release('h2'), start);
    log.run('beta', commands.freeze('h1', '1', 60), start);
    log.run('beta', commands.freeze('h2', '1', 61), start);
    log.run('calm', commands.freeze('h1', '1', 900), start);
    log.run('done', commands.freeze('h1', '1', 60), start);
    log.run('done', commands.settle('h1'), start);
    const { lists } = fold(log);
    expect(lists.dueAccounts(start + 59_999, 10)).toEqual([]);
    expect(lists.oldestDue(start + 59_999)).toBeUndefined();
    expect(lists.dueAccounts(start + 120_000, 10)).toEqual([
      { accountId: 'beta', deadline: start + 60_000 },
      { accountId: 'acme', deadline: start + 120_000 },
    ]);
    expect(lists.dueAccounts(start + 120_000, 1)).toMatchObject([{ accountId: 'beta' }]);
    expect(lists.oldestDue(start + 120_000)).toBe(start + 60_000);
  });

  it('is named by its seconds, each once, however many holds fall into one', () => {
    const log = withAccounts('acme', 'beta', 'calm');
    const second = start / 1_000;
    for (let hold = 0; hold < 50; hold += 1)
      log.run('acme', commands.freeze(`a${String(hold)}`, '1', 60), start + hold);
    log.run('acme', commands.freeze('first', '1', 30), start + 999);
    log.run('beta', commands.freeze('h1', '1', 59), start);
    log.run('beta', commands.freeze('h2', '1', 61), start);
    log.run('calm', commands.freeze('h1', '1', 62), start + 1);
    const { lists } = fold(log);
    const seconds = (now: number, until: number): readonly string[] => {
      const { seconds, next } = lists.dueSeconds({ now, until, after: null, limit: 10 });
      expect(next).toBeNull();
      return seconds.map((due) => `${due.accountId} ${String(due.second - second)}`);
    };
    expect(seconds(start, start + 30_998)).toEqual([]);
    expect(seconds(start, start + 30_999)).toEqual(['acme 30']);
    expect(seconds(start, start + 60_000)).toEqual(['acme 30', 'acme 60', 'beta 59']);
    expect(seconds(start, start + 62_000)).toEqual(['acme 30', 'acme 60', 'beta 59', 'beta 61']);
    // What is overdue is one second of each account.
    expect(seconds(start + 61_500, start + 62_001)).toEqual(['acme 30', 'beta 59', 'beta 61', 'calm 62']);
    expect(seconds(start + 600_000, start + 645_000)).toEqual(['acme 30', 'beta 59', 'calm 62']);
  });

  it('is paged by accounts', () => {
    const accountIds = ['a', 'b', 'c', 'd', 'e'];
    const log = withAccounts(...accountIds);
    for (const accountId of accountIds) {
      log.run(accountId, commands.freeze('h1', '1', 60), start);
      log.run(accountId, commands.freeze('h2', '1', 70), start);
    }
    const { lists } = fold(log);
    const pages: string[][] = [];
    let after: DuePlace | null = null;
    do {
      const page = lists.dueSeconds({ now: start, until: start + 70_000, after, limit: 2 });
      pages.push(page.seconds.map(({ accountId }) => accountId));
      after = page.next;
    } while (after !== null);
    expect(pages).toEqual([
      ['a', 'a', 'b', 'b'],
      ['c', 'c', 'd', 'd'],
      ['e', 'e'],
    ]);
  });

  it('is found by walking an index, however many accounts there are', () => {
    const { database } = bench();
    const plan = (sql: string): string =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => String(row['detail']))
        .join('\n');
    const due = 'next_deadline IS NOT NULL AND error IS NULL AND next_deadline <= 5';
    expect(plan(`SELECT account FROM summaries WHERE ${due} ORDER BY next_deadline LIMIT 1`)).toContain('INDEX due');
    expect(plan(`SELECT min(next_deadline) FROM summaries WHERE ${due}`)).toContain('INDEX due');
    expect(plan(dueAccountsSql)).toContain('INDEX due');
    expect(plan(dueAccountsSql)).not.toContain('TEMP B-TREE');
    expect(plan(nearestDeadlineSql)).toContain('PRIMARY KEY (account=? AND deadline>? AND deadline<?)');
    expect(plan(nearestDeadlineSql)).toContain('INDEX schedule_by_account (account=? AND deadline>? AND deadline<?)');
  });
});
