import { describe, expect, it } from '@jest/globals';
import { AccountAudit, type AccountEvent, evolve, fold, restoreState, writeSnapshot } from '#domain';
import { type AccountDriver, money, opened } from '../../../../test/support/account-driver.ts';
import { change } from '../../../../test/support/commands.ts';

const hour = 3_600_000;

/** An account that is watched: it is to be warned below ten. */
function watched(available: string, terms: Parameters<typeof opened>[1] = {}): AccountDriver {
  const account = opened(available, terms);
  account.terms('watch', { warnings: { availableBelow: '10' } });
  return account;
}

function isWarning({ type }: AccountEvent): boolean {
  return type === 'warning-raised.v1';
}

/** `kind subject value` of every warning so far. */
function warnings({ events }: AccountDriver): readonly string[] {
  return events.flatMap((event) => {
    if (event.type !== 'warning-raised.v1') return [];
    const { warning, subject, value } = event.data;
    return [[warning, subject, value].filter((part) => part !== null).join(' ')];
  });
}

/** What the audit has against the warnings, and what falls due, in these events. */
function violations(events: readonly AccountEvent[], { books }: AccountDriver): readonly string[] {
  const audit = new AccountAudit('acme', { use: () => true, has: () => true }, books);
  const found = events.flatMap((event, revision) => audit.follow(event, revision, ''));
  const kinds = [...found, ...audit.finish()].map(({ kind }) => kind);
  return kinds.filter((kind) => kind.startsWith('warning') || kind === 'due-missed');
}

describe('a warning that little is available', () => {
  it('is raised once when available falls below the threshold, and not at it', () => {
    const account = watched('20');
    account.freeze('h1', { amount: '10' });
    expect(warnings(account)).toEqual([]);
    account.freeze('h2', { amount: '0.00000001' });
    expect(account.events.at(-1)).toEqual({
      type: 'warning-raised.v1',
      data: { at: account.now, warning: 'available-low', subject: null, threshold: '10', value: '9.99999999' },
    });
    account.freeze('h3', { amount: '1' });
    account.release('h3');
    expect(warnings(account)).toEqual(['available-low 9.99999999']);
  });

  it('is raised again after available was at the threshold once', () => {
    const account = watched('20');
    account.freeze('h1', { amount: '11' });
    account.deposit('d2', '0.99999999');
    account.freeze('h2', { amount: '1' });
    expect(warnings(account)).toEqual(['available-low 9']);
    account.deposit('d3', '1.00000001');
    account.freeze('h3', { amount: '1' });
    expect(warnings(account)).toEqual(['available-low 9', 'available-low 9']);
  });

  it('is raised at once when the threshold is set above what is available, and goes with the threshold', () => {
    const account = opened('5');
    account.terms('t1', { warnings: { availableBelow: '5' } });
    expect(warnings(account)).toEqual([]);
    account.terms('t2', { warnings: { availableBelow: '6' } });
    expect(warnings(account)).toEqual(['available-low 5']);
    account.terms('t3', { warnings: { availableBelow: '100' } });
    expect(warnings(account)).toHaveLength(1);
    account.terms('t4', { warnings: { availableBelow: null } });
    account.terms('t5', { warnings: { availableBelow: '6' } });
    expect(warnings(account)).toEqual(['available-low 5', 'available-low 5']);
  });

  it('follows an expiry that the clock brought, at its deadline', () => {
    const account = watched('30');
    account.freeze('h1', { amount: '15', ttlSeconds: 60 });
    account.freeze('h2', { amount: '10', ttlSeconds: 120 });
    expect(warnings(account)).toEqual(['available-low 5']);
    account.now += 61_000;
    account.freeze('h3', { amount: '11' });
    expect(warnings(account)).toEqual(['available-low 5', 'available-low 9']);
  });
});

describe('a warning that everything is frozen', () => {
  it('is raised when nothing is available while money is frozen, and again after something was', () => {
    const account = watched('20');
    account.freeze('h1', { amount: '19.99999999' });
    expect(warnings(account)).toEqual(['available-low 0.00000001']);
    account.freeze('h2', { amount: '0.00000001' });
    expect(warnings(account)).toEqual(['available-low 0.00000001', 'everything-frozen 20']);
    account.release('h2');
    account.freeze('h3', { amount: '0.00000001' });
    expect(warnings(account).slice(2)).toEqual(['everything-frozen 20']);
  });

  it('counts credit as what can still be frozen', () => {
    const account = watched('20', { creditLimit: money('5') });
    account.freeze('h1', { amount: '24.99999999' });
    expect(warnings(account)).toEqual(['available-low -4.99999999']);
    account.freeze('h2', { amount: '0.00000001' });
    expect(warnings(account).slice(1)).toEqual(['everything-frozen 25']);
  });
});

describe('a warning of a suspension', () => {
  it('is raised once for each time that the account is suspended', () => {
    const account = watched('20');
    account.send(change('suspend', 'c1'));
    account.send(change('suspend', 'c2'));
    account.send(change('resume', 'c3'));
    account.send(change('suspend', 'c4'));
    expect(warnings(account)).toEqual(['suspended operator', 'suspended operator']);
  });
});

describe('a warning of a charge that could not be collected', () => {
  it('is raised once for its hold, in the append of the refused settle', () => {
    const account = watched('20');
    account.freeze('h1', { amount: '15', ttlSeconds: 60 });
    account.now += hour;
    account.withdraw('w1', '20');
    const late = { completedAt: account.now - hour + 1_000 };
    account.settle('h1', late);
    account.settle('h1', late);
    expect(warnings(account)).toEqual(['available-low 5', 'available-low 0', 'charge-uncollected h1 15']);
  });
});

