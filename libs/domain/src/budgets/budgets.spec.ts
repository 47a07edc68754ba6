import { describe, expect, it } from '@jest/globals';
import { bounds, type Decision, nothingOlder, writeSnapshot } from '#domain';
import { AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';

const noLimits = { openHolds: null, frozen: null, dailySpend: null };

function facts(decision: Decision): unknown {
  return decision.kind === 'refused' ? decision.refusal.facts : undefined;
}

function readBudget(decision: Decision): unknown {
  return 'budget' in decision ? decision.budget : undefined;
}

/** With money and one budget. */
function withBudget(limit: string, period: 'day' | 'month' | 'year' = 'day', money = '1000'): AccountDriver {
  const account = opened(money);
  account.budget('sales', limit, period);
  return account;
}

describe('setting a budget', () => {
  it('is an event with the limit in canonical form, and answers what is used and left', () => {
    const account = opened();
    const decision = account.budget('sales', '10.50', 'month', 'spring campaign');
    expect(decision).toEqual({
      kind: 'accepted',
      events: [
        {
          type: 'budget-set.v1',
          data: { at: start, name: 'sales', limit: '10.5', period: 'month', reason: 'spring campaign' },
        },
      ],
      budget: { name: 'sales', limit: '10.5', period: 'month', used: '0', left: '10.5' },
    });
  });

  it('as it is appends nothing, and answers what is used and left by now', () => {
    const account = withBudget('10');
    account.freeze('h1', { amount: '4', budget: 'sales' });
    account.now += 1_000;
    const again = account.budget('sales', '10.0');
    expect(again).toEqual({
      kind: 'replayed',
      event: account.events[2],
      budget: { name: 'sales', limit: '10', period: 'day', used: '4', left: '6' },
    });
    expect(account.events.filter(({ type }) => type === 'budget-set.v1')).toHaveLength(1);
  });

  it.each<[string, (account: AccountDriver) => Decision]>([
    ['limit', (account) => account.budget('sales', '10.00000001')],
    ['period', (account) => account.budget('sales', '10', 'month')],
    ['reason', (account) => account.budget('sales', '10', 'day', 'another')],
  ])('with another %s is a change, and so is setting it back', (_, change) => {
    const account = withBudget('10');
    expect(said(change(account))).toBe('accepted');
    expect(said(change(account))).toBe('replayed');
    expect(said(account.budget('sales', '10'))).toBe('accepted');
    expect(account.events.filter(({ type }) => type === 'budget-set.v1')).toHaveLength(3);
  });

  it('below what is used leaves less than nothing, and no freeze that would take more', () => {
    const account = withBudget('10');
    account.freeze('h1', { amount: '4', budget: 'sales' });
    expect(readBudget(account.budget('sales', '3'))).toMatchObject({ used: '4', left: '-1' });
    expect(said(account.freeze('h2', { amount: '0.00000001', budget: 'sales' }))).toBe('budget_exceeded');
    account.settle('h1', { amount: '3' });
    expect(account.used('sales')).toBe('3 0');
  });

  it('is possible while the account is suspended, and not once it is closed; what was set is answered still', () => {
    const account = opened('0');
    account.budget('sales', '10');
    account.status('suspend', 's1');
    expect(said(account.budget('sales', '11'))).toBe('accepted');
    account.status('close', 'c1');
    expect(said(account.budget('sales', '12'))).toBe('account_closed');
    expect(said(account.budget('other', '12'))).toBe('account_closed');
    expect(said(account.budget('sales', '11'))).toBe('replayed');
  });

  it('of an account that does not exist is refused', () => {
    expect(said(new AccountDriver().budget('sales', '10'))).toBe('account_not_found');
  });

  it('is possible for ten thousand of them, each of which can be changed, and for no more', () => {
    const account = opened();
    for (let index = 1; index < bounds.budgetsMax; index += 1) account.budget(`b${String(index)}`, '1');
    expect(account.state.budgets.size).toBe(9_999);
    expect(said(account.budget('last', '1'))).toBe('accepted');
    const refused = account.budget('beyond', '1');
    expect([said(refused), facts(refused)]).toEqual(['too_many_budgets', { limit: 10_000 }]);
    expect(said(account.budget('b1', '2'))).toBe('accepted');
    expect(said(account.freeze('h1', { amount: '1', budget: 'b9999' }))).toBe('accepted');
    expect(account.used('b9999')).toBe('1 0');
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('may be named %s', (name) => {
    const account = opened();
    expect(said(account.freeze('h0', { amount: '1', budget: name }))).toBe('unknown_budget budget');
    account.budget(name, '5');
    account.freeze('h1', { amount: '2', budget: name });
    expect(account.used(name)).toBe('2 3');
    account.restart();
    expect(account.used(name)).toBe('2 3');
  });
});

describe('a freeze on a budget', () => {
  it('may take all that is left, and nothing more; the refusal says limit, used and required', () => {
    const account = withBudget('2');
    expect(said(account.freeze('h1', { amount: '1.5', budget: 'sales' }))).toBe('accepted');
    const refused = account.freeze('h2', { amount: '0.50000001', budget: 'sales' });
    expect(said(refused)).toBe('budget_exceeded');
    expect(facts(refused)).toEqual({ budget: 'sales', limit: '2', used: '1.5', required: '0.50000001' });
    expect(said(account.freeze('h2', { amount: '0.5', budget: 'sales' }))).toBe('accepted');
    expect(account.used('sales')).toBe('2 0');
  });

  it('counts on that budget alone; one without a budget on none', () => {
    const account = withBudget('2');
    account.budget('support', '2');
    account.freeze('h1', { amount: '1', budget: 'sales' });
    account.freeze('h2', { amount: '50' });
    expect([account.used('sales'), account.used('support')]).toEqual(['1 1', '0 2']);
  });

  it('names a budget that was set; that is asked after the price and before every limit', () => {
    const account = opened('0', { limits: { ...noLimits, openHolds: 1 } });
    expect(said(account.freeze('h1', { product: 'nothing', budget: 'sales' }))).toBe('unknown_product product');
    const unknown = account.freeze('h1', { budget: 'sales' });
    expect([said(unknown), facts(unknown)]).toEqual(['unknown_budget budget', { budget: 'sales' }]);
    account.deposit('d1', '1');
    account.freeze('h0', { amount: '1' });
    expect(said(account.freeze('h1', { amount: '1', budget: 'sales' }))).toBe('unknown_budget budget');
  });

  it('is refused by the first that applies: open holds, frozen, daily spend, budget, balance', () => {
    const account = opened('5', { limits: { openHolds: 2, frozen: money('3'), dailySpend: money('4') } });
    account.budget('sales', '2');
    account.freeze('h1', { amount: '1', budget: 'sales' });
    const then = (amount: string): string => said(account.freeze('h9', { amount, budget: 'sales' }));
    // 1 is frozen, spent and used; 4 are available.
    expect(then('6')).toBe('frozen_limit_exceeded');
    account.settle('h1');
    // 1 is spent and used, nothing frozen.
    expect(then('3.00000001')).toBe('frozen_limit_exceeded');
    account.freeze('h2', { amount: '2' });
    account.settle('h2');
    expect(then('2')).toBe('spend_limit_exceeded');
    expect(then('1')).toBe('accepted');
    account.settle('h9', { amount: '0' });
    account.withdraw('w1', '2');
    expect(said(account.freeze('h8', { amount: '1', budget: 'sales' }))).toBe('insufficient_available_balance');
    account.budget('sales', '1.5');
    expect(said(account.freeze('h8', { amount: '1', budget: 'sales' }))).toBe('budget_exceeded');
    account.deposit('d1', '1');
    account.freeze('h3', { amount: '0.00000001' });
    account.freeze('h4', { amount: '0.00000001' });
    expect(said(account.freeze('h8', { amount: '9', budget: 'sales' }))).toBe('too_many_open_holds');
  });

  it('is answered again though the budget is used up or gone to another limit: what is left is not content', () => {
    const account = withBudget('1');
    account.freeze('h1', { amount: '1', budget: 'sales' });
    account.budget('sales', '0.5');
    expect(said(account.freeze('h1', { amount: '1', budget: 'sales' }))).toBe('replayed');
    expect(said(account.freeze('h1', { amount: '1', budget: 'other' }))).toBe('idempotency_conflict budget');
    expect(said(account.freeze('h1', { amount: '1' }))).toBe('idempotency_conflict budget');
  });

  it('of free units counts nothing, and is never refused, not even where more than all is used already', () => {
    const account = opened('100', { priceBook: 'test' });
    account.budget('sales', '1');
    account.freeze('h1', { amount: '1', budget: 'sales' });
    expect(said(account.freeze('h2', { product: 'gratis', budget: 'sales' }))).toBe('accepted');
    account.budget('sales', '0.5');
    expect(said(account.freeze('h3', { product: 'gratis', budget: 'sales' }))).toBe('accepted');
    expect(said(account.freeze('h4', { amount: '0.1', budget: 'sales' }))).toBe('budget_exceeded');
  });
});

describe('what a hold on a budget counts', () => {
  it('is its frozen money while it is open, and its charge afterwards', () => {
    const account = withBudget('10');
    account.freeze('h1', { amount: '4', budget: 'sales' });
    account.freeze('h2', { amount: '3', budget: 'sales' });
    account.freeze('h3', { amount: '2', budget: 'sales' });
    expect(account.used('sales')).toBe('9 1');
    account.settle('h1', { amount: '1' });
    expect(account.used('sales')).toBe('6 4');
    account.release('h2');
    expect(account.used('sales')).toBe('3 7');
    account.now += 1_800_000 - 1;
    expect(account.used('sales')).toBe('3 7');
    account.now += 1;
    account.expireDue();
    expect(account.used('sales')).toBe('1 9');
  });

  it('is nothing for what packs pay, nor in the day’s spend: only the money for the rest', () => {
    const account = opened('100', { priceBook: 'test', limits: { ...noLimits, dailySpend: money('4') } });
    account.budget('sales', '2');
    account.acquirePack('p1', { units: 3 });
    account.freeze('h1', { product: 'call', quantity: 2, budget: 'sales' });
    expect(account.used('sales')).toBe('0 2');
    account.freeze('h2', { product: 'call', quantity: 2, budget: 'sales' });
    expect(account.used('sales')).toBe('2 0');
    account.settle('h1');
    account.settle('h2');
    expect(account.used('sales')).toBe('2 0');
    expect(said(account.freeze('h3', { amount: '2.00000001' }))).toBe('spend_limit_exceeded');
    expect(said(account.freeze('h3', { amount: '2' }))).toBe('accepted');
  });

  it('is nothing after a mismatch of what is billed by match', () => {
    const account = opened('100', { priceBook: 'test' });
    account.budget('sales', '5');
    account.freeze('h1', { product: 'by-match', budget: 'sales' });
    expect(account.used('sales')).toBe('2 3');
    account.settle('h1', { outcome: 'mismatch' });
    expect(account.used('sales')).toBe('0 5');
  });

  it('is its charge less what is refunded of it, in the period in which it was opened', () => {
    const account = withBudget('4');
    account.freeze('h1', { amount: '4', budget: 'sales' });
    account.settle('h1');
    account.refund('r1', 'h1', '1.5');
    expect(account.used('sales')).toBe('2.5 1.5');
    account.now += 24 * 3_600_000;
    account.freeze('h2', { amount: '4', budget: 'sales' });
    account.restart();
    account.refund('r2', 'h1', '1');
    expect(account.used('sales')).toBe('4 0');
    account.budget('sales', '10', 'year');
    expect(account.used('sales')).toBe('5.5 4.5');
  });

  it('is its charge again when it is settled late, which no budget refuses', () => {
    const account = withBudget('4', 'month');
    account.freeze('h1', { amount: '4', budget: 'sales' });
    account.now += 1_800_000;
    account.freeze('h2', { amount: '3', budget: 'sales' });
    expect(account.used('sales')).toBe('3 1');
    expect(said(account.settle('h1', { completedAt: start }))).toBe('accepted');
    expect(account.used('sales')).toBe('7 -3');
  });

  it('is its charge again after the state has forgotten the hold and was read from a snapshot', () => {
    const account = withBudget('4', 'month');
    account.freeze('h1', { amount: '4', budget: 'sales' });
    account.now += 1_800_000;
    account.expireDue();
    account.restart();
    expect(account.settle('h1', { completedAt: start, amount: '1' })).toMatchObject({
      events: [{ data: { hold: { budget: 'sales', openedAt: start } } }],
    });
    expect(account.used('sales')).toBe('1 3');
  });
});

describe('a period of a budget', () => {
  // 12:00 in Shanghai on 29 January 2026; its agreement year begins that day.
  const midnight = Date.UTC(2026, 0, 29, 16);
  const february = Date.UTC(2026, 0, 31, 16);
  const nextYear = Date.UTC(2027, 0, 28, 16);

  it.each<['day' | 'month' | 'year', number]>([
    ['day', midnight],
    ['month', february],
    ['year', nextYear],
  ])('%s turns at its very first instant, by computation', (period, turn) => {
    const account = withBudget('1', period);
    account.freeze('h1', { amount: '1', budget: 'sales' });
    account.settle('h1');
    account.now = turn - 1;
    expect(account.used('sales')).toBe('1 0');
    expect(said(account.freeze('h2', { amount: '1', budget: 'sales' }))).toBe('budget_exceeded');
    const before = account.events.length;
    account.now = turn;
    expect(account.used('sales')).toBe('0 1');
    expect(account.events).toHaveLength(before);
    expect(said(account.freeze('h2', { amount: '1', budget: 'sales' }))).toBe('accepted');
  });

  it('gets back what a hold of it does not charge, and the period after it nothing', () => {
    const account = withBudget('10');
    account.now = midnight - 1;
    account.freeze('before', { amount: '4', budget: 'sales' });
    account.now = midnight;
    account.freeze('after', { amount: '3', budget: 'sales' });
    account.settle('before', { amount: '1' });
    expect(account.used('sales')).toBe('3 7');
    account.now += 1_800_000;
    account.expireDue();
    expect(account.used('sales')).toBe('0 10');
  });

  it('counts what is settled late of a hold opened in it, and not what is settled late in it', () => {
    const account = withBudget('10', 'day');
    account.now = midnight - 1;
    account.freeze('h1', { amount: '4', budget: 'sales', ttlSeconds: 1 });
    account.now += 1_000;
    account.freeze('h2', { amount: '1', budget: 'sales' });
    account.settle('h1', { completedAt: midnight });
    expect(account.used('sales')).toBe('1 9');
    account.budget('sales', '10', 'month');
    expect(account.used('sales')).toBe('5 5');
  });

  it('that is changed to another length has counted all along', () => {
    const account = withBudget('10', 'day');
    account.freeze('h1', { amount: '1', budget: 'sales' });
    account.settle('h1');
    account.now = midnight;
    account.freeze('h2', { amount: '2', budget: 'sales' });
    account.settle('h2');
    account.now = february;
    account.freeze('h3', { amount: '4', budget: 'sales' });
    expect(account.used('sales')).toBe('4 6');
    account.budget('sales', '10', 'year');
    expect(account.used('sales')).toBe('7 3');
    account.budget('sales', '10', 'month');
    expect(account.used('sales')).toBe('4 6');
    account.restart();
    account.budget('sales', '10', 'year');
    expect(account.used('sales')).toBe('7 3');
  });
});

describe('the state with budgets', () => {
  it('is as it was after setting, freezing and ending is taken back', () => {
    const account = withBudget('10');
    account.freeze('h1', { amount: '4', budget: 'sales' });
    const before = writeSnapshot(account.state);
    const mark = account.state.undo.mark();
    account.budget('another', '5');
    account.budget('sales', '20', 'year');
    account.freeze('h2', { amount: '5', budget: 'sales' });
    account.freeze('h3', { amount: '5', budget: 'another' });
    account.settle('h1', { amount: '1' });
    expect(account.state.budgets.page(null, 9)).toHaveLength(2);
    account.state.undo.rollBackTo(mark);
    expect(writeSnapshot(account.state)).toBe(before);
    expect(account.used('sales')).toBe('4 6');
    expect(account.state.budgets.page(null, 9).map(({ set }) => set.name)).toEqual(['sales']);
  });

  it('with ten thousand budgets changes and takes back one of them without a copy of the others', () => {
    const account = opened('1000000');
    for (let index = 0; index < bounds.budgetsMax; index += 1) account.budget(`b${String(index)}`, '100000');
    const others = account.state.budgets.page(null, bounds.budgetsMax).filter(({ set }) => set.name !== 'b7');
    const mark = account.state.undo.mark();
    account.freeze('h1', { amount: '1', budget: 'b7' });
    // One step for the hold, one for the budget, one for the summary.
    expect(account.state.undo.mark() - mark).toBe(3);
    const after = account.state.budgets.page(null, bounds.budgetsMax).filter(({ set }) => set.name !== 'b7');
    expect(after.every((budget, index) => budget === others[index])).toBe(true);
    account.state.undo.rollBackTo(mark);
    expect(account.used('b7')).toBe('0 100000');
  });

  it('lists budgets by name, page by page', () => {
    const account = opened();
    for (const name of ['b', 'a', 'c', 'B', '~', '-']) account.budget(name, '1');
    const names = (after: string | null, limit: number): string =>
      account.state.budgets
        .page(after, limit)
        .map(({ set }) => set.name)
        .join(' ');
    expect(names(null, 9)).toBe('- B a b c ~');
    expect(names(null, 2)).toBe('- B');
    expect(names('B', 2)).toBe('a b');
    expect(names('bb', 9)).toBe('c ~');
    expect(names('~', 9)).toBe('');
    expect(names('!', 1)).toBe('-');
  });

  it('does not change for a freeze without a budget', () => {
    const account = withBudget('10');
    const [before] = account.state.budgets.page(null, 1);
    account.freeze('h1', { amount: '1' });
    account.settle('h1');
    expect(account.state.budgets.page(null, 1)[0]).toBe(before);
    expect(account.known).toBe(nothingOlder);
  });
});
