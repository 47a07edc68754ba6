import { describe, expect, it } from '@jest/globals';
import { AccountAudit, type AccountEvent, type BudgetPeriod, budgetView, parseMoney, PriceBookCatalog } from '#domain';
import { AccountDriver, said, testBooks } from '../../../../test/support/account-driver.ts';
import fc from '../../../../test/support/fast-check.ts';
import { type Counted, NaiveBudgets } from '../../../../test/support/naive-budgets.ts';
import { type Units, units } from '../../../../test/support/naive-prices.ts';

/*
 * Budgets and the daily limit round the turns of days, months and agreement years, in zones whose clocks change there,
 * against sums over all holds by dates of the runtime's own formatter.
 */

/** Zone, start of the agreement, and a moment some hours before a turn. */
const scenes = [
  ['Asia/Shanghai', '2026-01-29', '2026-01-31T10:00:00Z', 'the end of a month'],
  ['Asia/Shanghai', '2024-02-29', '2025-02-27T10:00:00Z', 'a leap day’s anniversary in a common year'],
  ['Asia/Shanghai', '2024-02-29', '2028-02-27T10:00:00Z', 'the day before a leap day’s anniversary in a leap year'],
  ['Asia/Shanghai', '2024-02-29', '2028-02-28T10:00:00Z', 'a leap day’s anniversary in a leap year'],
  ['Europe/Berlin', '2025-03-29', '2026-03-28T18:00:00Z', 'the day on which the clocks are put forward'],
  ['Europe/Berlin', '2025-10-26', '2026-10-24T16:00:00Z', 'the day on which the clocks are put back'],
  ['Europe/Berlin', '2024-02-29', '2026-10-31T18:00:00Z', 'the end of a month'],
  ['America/Sao_Paulo', '2017-11-04', '2018-11-03T20:00:00Z', 'a midnight that does not exist'],
  ['America/Sao_Paulo', '2018-02-17', '2019-02-16T20:00:00Z', 'a day whose last hour comes twice'],
  ['Asia/Beirut', '2025-03-29', '2026-03-28T16:00:00Z', 'a midnight that does not exist, on an anniversary'],
  ['Pacific/Apia', '2010-12-30', '2011-12-29T20:00:00Z', 'a day that does not exist'],
] as const;

type Step =
  | { readonly do: 'freeze'; readonly budget: string | null; readonly amount: string; readonly ttlSeconds: number }
  | { readonly do: 'settle' | 'release' | 'settle late' | 'refund'; readonly back: number; readonly amount: string }
  | { readonly do: 'set'; readonly name: string; readonly limit: string; readonly period: BudgetPeriod }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'wait for the turn' | 'wait for a deadline'; readonly offsetMs: number; readonly back: number }
  | { readonly do: 'restart' };

const name = fc.constantFrom('sales', 'sales', 'support');
const back = fc.nat({ max: 4 });
const amount = fc.constantFrom('1', '2', '2.5', '0.00000001');
const offsetMs = fc.constantFrom(-1, -1, 0, 0, 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      do: fc.constant('freeze' as const),
      budget: fc.constantFrom(null, 'sales', 'sales', 'sales', 'support'),
      amount,
      ttlSeconds: fc.constantFrom(1, 60, 1_800, 7_200, 86_400),
    }),
    weight: 10,
  },
  {
    arbitrary: fc.record({
      do: fc.constantFrom(
        'settle' as const,
        'settle' as const,
        'release' as const,
        'settle late' as const,
        'refund' as const,
      ),
      back,
      amount: fc.constantFrom('0', '0.5', '1'),
    }),
    weight: 8,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      name,
      limit: fc.constantFrom('1', '3.5', '6', '100'),
      period: fc.constantFrom('day' as const, 'month' as const, 'year' as const),
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 1, 3_600_000, 3_599_999) }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('wait for the turn' as const, 'wait for a deadline' as const),
      offsetMs,
      back,
    }),
    weight: 4,
  },
  { arbitrary: fc.constant({ do: 'restart' as const }), weight: 1 },
);

const scenarios = fc.record({
  scene: fc.constantFrom(...scenes),
  dailySpend: fc.constantFrom(null, null, '5', '9'),
  limits: fc.tuple(fc.constantFrom('3.5', '6'), fc.constantFrom('2', '100')),
  periods: fc.tuple(
    fc.constantFrom('day' as const, 'month' as const, 'year' as const),
    fc.constantFrom('day' as const, 'month' as const, 'year' as const),
  ),
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
});

type Scenario = typeof scenarios extends fc.Arbitrary<infer Value> ? Value : never;
type Told = Counted & { readonly id: string; readonly expiresAt: number };

/** One scenario, run by the domain model and added up by hand. */
class Telling {
  readonly account = new AccountDriver();
  readonly holds: Told[] = [];
  readonly naive: NaiveBudgets;
  readonly #daily: NaiveBudgets;
  readonly #dates: Intl.DateTimeFormat;
  #followed = 0;

  constructor({ scene, dailySpend, limits, periods }: Scenario) {
    const [timeZone, agreementStart, start] = scene;
    const { account } = this;
    account.now = Date.parse(start);
    const most = dailySpend === null ? null : parseMoney(dailySpend);
    account.open({ timeZone, agreementStart, limits: { openHolds: null, frozen: null, dailySpend: most } });
    account.deposit('d1', '1000000');
    this.naive = new NaiveBudgets(account.state.opened?.zone, agreementStart);
    this.#daily = new NaiveBudgets(account.state.opened?.zone, agreementStart);
    this.#daily.set({ name: 'day', limit: dailySpend ?? '999999999', period: 'day', reason: '' }, false);
    this.#dates = new Intl.DateTimeFormat('en-CA', { timeZone });
    this.set('sales', limits[0], periods[0]);
    this.set('support', limits[1], periods[1]);
  }

