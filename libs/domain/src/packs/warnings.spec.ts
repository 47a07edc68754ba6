import { describe, expect, it } from '@jest/globals';
import { AccountAudit, type AccountEvent, evolve, fold, PriceBookCatalog, restoreState, writeSnapshot } from '#domain';
import { type AccountDriver, testBooks } from '../../../../test/support/account-driver.ts';
import { calls, expiry, withPacks } from '../../../../test/support/pack-scenarios.ts';

const day = 24 * 3_600_000;

/** `kind subject threshold value` of every warning of packs so far. */
function warnings({ events }: AccountDriver): readonly string[] {
  return events.flatMap((event) => {
    if (event.type !== 'warning-raised.v1') return [];
    const { warning, subject, threshold, value } = event.data;
    return warning.startsWith('pack') ? [[warning, subject, threshold, value].join(' ')] : [];
  });
}

/** An account with packs that wants to be told below a percentage of one. */
function low(percent: number, ...sizes: readonly (3 | 7 | 100)[]): AccountDriver {
  const account = withPacks(...sizes);
  account.terms('low', { warnings: { packPercentBelow: percent } });
  return account;
}

/** An account with packs that wants to be told so many days before one expires. */
function expiring(days: number, ...sizes: readonly (3 | 7 | 100)[]): AccountDriver {
  const account = withPacks(...sizes);
  account.terms('expiring', { warnings: { packExpiresWithinDays: days } });
  return account;
}

function findings(events: readonly AccountEvent[]): readonly string[] {
  const audit = new AccountAudit('acme', { use: () => true, has: () => true }, new PriceBookCatalog(testBooks));
  const found = events.flatMap((event, revision) => audit.follow(event, revision));
  return [...found, ...audit.finish()].map(({ kind }) => kind);
}

describe('a warning that little is left of a pack', () => {
  it('is raised once when the units that can be taken fall below the percentage, and not at it', () => {
    const account = low(50, 100);
    calls(account, 'h1', 50);
    expect(warnings(account)).toEqual([]);
    calls(account, 'h2', 1);
    expect(account.events.at(-1)).toEqual({
      type: 'warning-raised.v1',
      data: { at: account.now, warning: 'pack-low', subject: 'p1', threshold: '50', value: '49' },
    });
    calls(account, 'h3', 10);
    account.settle('h3');
    expect(warnings(account)).toEqual(['pack-low p1 50 49']);
  });

  it('is raised again once units came back', () => {
    const account = low(50, 100);
    calls(account, 'h1', 60);
    account.release('h1');
    calls(account, 'h2', 55);
    expect(warnings(account)).toEqual(['pack-low p1 50 40', 'pack-low p1 50 45']);
  });

  it('is of each pack by itself, in the order in which they came; a purchase changes nothing for the others', () => {
    const account = low(50, 3, 3);
    calls(account, 'h1', 6);
    expect(warnings(account)).toEqual(['pack-low p1 50 0', 'pack-low p2 50 0']);
    account.acquirePack('p3', { units: 3 });
    calls(account, 'h2', 2);
    expect(warnings(account)).toEqual(['pack-low p1 50 0', 'pack-low p2 50 0', 'pack-low p3 50 1']);
  });

  it('is raised at once for what is so when the percentage is set, and goes with it', () => {
    const account = withPacks(100);
    calls(account, 'h1', 60);
    account.terms('t1', { warnings: { packPercentBelow: 40 } });
    expect(warnings(account)).toEqual([]);
    account.terms('t2', { warnings: { packPercentBelow: 41 } });
    account.terms('t3', { warnings: { packPercentBelow: 100 } });
    expect(warnings(account)).toEqual(['pack-low p1 41 40']);
    account.terms('t4', { warnings: { packPercentBelow: 40 } });
    account.terms('t5', { warnings: { packPercentBelow: 41 } });
    account.terms('t6', { warnings: { packPercentBelow: null } });
    account.terms('t7', { warnings: { packPercentBelow: 41 } });
    expect(warnings(account)).toEqual(['pack-low p1 41 40', 'pack-low p1 41 40', 'pack-low p1 41 40']);
  });

  it('is not raised of a pack that was used up before the percentage is set, whether it is still known or not', () => {
    const account = withPacks(3);
    calls(account, 'h1', 3);
    account.settle('h1');
    account.terms('t1', { warnings: { packPercentBelow: 50 } });
    expect(warnings(account)).toEqual([]);
    account.terms('t2', { warnings: { packPercentBelow: null } });
    account.acquirePack('p2', { units: 3 });
    account.terms('t3', { warnings: { packPercentBelow: 50 } });
    calls(account, 'h2', 2);
    expect(warnings(account)).toEqual(['pack-low p2 50 1']);
    expect(findings(account.events)).toEqual([]);
  });

  it('is not raised of a pack that has ended', () => {
    const account = low(100, 3);
    account.refundPack('p1', 'r1');
    account.acquirePack('p2', { units: 3 });
    account.now = expiry(account, 'p2');
    account.expireDue();
    account.terms('t2', { warnings: { packPercentBelow: 99 } });
    expect(warnings(account)).toEqual([]);
  });
});