describe('a warning of arrears', () => {
  const day = 24 * hour;

  it('is raised when a bill is not paid, before that of the suspension that follows, and again for the next time', () => {
    const account = watched('10', { creditLimit: money('50') });
    account.freeze('h1', { amount: '15' });
    account.settle('h1');
    account.now += day;
    account.bill('2026-01-29');
    expect(warnings(account)).toEqual(['available-low -5', 'arrears']);
    account.now += day;
    account.expireDue();
    expect(warnings(account).slice(2)).toEqual(['suspended arrears']);
    account.deposit('d2', '5');
    account.freeze('h2', { amount: '5' });
    account.settle('h2');
    account.now += day;
    account.bill('2026-01-31');
    expect(warnings(account).slice(3)).toEqual(['arrears']);
  });

  it('makes the day on which it is raised no day with a bill', () => {
    const account = watched('10', { creditLimit: money('50') });
    account.freeze('h1', { amount: '15' });
    account.settle('h1');
    account.now += day;
    account.bill('2026-01-29');
    account.now += day;
    expect(account.state.summary.days.latest).toBeNull();
    expect(account.state.summary.days.over).toEqual([]);
  });
});

describe('warnings', () => {
  it('are folded again from the events, and from a snapshot', () => {
    const account = watched('20', { creditLimit: money('5') });
    account.freeze('h1', { amount: '25' });
    account.send(change('suspend', 'c1'));
    const snapshot = writeSnapshot(account.state);
    expect(writeSnapshot(fold(account.events))).toBe(snapshot);
    const restored = restoreState(snapshot);
    expect(restored?.summary.watch).toEqual(account.state.summary.watch);
    account.release('h1');
    expect(restored?.summary.watch?.raised).toEqual(new Set(['available-low', 'everything-frozen', 'suspended']));
    expect(account.state.summary.watch?.raised).toEqual(new Set(['suspended']));
  });

  it('may stand between things that fall due at the same moment', () => {
    const account = opened('0', { creditLimit: money('100') });
    account.freeze('h1', { amount: '30' });
    account.settle('h1');
    account.now += 24 * hour;
    account.bill('2026-01-29');
    account.order('o1', '1');
    account.now += 24 * hour;
    account.expireDue();
    const types = account.events.slice(-3).map(({ type }) => type);
    expect(types).toEqual(['arrears-suspended.v1', 'warning-raised.v1', 'order-closed.v1']);
    expect(violations(account.events, account)).toEqual([]);
  });

  it('cannot be folded without a reason', () => {
    const account = watched('20');
    const data = { at: account.now, warning: 'suspended', subject: null, threshold: null, value: 'operator' } as const;
    expect(() => {
      evolve(account.state, { type: 'warning-raised.v1', data });
    }).toThrow('suspended is to be warned of');
  });

  it('leave the answer to the command as it is', () => {
    const decision = watched('20').freeze('h1', { amount: '11' });
    expect(decision.kind === 'accepted' && decision.events.map(({ type }) => type)).toEqual(['funds-frozen.v1']);
  });

  it.each([
    ['is missing', (events: readonly AccountEvent[]) => events.filter((event) => !isWarning(event)), 'warning-missing'],
    [
      'is doubled',
      (events: readonly AccountEvent[]) => events.flatMap((event) => (isWarning(event) ? [event, event] : [event])),
      'warning-wrong',
    ],
    [
      'has other figures',
      (events: readonly AccountEvent[]) =>
        events.map((event) =>
          isWarning(event) ? ({ ...event, data: { ...event.data, value: '1' } } as AccountEvent) : event,
        ),
      'warning-wrong',
    ],
  ] as const)('are audited: one that %s is found', (_, damage, kind) => {
    const account = watched('20');
    account.freeze('h1', { amount: '11' });
    expect(violations(account.events, account)).toEqual([]);
    expect(violations(damage(account.events), account)).toEqual([kind]);
  });
});

describe('an account without thresholds', () => {
  const day = 24 * hour;

  it('is warned of nothing while it owes nothing, and is not watched', () => {
    const account = opened('20');
    account.freeze('h1', { amount: '20' });
    account.send(change('suspend', 'c1'));
    expect(warnings(account)).toEqual([]);
    expect(account.state.summary.watch).toBeNull();
  });

  it('is warned of arrears and of the suspension for them, and of nothing else meanwhile', () => {
    const account = opened('0', { creditLimit: money('20') });
    account.freeze('h1', { amount: '15' });
    account.settle('h1');
    account.now += day;
    account.bill('2026-01-29');
    account.freeze('h2', { amount: '5' });
    account.send(change('suspend', 'c1'));
    expect(warnings(account)).toEqual(['arrears']);
    account.now += day;
    account.expireDue();
    expect(warnings(account)).toEqual(['arrears', 'suspended operator, arrears']);
    expect(restoreState(writeSnapshot(account.state))?.summary.watch).toEqual(account.state.summary.watch);
    account.deposit('d1', '15');
    expect(account.state.summary.watch).toBeNull();
    expect(warnings(account)).toHaveLength(2);
    expect(violations(account.events, account)).toEqual([]);
  });

  it('that had some and is in arrears stays warned of them, and can be warned again of the rest', () => {
    const account = watched('10', { creditLimit: money('20') });
    account.freeze('h1', { amount: '15' });
    account.settle('h1');
    account.now += day;
    account.bill('2026-01-29');
    account.terms('t2', { warnings: { availableBelow: null } });
    account.terms('t3', { warnings: { availableBelow: '10' } });
    expect(warnings(account)).toEqual(['available-low -5', 'arrears', 'available-low -5']);
    expect(violations(account.events, account)).toEqual([]);
  });
});
