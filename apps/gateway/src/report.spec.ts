import { describe, expect, it } from '@jest/globals';
import { HoldfastProblem } from '#client';
import { createProblem } from '#contract';
import { parseAmount } from './amounts.ts';
import type { DemoReport } from './demo.ts';
import { packScenarioText } from './pack-report.ts';
import type { PackScenario } from './pack-scenario.ts';
import { allAgree, formatReport, reportToJson } from './report.ts';
import { Tally } from './tally.ts';

/** Just what is shown of it. */
function scenarioWith(tally: Tally, issued: readonly object[] = []): PackScenario {
  const hold = { quantity: 40, amount: '20', settledAmount: '20' };
  const [reserved, consumed] = [[{ packId: 'p', units: 20 }], [{ packId: 'p', units: 20 }]];
  return {
    account: { accountId: 'agency', timeZone: 'Asia/Shanghai' },
    tally,
    holds: [{ ...hold, packs: { reserved, consumed } }],
    pack: { status: 'used', units: 100, consumed: 100, remaining: 0 },
    budget: { name: 'onboarding', period: 'month', limit: '70', used: '60', left: '10' },
    warnings: [{ warning: 'available-low', value: '40', threshold: '50' }],
    bills: issued,
  } as unknown as PackScenario;
}

function reportWith(byTable: string, troubles: readonly string[] = []): DemoReport {
  const tally = new Tally();
  tally.troubles.push(...troubles);
  const paid = parseAmount('0.85');
  const check = {
    priceBook: 'dcloud-2023@1',
    unitsBilled: 1,
    paid,
    paidByHolds: paid,
    byTable: parseAmount(byTable),
    derivation: [[{ units: 1, price: byTable }]],
    agrees: parseAmount(byTable).eq(paid),
  };
  return { accounts: [{ accountId: 'acme', tally, check }], packScenario: scenarioWith(new Tally()), seconds: 1.5 };
}

describe('the report', () => {
  it('agrees when the table says what was paid', () => {
    expect(allAgree(reportWith('0.85'))).toBe(true);
    expect(formatReport(reportWith('0.85'))).toMatch(/0\.85 +0\.85 +yes$/m);
  });

  it('shows the smallest difference, and does not agree', () => {
    const report = reportWith('0.85000001');
    expect(allAgree(report)).toBe(false);
    expect(formatReport(report)).toMatch(/0\.85 +0\.85000001 +NO$/m);
    expect(JSON.parse(reportToJson(report))).toMatchObject({
      agrees: false,
      accounts: [{ paid: '0.85', agrees: false }],
    });
  });

  it('does not agree when it is not known what became of a verification', () => {
    const troubles = Array.from({ length: 7 }, (_, index) => `trouble ${String(index)}`);
    const report = reportWith('0.85', troubles);
    expect(allAgree(report)).toBe(false);
    expect(formatReport(report)).toContain('acme: trouble 4\n… and 2 more\n');
  });
});

describe('the scenario of a pack', () => {
  it('shows what a freeze took from the pack and what in money', () => {
    expect(packScenarioText(scenarioWith(new Tally())).join('\n')).toMatch(/^list 1 +40 +20 +20\.00 +20 +20\.00$/m);
  });

  it('tells what the newest bill leaves owed, and without a bill when there will be one', () => {
    const bills = [
      { date: '2026-01-29', owed: '5' },
      { date: '2026-01-30', owed: '0.85' },
    ];
    const without = packScenarioText(scenarioWith(new Tally())).join('\n');
    expect(without).toContain("No bill yet: a day is billed when it is over, from 10 o'clock of the next on");
    const billed = packScenarioText(scenarioWith(new Tally(), bills)).join('\n');
    expect(billed).toContain('2 bills in the last 31 days; the newest is of 2026-01-30, with 0.85 owed.');
    expect(billed).not.toContain('No bill yet');
  });

  it('tells what was warned of', () => {
    const text = packScenarioText(scenarioWith(new Tally())).join('\n');
    expect(text).toContain('A warning was raised, available-low: 40.00, below 50.00.');
  });

  it('tells why the next list was refused, whatever it was', () => {
    const tally = new Tally();
    const facts = { limit: '70', used: '60', required: '40' };
    tally.refusal = new HoldfastProblem(createProblem('budget_exceeded', facts));
    expect(packScenarioText(scenarioWith(tally))).toContain(
      'The next list was refused, budget_exceeded: it needs 40.00.',
    );
    tally.refusal = new HoldfastProblem(createProblem('account_closed', {}));
    expect(packScenarioText(scenarioWith(tally)).join('\n')).toContain('The next list was refused: ');
  });
});