  take(told: Step): void {
    const { account } = this;
    switch (told.do) {
      case 'freeze':
        this.#freeze(told.budget, told.amount, told.ttlSeconds);
        break;
      case 'settle':
        account.settle(this.#back(told.back)?.id ?? 'nobody', { amount: told.amount });
        break;
      case 'settle late': {
        const hold = this.#back(told.back);
        account.settle(hold?.id ?? 'nobody', { amount: told.amount, completedAt: hold?.openedAt ?? 0 });
        break;
      }
      case 'release':
        account.release(this.#back(told.back)?.id ?? 'nobody');
        break;
      case 'refund':
        account.refund(`r${String(account.events.length)}`, this.#back(told.back)?.id ?? 'nobody', told.amount);
        break;
      case 'set':
        this.set(told.name, told.limit, told.period);
        break;
      case 'wait':
        account.now += told.ms;
        break;
      case 'wait for the turn':
        account.now = Math.max(account.now, this.#nextTurn() + told.offsetMs);
        break;
      case 'wait for a deadline':
        account.now = Math.max(account.now, (this.#back(told.back)?.expiresAt ?? 0) + told.offsetMs);
        break;
      case 'restart':
        account.expireDue();
        account.restart();
        break;
    }
    account.expireDue();
    this.#follow();
    expect(this.lines()).toEqual(this.naive.lines(this.holds, account.now));
  }

  set(budget: string, limit: string, period: BudgetPeriod): void {
    const expected = this.naive.set({ name: budget, limit, period, reason: 'because' }, false);
    expect(said(this.account.budget(budget, limit, period))).toBe(expected);
  }

  lines(): string[] {
    const { state, now } = this.account;
    return state.budgets.page(null, 10).map((budget) => {
      const { used, left } = budgetView(budget, now);
      return `${budget.set.name} ${String(units(used))} ${String(units(left))}`;
    });
  }

  #freeze(budget: string | null, amountText: string, ttlSeconds: number): void {
    const { account } = this;
    const taken: Units = units(amountText);
    const everyHold = this.holds.map((hold) => ({ ...hold, budget: 'day' }));
    let expected = 'accepted';
    if (budget !== null && this.naive.exceededBy(budget, taken, this.holds, account.now)) expected = 'budget_exceeded';
    if (this.#daily.exceededBy('day', taken, everyHold, account.now)) expected = 'spend_limit_exceeded';
    const id = `h${String(this.holds.length)}`;
    expect(said(account.freeze(id, { amount: amountText, ttlSeconds, budget }))).toBe(expected);
  }

  #follow(): void {
    const { events } = this.account;
    for (; this.#followed < events.length; this.#followed += 1) {
      const event = events[this.#followed];
      if (event !== undefined) this.#note(event);
    }
  }

  #note(event: AccountEvent): void {
    if (event.type === 'funds-frozen.v1') {
      const { holdId: id, at: openedAt, expiresAt, amount: text, budget } = event.data;
      this.holds.push({
        id,
        openedAt,
        expiresAt,
        budget,
        amount: units(text),
        ended: 'no',
        settlement: null,
        refunded: 0n,
      });
      return;
    }
    if (!('holdId' in event.data) || !('amount' in event.data)) return;
    const { holdId, amount: text } = event.data;
    const place = this.holds.findIndex(({ id }) => id === holdId);
    const hold = this.holds[place];
    if (hold === undefined) return;
    if (event.type === 'charge-refunded.v1') {
      this.holds[place] = { ...hold, refunded: hold.refunded + units(text) };
      return;
    }
    const charged = event.type === 'hold-settled.v1' || event.type.startsWith('hold-settled-late') ? units(text) : 0n;
    this.holds[place] = { ...hold, ended: 'yes', settlement: { charged } };
  }

  #back(places: number): Told | undefined {
    return this.holds.at(-1 - places);
  }

  /** The first instant of the next local date, by halving. */
  #nextTurn(): number {
    const today = this.#dates.format(this.account.now);
    let before = this.account.now;
    let after = before + 50 * 3_600_000;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#dates.format(middle) === today) before = middle;
      if (this.#dates.format(middle) !== today) after = middle;
    }
    return after;
  }
}

describe('round the turns of days, months and agreement years, wherever the clocks change', () => {
  it('budgets and the daily limit allow and refuse, and are used, as a sum over all holds says', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const telling = new Telling(scenario);
        for (const told of scenario.steps) telling.take(told);
      }),
      { numRuns: 1_500 },
    );
  });

  it('an audit adds up the same from the events alone, and has nothing to say', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const telling = new Telling(scenario);
        for (const told of scenario.steps) telling.take(told);
        const { account } = telling;
        const audit = new AccountAudit(
          'acme',
          { use: () => true, has: () => undefined },
          new PriceBookCatalog(testBooks),
        );
        for (const [revision, event] of account.events.entries()) expect(audit.follow(event, revision)).toEqual([]);
        for (const budget of account.state.budgets.page(null, 10)) {
          const { used } = budgetView(budget, account.now);
          expect(audit.spend.used(budget.set.name, account.now)).toBe(units(used));
        }
      }),
      { numRuns: 300 },
    );
  });
});
