import { describe, expect, it } from '@jest/globals';
import {
  AccountAudit,
  type AccountEvent,
  correctedBy,
  CorrectionsAudit,
  type FundsFrozen,
  type Money,
  parseMoney,
  PriceBookCatalog,
} from '#domain';
import { money, opened, start, testBooks } from '../../../../test/support/account-driver.ts';
import { findViolations } from '../../../../test/support/audited.ts';

describe('an audit', () => {
  it('misses the expiry of a hold that a command at the very deadline left open', () => {
    const account = opened('10');
    account.freeze('h1', { amount: '1', ttlSeconds: 1 });
    account.now += 1_000;
    account.deposit('d1', '1');
    expect(findViolations(account.events)).toEqual([]);
    expect(findViolations(account.events.filter(({ type }) => type !== 'hold-expired.v1'))).toEqual(['expiry-missed']);
  });

  it('finds an account that was closed around an open hold of free units', () => {
    const account = opened('0', { priceBook: 'test' });
    account.freeze('h1', { product: 'gratis' });
    expect(account.money).toBe('0 0 0');
    const { now } = account;
    const closed = {
      type: 'account-closed.v1',
      data: { at: now, changeId: 'c1', reason: 'over', forfeitPacks: false, forfeited: null },
    } as const;
    expect(findViolations([...account.events, closed])).toEqual(['closed-not-empty']);
  });

  it('finds a freeze beyond each guard and each budget, and not one that takes all that is left', () => {
    const amount = (text: string): Money => parseMoney(text);
    const limits = { openHolds: 2, frozen: amount('3'), dailySpend: amount('4') };
    const account = opened('100', { limits });
    account.budget('sales', '2');
    account.freeze('h1', { amount: '1.5', budget: 'sales' });
    account.freeze('h2', { amount: '0.5', budget: 'sales' });
    account.settle('h2');
    expect(findViolations(account.events)).toEqual([]);
    const frozen = (change: Partial<FundsFrozen>): AccountEvent[] => {
      const [first] = account.events.flatMap((event) => (event.type === 'funds-frozen.v1' ? [event.data] : []));
      if (first === undefined) throw new TypeError('a hold was opened');
      const data = { ...first, holdId: 'h9', budget: null, ...change };
      return [...account.events, { type: 'funds-frozen.v1', data: { ...data, maxLateCharge: data.amount } }];
    };
    expect(findViolations(frozen({ amount: '1.5' }))).toEqual([]);
    expect(findViolations(frozen({ amount: '1.50000001' }))).toEqual(['guard-exceeded']);
    expect(findViolations(frozen({ amount: '2.00000001' }))).toEqual(['guard-exceeded', 'guard-exceeded']);
    expect(findViolations(frozen({ amount: '0.1', budget: 'sales' }))).toEqual(['budget-exceeded']);
    expect(findViolations(frozen({ amount: '0.1', budget: 'other' }))).toEqual(['budget-unknown']);
    account.freeze('h3', { amount: '1' });
    expect(findViolations(frozen({ amount: '0.1' }))).toEqual(['guard-exceeded']);
  });

  it('finds one budget too many, and a late settle that names another budget than its hold', () => {
    const account = opened('100');
    account.budget('sales', '2');
    const [set] = account.events.flatMap((event) => (event.type === 'budget-set.v1' ? [event.data] : []));
    if (set === undefined) throw new TypeError('a budget was set');
    const sets = (count: number): AccountEvent[] =>
      Array.from({ length: count }, (_, index) => ({
        type: 'budget-set.v1',
        data: { ...set, name: `b${String(index)}` },
      }));
    expect(findViolations([...account.events, ...sets(9_999)])).toEqual([]);
    expect(findViolations([...account.events, ...sets(10_000)])).toEqual(['too-many-budgets']);
    const openedAt = account.now;
    account.freeze('h1', { amount: '1', budget: 'sales' });
    account.now += 1_800_000;
    account.settle('h1', { completedAt: openedAt });
    expect(findViolations(account.events)).toEqual([]);
    const other = account.events.map((event) =>
      event.type === 'hold-settled-late.v1'
        ? { ...event, data: { ...event.data, hold: { ...event.data.hold, budget: null } } }
        : event,
    );
    expect(findViolations(other)).toEqual(['late-settle-facts-wrong']);
  });

  describe('of bills', () => {
    const hour = 3_600_000;
    const change = (
      events: readonly AccountEvent[],
      type: AccountEvent['type'],
      data: object | null,
    ): readonly AccountEvent[] =>
      events.flatMap((event) => {
        if (event.type !== type) return [event];
        return data === null ? [] : [{ ...event, data: { ...event.data, ...data } } as AccountEvent];
      });

    /** Charged, billed, suspended for arrears, paid. */
    function scenario(): readonly AccountEvent[] {
      const account = opened('0', { creditLimit: money('100') });
      account.freeze('h1', { amount: '30' });
      account.settle('h1');
      account.now += 22 * hour;
      account.bill('2026-01-29');
      account.now += 30 * hour;
      account.freeze('h2', { amount: '30' });
      account.deposit('d1', '30');
      account.now += 24 * hour;
      account.bill('2026-01-31');
      return account.events;
    }

    it('finds nothing in a history that is in order', () => {
      expect(findViolations(scenario())).toEqual([]);
    });

    it.each([
      ['owed', { owed: '29' }],
      ['the day', { date: '2026-01-28' }],
      ['the first event', { firstRevision: 1 }],
      ['the last event', { lastRevision: 1 }],
      ['the end of the day', { until: 1 }],
    ])('finds a bill that is wrong about %s', (_, data) => {
      expect(findViolations(change(scenario(), 'bill-issued.v1', data))).toContain('bill-wrong');
    });

    it('finds a bill that is wrong about arrears', () => {
      expect(findViolations(change(scenario(), 'bill-issued.v1', { arrears: null }))).toContain('arrears-wrong');
    });

    it('finds a suspension that is missing, and one at another time', () => {
      expect(findViolations(change(scenario(), 'arrears-suspended.v1', null))).toContain('due-missed');
      const early = start + 45 * hour;
      expect(findViolations(change(scenario(), 'arrears-suspended.v1', { at: early }))).toContain('arrears-wrong');
    });

    it('finds arrears that go on although all is paid, and such as end before', () => {
      expect(findViolations(change(scenario(), 'arrears-cleared.v1', null))).toContain('arrears-wrong');
      expect(findViolations(change(scenario(), 'funds-deposited.v1', { amount: '29' }))).toContain('arrears-wrong');
    });

    it('finds days that are billed out of their order', () => {
      const events = scenario();
      const bills = events.filter(({ type }) => type === 'bill-issued.v1');
      const others = events.filter(({ type }) => type !== 'bill-issued.v1');
      expect(findViolations([...others, ...bills.reverse()])).toContain('bill-out-of-order');
    });

    it('finds a bill that names another event than the last of the day', () => {
      const events = scenario();
      const audit = (digest: (revision: number) => string): string[] => {
        const account = new AccountAudit('acme', { use: () => true, has: () => true }, new PriceBookCatalog(testBooks));
        return events.flatMap((event, revision) =>
          account.follow(event, revision, digest(revision)).map(({ kind }) => kind),
        );
      };
      expect(audit(() => 'ab'.repeat(32))).toEqual([]);
      expect(audit(() => 'cd'.repeat(32))).toContain('bill-wrong');
    });
  });
});

