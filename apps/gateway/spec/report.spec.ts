import { describe, expect, it } from '@jest/globals';
import { amountOf } from '../src/amounts.ts';
import type { DemoReport } from '../src/demo.ts';
import { allAgree, jsonOf, textOf } from '../src/report.ts';
import { Tally } from '../src/tally.ts';

function reportWith(byTable: string, troubles: readonly string[] = []): DemoReport {
  const tally = new Tally();
  tally.troubles.push(...troubles);
  const paid = amountOf('0.85');
  const check = {
    priceBook: 'dcloud-2023@1',
    unitsBilled: 1,
    paid,
    paidByHolds: paid,
    byTable: amountOf(byTable),
    derivation: [[{ units: 1, price: byTable }]],
    agrees: amountOf(byTable) === paid,
  };
  return { accounts: [{ accountId: 'acme', tally, check }], seconds: 1.5 };
}

describe('the report', () => {
  it('agrees when the table says what was paid', () => {
    expect(allAgree(reportWith('0.85'))).toBe(true);
    expect(textOf(reportWith('0.85'))).toMatch(/0\.85 +0\.85 +yes$/m);
  });

  it('shows the smallest difference, and does not agree', () => {
    const report = reportWith('0.85000001');
    expect(allAgree(report)).toBe(false);
    expect(textOf(report)).toMatch(/0\.85 +0\.85000001 +NO$/m);
    expect(JSON.parse(jsonOf(report))).toMatchObject({ agrees: false, accounts: [{ paid: '0.85', agrees: false }] });
  });

  it('does not agree when it is not known what became of a verification', () => {
    const troubles = Array.from({ length: 7 }, (_, index) => `trouble ${String(index)}`);
    const report = reportWith('0.85', troubles);
    expect(allAgree(report)).toBe(false);
    expect(textOf(report)).toContain('acme: trouble 4\n… and 2 more\n');
  });
});
