import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseMoney } from '#domain';
import { countColumns } from '#terminal';
import { deposit, openAccount } from '../../../../test/support/commands.ts';
import { DrivenStore, freezeUnits, priceBooks, runScenario, start } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { auditor, splitOutput } from '../../testing/run-auditor.ts';
import { durationText } from '../texts.ts';
import type { HoldScenario } from './explain.ts';
import { derivation } from './hold-sentences.ts';

let directory: string;

const hostile = `\u001b[2J 退款 ${'很长 '.repeat(40)}\u202e`;

beforeAll(async () => {
  directory = scratchDirectory();
  const driven = await DrivenStore.open(directory);
  await runScenario(driven);
  await driven.run('hostile', openAccount('hostile'), {
    ...deposit('d1', '999999999999999998.99999999'),
    reference: hostile,
  });
  await driven.run('hostile', { kind: 'suspend', changeId: 's1', reason: hostile });
  await driven.run('acme', freezeUnits('many', 5_000), {
    kind: 'refund',
    refundId: 'r1',
    holdId: 'h0',
    amount: parseMoney('0.3'),
    reason: 'goodwill',
  });
  await driven.close();
});

const at = (ms: number): string => new Date(start + ms).toISOString();
const table = priceBooks.tariff('dcloud-2023@1', 'face-verify')?.table?.hash ?? '';

describe('auditor explain', () => {
  const explain = async (...words: readonly string[]): Promise<readonly string[]> => {
    const { code, out } = await auditor('explain', ...words, '--data', directory);
    expect(code).toBe(0);
    return splitOutput(out);
  };

  it('tells a hold that was settled, and how its price came about', async () => {
    expect((await explain('acme', 'h1')).join(' ').replace(/\s+/g, ' ')).toBe(
      [
        'Hold h1 of account acme is settled 0 s after it was opened: 1.6 CNY frozen, 1.6 CNY charged.',
        `${at(2_000)} funds-frozen.v1, revision 6`,
        'By test, request test.',
        'It was opened for 2 units of face-verify.',
        `Its price is by the book dcloud-2023@1, which charges every completed call; its price table is ${table}.`,
        'In the agreement year that began on 2026-01-29, 10 000 units of face-verify had been charged before.',
        'The most that 2 more units can come to in money: 1.6 CNY.',
        `1.6 CNY went from available to frozen, until ${at(2_000 + 1_800_000)} (30 min).`,
        'Then available 11498.4, frozen 1.6, settled 8500.',
        `${at(2_000)} hold-settled.v1, revision 7`,
        'By test, request test.',
        'The verification completed with a match for 2 units.',
        'Charged: positions 10 001 to 10 002: 2 × 0.8 = 1.6.',
        'Of the frozen money 1.6 CNY were charged and 0 CNY went back to available.',
        'Then available 11498.4, frozen 0, settled 8501.6.',
      ].join(' '),
    );
  });

  it('tells a failed call, an expiry and a late charge', async () => {
    const scenario = (await explain('acme', 'h3')).join(' ').replace(/\s+/g, ' ');
    expect(scenario).toContain('Hold h3 of account acme is settled late: 0.8 CNY charged, 0.8 CNY frozen.');
    expect(scenario).toContain('A call failed (a1): no camera. The hold stayed open');
    expect(scenario).toContain(
      `it expired at its deadline. 0.8 CNY went back to available. Until ${at(86_400_000 + 1_804_000)}`,
    );
    expect(scenario).toContain(`The verification completed with a match at ${at(5_000)}, as the gateway says.`);
    expect(scenario).toContain('when the hold had expired unused already. Charged late: position 10 0');
  });

  it('tells a charge that could not be collected, and an expiry that nobody wrote down', async () => {
    expect((await explain('beta', 'unpaid')).join(' ').replace(/\s+/g, ' ')).toContain(
      'It would have been charged with 8 CNY, which the balance could not pay.',
    );
    expect((await explain('acme', 'open')).join(' ').replace(/\s+/g, ' ')).toMatch(
      /is expired 1 d \d+ h ago, though no event says so yet: 1.6 CNY frozen, nothing charged\./,
    );
  });

  it('tells a refund', async () => {
    const scenario = (await explain('acme', 'h0')).join(' ').replace(/\s+/g, ' ');
    expect(scenario).toContain('0.85 CNY frozen, 0.85 CNY charged, 0.3 CNY refunded.');
    expect(scenario).toContain('0.3 CNY of the charge were refunded to available: goodwill.');
  });

  it('fits a terminal', async () => {
    for (const hold of ['h1', 'h3', 'open', 'many']) {
      for (const line of await explain('acme', hold)) expect(countColumns(line)).toBeLessThanOrEqual(80);
    }
  });

  it('gives one JSON document', async () => {
    const { out } = await auditor('explain', 'acme', 'h1', '--json', '--data', directory);
    const scenario = JSON.parse(out) as HoldScenario;
    expect(scenario).toMatchObject({ status: 'settled', findings: [] });
    expect(scenario.steps.map(({ revision, type }) => `${String(revision)} ${type}`)).toEqual([
      '6 funds-frozen.v1',
      '7 hold-settled.v1',
    ]);
  });

  it.each([
    [['acme', 'nobody'], 'acme never had a hold nobody'],
    [['nobody', 'h1'], 'there is no account nobody'],
  ])('says that there is no %j', async (words, reason) => {
    const { code, errors } = await auditor('explain', ...words, '--data', directory);
    expect([code, errors]).toEqual([2, `auditor: ${reason}\n`]);
  });
});