/** Kinds of all violations of the corrections of a history. */
function auditCorrections(events: readonly AccountEvent[]): string[] {
  const audit = new CorrectionsAudit(new Set(events.flatMap((event) => correctedBy(event) ?? [])));
  return events.flatMap((event) => audit.follow(event).map(({ detail }) => detail));
}

describe('an audit of corrections', () => {
  const account = opened('100');
  account.freeze('h1', { amount: '10' });
  account.settle('h1', { amount: '4' });
  account.refund('r1', 'h1', '3');
  account.refund('r2', 'h1', '1');
  account.reverse('v1', 'd0', '40');
  account.reverse('v2', 'd0');
  const { events } = account;

  function changed(type: AccountEvent['type'], place: number, change: object): readonly AccountEvent[] {
    const wanted = events.filter((event) => event.type === type)[place];
    return events.map((event) =>
      event === wanted ? ({ ...event, data: { ...event.data, ...change } } as AccountEvent) : event,
    );
  }

  it('finds nothing where there is nothing', () => {
    expect([findViolations(events), auditCorrections(events)]).toEqual([[], []]);
  });

  it.each<[string, readonly AccountEvent[], RegExp]>([
    ['refunds above the charge', changed('charge-refunded.v1', 1, { amount: '1.1', refunded: '4.1' }), /charged less/],
    ['a charge that was less', changed('hold-settled.v1', 0, { amount: '3.9', returned: '6.1' }), /charged less/],
    ['refunds that do not add up', changed('charge-refunded.v1', 0, { amount: '2' }), /not 3 in all/],
    ['a hold that was never opened', changed('charge-refunded.v1', 0, { holdId: 'h9' }), /never opened/],
    ['another time of opening', changed('charge-refunded.v1', 0, { openedAt: 1 }), /not opened then/],
    ['another budget', changed('charge-refunded.v1', 0, { budget: 'b' }), /another budget/],
    ['another time of the charge', changed('charge-refunded.v1', 0, { chargedAt: 1 }), /not charged then/],
    ['reversals above the deposit', changed('deposit-reversed.v1', 1, { amount: '60.1' }), /was less/],
    ['a rest that is not right', changed('deposit-reversed.v1', 0, { remaining: '61' }), /not 61 is left/],
    ['a deposit that there never was', changed('deposit-reversed.v1', 0, { depositId: 'd9' }), /no deposit d9/],
  ])('finds %s', (_, history, detail) => {
    expect(auditCorrections(history)[0]).toMatch(detail);
  });
});

describe('an audit of suspensions', () => {
  /** Suspended for arrears, then by an operator, who lifts that again; the arrears stay. */
  function inArrears(): readonly AccountEvent[] {
    const account = opened('0', { creditLimit: money('100') });
    account.freeze('h1', { amount: '30' });
    account.settle('h1');
    account.now = start + 22 * 3_600_000;
    account.bill('2026-01-29');
    account.now += 24 * 3_600_000;
    account.status('suspend', 's1');
    account.status('resume', 's2');
    expect(account.state.summary.suspendedFor).toEqual(['arrears']);
    return account.events;
  }

  function withCauses(type: AccountEvent['type'], suspendedFor: readonly string[]): readonly AccountEvent[] {
    return inArrears().map((event) =>
      event.type === type ? ({ ...event, data: { ...event.data, suspendedFor } } as AccountEvent) : event,
    );
  }

  it('finds nothing where the operator lifts the cause of an operator', () => {
    expect(findViolations(inArrears())).toEqual([]);
  });

  it('finds an operator who lifts arrears, or does not lift what is theirs', () => {
    expect(findViolations(withCauses('account-resumed.v1', []))).toEqual(['suspension-wrong']);
    expect(findViolations(withCauses('account-resumed.v1', ['operator', 'arrears']))).toEqual(['suspension-wrong']);
    expect(findViolations(withCauses('account-suspended.v1', ['arrears']))).toEqual(['suspension-wrong']);
  });
});