describe('a warning that a pack expires', () => {
  it('is raised at the very moment, whoever looks and whenever', () => {
    const account = expiring(7, 100);
    const moment = expiry(account, 'p1') - 7 * day;
    account.now = moment - 1;
    account.expireDue();
    expect(warnings(account)).toEqual([]);
    account.now = moment + 3 * day;
    account.deposit('d1', '1');
    expect(warnings(account)).toEqual([`pack-expiring p1 7 ${new Date(expiry(account, 'p1')).toISOString()}`]);
    const [warning, deposit] = account.events.slice(-2);
    expect([warning?.data.at, deposit?.data.at]).toEqual([moment, moment + 3 * day]);
    account.now = expiry(account, 'p1');
    account.expireDue();
    expect(warnings(account)).toHaveLength(1);
  });

  it('follows in the same append where a pack has less time than that when it comes, or just as much', () => {
    for (const days of [365, 366]) {
      const account = expiring(days);
      account.acquirePack('p1', { units: 3 });
      expect(account.events.slice(-2).map(({ type, data }) => [type, data.at])).toEqual([
        ['pack-bought.v1', account.now],
        ['warning-raised.v1', account.now],
      ]);
    }
    const account = expiring(364);
    account.acquirePack('p1', { units: 3 });
    expect(warnings(account)).toEqual([]);
  });

  it('is raised at once where other terms make it late, and again only if it was not so in between', () => {
    const account = expiring(7, 100);
    account.now = expiry(account, 'p1') - 20 * day;
    account.terms('t1', { warnings: { packExpiresWithinDays: 20 } });
    expect(warnings(account)).toHaveLength(1);
    account.terms('t2', { warnings: { packExpiresWithinDays: 30 } });
    account.terms('t3', { warnings: { packPercentBelow: 1 } });
    expect(warnings(account)).toHaveLength(1);
    account.terms('t4', { warnings: { packExpiresWithinDays: 10 } });
    account.now = expiry(account, 'p1') - 10 * day;
    account.expireDue();
    expect(warnings(account)).toHaveLength(2);
    account.terms('t5', { warnings: { packExpiresWithinDays: null } });
    account.terms('t6', { warnings: { packExpiresWithinDays: 10 } });
    expect(warnings(account)).toHaveLength(3);
  });

  it('is not raised of a pack that was used up or refunded, and is where all that is left is reserved', () => {
    const account = expiring(7, 3, 3, 3);
    calls(account, 'h1', 3);
    account.settle('h1');
    account.refundPack('p2', 'r1');
    account.now = expiry(account, 'p3') - 7 * day - 1;
    calls(account, 'h2', 3);
    account.now += 1;
    account.expireDue();
    expect(warnings(account).map((text) => text.split(' ')[1])).toEqual(['p3']);
    account.settle('h2');
    account.now += 7 * day;
    account.expireDue();
    // Nothing was left in any of them that could expire.
    expect(account.events.filter(({ type }) => type === 'pack-expired.v1')).toEqual([]);
    expect(account.state.schedule.all).toEqual([]);
  });

  it('goes with an account that is closed', () => {
    const account = expiring(7, 3);
    account.withdraw('w', '990');
    account.close('c1', true);
    account.now += 400 * day;
    account.expireDue();
    expect(warnings(account)).toEqual([]);
  });
});

describe('warnings of packs', () => {
  function watched(): AccountDriver {
    const account = withPacks(3, 3);
    account.terms('t1', { warnings: { packPercentBelow: 50, packExpiresWithinDays: 10 } });
    calls(account, 'h1', 2);
    account.now = expiry(account, 'p1') - 10 * day;
    account.expireDue();
    return account;
  }

  it('are folded again from the events, and from a snapshot', () => {
    const account = watched();
    expect(warnings(account)).toHaveLength(3);
    const snapshot = writeSnapshot(account.state);
    expect(writeSnapshot(fold(account.events))).toBe(snapshot);
    account.state = restoreState(snapshot) ?? account.state;
    account.now += day;
    account.expireDue();
    expect(warnings(account)).toHaveLength(3);
  });

  it('leave no trace when they are taken back', () => {
    const account = watched();
    const before = writeSnapshot(account.state);
    const mark = account.state.undo.mark();
    calls(account, 'h9', 3);
    account.terms('t2', { warnings: { packPercentBelow: null, packExpiresWithinDays: 1 } });
    account.acquirePack('p3', { units: 3 });
    account.state.undo.rollBackTo(mark);
    expect(writeSnapshot(account.state)).toBe(before);
  });

  it('cannot be folded without a reason', () => {
    const account = watched();
    const data = { at: account.now, subject: 'p1', threshold: '50', value: '1' };
    for (const warning of ['pack-low', 'pack-expiring'] as const) {
      expect(() => {
        evolve(account.state, { type: 'warning-raised.v1', data: { ...data, warning } });
      }).toThrow('to be');
    }
  });

  const isWarning = (warning: string) => (event: AccountEvent) =>
    event.type === 'warning-raised.v1' && event.data.warning === warning;

  it.each(['pack-low', 'pack-expiring'])('are audited: a %s that is missing, doubled or different is found', (kind) => {
    const account = watched();
    account.deposit('later', '1');
    const { events } = account;
    expect(findings(events)).toEqual([]);
    const some = isWarning(kind);
    const missing = findings(events.filter((event) => !some(event)));
    expect(missing).toContain(kind === 'pack-low' ? 'warning-missing' : 'due-missed');
    expect(findings(events.flatMap((event) => (some(event) ? [event, event] : [event])))).toContain('warning-wrong');
    const changed = (field: string, value: string) =>
      events.map((event) =>
        some(event) ? ({ ...event, data: { ...event.data, [field]: value } } as AccountEvent) : event,
      );
    expect(findings(changed('value', '7'))).toContain('warning-wrong');
    expect(findings(changed('threshold', '7'))).toContain('warning-wrong');
    expect(findings(changed('subject', 'p7'))).toContain('warning-wrong');
  });
});