describe('the derivation of a price', () => {
  it('goes over tier boundaries', () => {
    const lines = [
      { from: 10_000, units: 1, price: '0.85', amount: '0.85' },
      { from: 10_001, units: 2, price: '0.8', amount: '1.6' },
    ];
    expect(derivation(lines)).toBe(
      'position 10 000: 1 × 0.85 = 0.85; positions 10 001 to 10 002: 2 × 0.8 = 1.6; together 2.45',
    );
  });

  it.each([
    [0, '0 s'],
    [999, '0.999 s'],
    [60_000, '1 min'],
    [1_799_999, '29 min 59.999 s'],
    [90_061_001, '1 d 1 h'],
    [-1_500, '-1.5 s'],
  ])('has durations such as that of %i ms', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe('auditor timeline', () => {
  it('has a line for every event, day by day in the time zone of the account', async () => {
    const { code, out } = await auditor('timeline', 'beta', '--data', directory);
    const lines = splitOutput(out);
    expect(code).toBe(0);
    expect(lines.slice(0, 4)).toEqual([
      'beta, CNY, Asia/Shanghai',
      '2026-01-29',
      '12:00:00.000 account-opened     CNY, no price book                        test 0',
      '12:00:00.000 funds-deposited    d1 +4                                     test 4',
    ]);
    expect(lines.filter((line) => /^\d\d:/.test(line))).toHaveLength(11);
  });

  it('fits a terminal and does nothing to it, whatever is in the texts', async () => {
    const { out } = await auditor('timeline', 'hostile', '--data', directory);
    for (const line of splitOutput(out)) expect(countColumns(line)).toBeLessThanOrEqual(80);
    expect(out).toContain('退款');
    expect(out.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(splitOutput(out)[3]).toMatch(/999999999999999998\.99999999$/);
  });

  it('shows a part', async () => {
    const part = ['--from', at(1), '--until', at(3_601_000), '--limit', '2', '--data', directory];
    const lines = splitOutput((await auditor('timeline', 'beta', ...part)).out);
    expect(lines.filter((line) => /^\d\d:/.test(line))).toHaveLength(2);
    expect(lines[2]).toMatch(/^12:00:40\.000 funds-frozen /);
  });
});
