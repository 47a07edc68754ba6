import { describe, expect, it } from '@jest/globals';
import { aheadMaxMs, decide, type Decision, isDue, nothingOlder, sweep, writeSnapshot } from '#domain';
import { type AccountDriver, opened, said, start } from '../../../../test/support/account-driver.ts';

function twoHolds(): AccountDriver {
  const account = opened('2');
  account.freeze('h1', { amount: '1', ttlSeconds: 10 });
  account.freeze('h2', { amount: '1', ttlSeconds: 20 });
  return account;
}

describe('every command first sweeps what is due', () => {
  it.each<[string, (account: AccountDriver) => Decision]>([
    ['accepted', (account) => account.freeze('h3', { amount: '2' })],
    ['refused', (account) => account.freeze('h3', { amount: '3' })],
    ['replayed', (account) => account.deposit('d0', '2')],
    ['of nothing else', (account) => account.expireDue()],
  ])('and its events stay when the command is %s', (_, run) => {
    const account = twoHolds();
    account.now = start + 20_000;
    run(account);
    expect(account.events.filter(({ type }) => type === 'hold-expired.v1')).toHaveLength(2);
    expect(isDue(account.state, account.now)).toBe(false);
  });

  it('so a balance is never wrong because nobody looked', () => {
    const account = twoHolds();
    account.now = start + 10_000;
    expect(said(account.freeze('h3', { amount: '1' }))).toBe('accepted');
  });

  it('and a decision on an account that was not swept is a broken assumption, not an answer', () => {
    const account = twoHolds();
    const context = {
      now: start + 10_000,
      wallClock: start,
      operator: false,
      priceBooks: account.books,
      known: nothingOlder,
      zones: account.zones,
    };
    expect(() => decide(account.state, { kind: 'expire-due' }, context)).toThrow(/swept/);
    expect(() => decide(account.state, { kind: 'expire-due' }, { ...context, now: start - 1 })).toThrow(/last event/);
  });
});

function readHoldId(data: object): string {
  return 'holdId' in data ? String(data.holdId) : 'not a hold';
}

describe('the sweep', () => {
  it('expires each hold at its own deadline, in the order of deadlines, then of openings', () => {
    const account = opened();
    const lives = [30, 10, 20, 10, 30];
    for (const [index, ttlSeconds] of lives.entries()) account.freeze(`h${String(index)}`, { amount: '1', ttlSeconds });
    const events = sweep(account.state, start + 30_000, 100);
    expect(events.map(({ data }) => `${readHoldId(data)} ${String(data.at - start)}`)).toEqual([
      'h1 10000',
      'h3 10000',
      'h2 20000',
      'h0 30000',
      'h4 30000',
    ]);
  });

  it('stops at its limit and goes on from there', () => {
    const account = opened();
    for (let index = 0; index < 5; index += 1) account.freeze(`h${String(index)}`, { amount: '1', ttlSeconds: 10 });
    const order = [
      sweep(account.state, start + 10_000, 2),
      sweep(account.state, start + 10_000, 2),
      sweep(account.state, start + 10_000, 2),
    ];
    expect(order.map((events) => events.map(({ data }) => readHoldId(data)))).toEqual([
      ['h0', 'h1'],
      ['h2', 'h3'],
      ['h4'],
    ]);
    expect(sweep(account.state, start + 10_000, 2)).toEqual([]);
  });

  it('leaves a hold that ended, and one that is due a millisecond later', () => {
    const account = twoHolds();
    account.settle('h1');
    expect(sweep(account.state, start + 19_999, 100)).toEqual([]);
    expect(sweep(account.state, start + 20_000, 100)).toHaveLength(1);
  });

  it('that was only looked at and taken back can be made again', () => {
    const account = twoHolds();
    const before = writeSnapshot(account.state);
    for (let look = 0; look < 200; look += 1) {
      const mark = account.state.undo.mark();
      expect(sweep(account.state, start + 20_000, 100)).toHaveLength(2);
      account.state.undo.rollBackTo(mark);
      expect(writeSnapshot(account.state)).toBe(before);
      // Each look puts its holds into the queue again; that they are there already is found out in time.
      expect(account.state.due.size).toBeLessThanOrEqual(2 * 2 + 64 + 2);
    }
    expect(sweep(account.state, start + 20_000, 100)).toHaveLength(2);
  });

  it('finds the right hold among hundreds that ended early', () => {
    const account = opened('1000');
    for (let index = 0; index < 500; index += 1) {
      account.freeze(`h${String(index)}`, { amount: '1', ttlSeconds: 1_000 - index });
      if (index % 7 !== 0) account.release(`h${String(index)}`);
    }
    const swept = sweep(account.state, start + 1_000_000, 1_000).map(({ data }) => data.at);
    expect(swept).toHaveLength(Math.ceil(500 / 7));
    expect(swept).toEqual([...swept].sort((left, right) => left - right));
  });
});

describe('the late window in a snapshot', () => {
  it('is the same whether or not an expiry was first tried and taken back', () => {
    const tell = (rehearse: boolean): string => {
      const account = opened();
      account.freeze('h1', { amount: '1' });
      account.freeze('h2', { amount: '1', ttlSeconds: 86_400 });
      account.now = start + 86_400_000;
      account.freeze('h3', { amount: '1' });
      account.now += 1_800_000;
      const mark = account.state.undo.mark();
      if (rehearse) sweep(account.state, account.now, 100);
      account.state.undo.rollBackTo(mark);
      account.expireDue();
      return writeSnapshot(account.state);
    };
    expect(tell(true)).toBe(tell(false));
  });
});

describe('time inside one account', () => {
  it('is never before its last event, whatever the wall clock says', () => {
    const account = opened();
    account.now = start + 5_000;
    account.freeze('h1', { amount: '1', ttlSeconds: 10 });
    account.wallClock = start;
    // The lane hands over the larger of the two.
    account.now = Math.max(account.wallClock, account.state.summary.lastAt);
    expect(account.settle('h1')).toMatchObject({ events: [{ data: { at: start + 5_000 } }] });
  });

  it('goes on from a deadline that was swept', () => {
    const account = twoHolds();
    account.now = start + 15_000;
    account.expireDue();
    expect(account.state.summary.lastAt).toBe(start + 10_000);
  });

  it.each([
    [aheadMaxMs, 'accepted'],
    [aheadMaxMs + 1, 'clock_untrusted'],
  ])('%i ms ahead of the clock: a new freeze is %s', (aheadMs, answer) => {
    const account = opened('10');
    account.wallClock = start - aheadMs;
    expect(said(account.freeze('h1', { amount: '1' }))).toBe(answer);
    expect(aheadMaxMs).toBe(60_000);
  });

  it('far ahead of the clock lets holds end, and money come and go', () => {
    const account = opened('10');
    account.freeze('h1', { amount: '1' });
    account.freeze('h2', { amount: '1' });
    account.wallClock = start - 3_600_000;
    expect([
      said(account.settle('h1')),
      said(account.fail('h2', 'a1')),
      said(account.deposit('d1', '1')),
      said(account.withdraw('w1', '1')),
      said(account.freeze('h1', { amount: '1' })),
      said(account.freeze('h3', { amount: '1' })),
    ]).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'replayed', 'clock_untrusted']);
  });
});
