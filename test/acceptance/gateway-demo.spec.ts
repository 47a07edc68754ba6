import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HoldfastClient } from '#client';
import { openEngine, type Server } from '#engine';
import { makeLogger, readConfig } from '#runtime';
import { listen } from '../../apps/api/src/server.ts';
import { type DemoReport, runDemo } from '../../apps/gateway/src/demo.ts';
import type { DemoAccount } from '../../apps/gateway/src/demo-accounts.ts';
import { unitsReserved } from '../../apps/gateway/src/pack-scenario.ts';
import { allAgree, formatReport, reportToJson } from '../../apps/gateway/src/report.ts';
import { flawless, SimulatedProvider } from '../../apps/gateway/src/simulated-provider.ts';

/*
 * The gateway and the service as they are, over HTTP and on disk, with accounts that ask for less than in the demo.
 */

const key = 'the-admin-key-of-the-acceptance-tests-01';
const folder = mkdtempSync(join(tmpdir(), 'demo-'));
const config = readConfig({
  HOLDFAST_PORT: '0',
  HOLDFAST_DATA_DIR: folder,
  HOLDFAST_ADMIN_KEY: key,
  LOG_LEVEL: 'silent',
  NODE_ENV: 'production',
});

let server: Server;
let ledger: HoldfastClient;

beforeAll(async () => {
  const logger = makeLogger(config.logLevel);
  const engine = await openEngine(config, logger, (cause) => {
    throw cause;
  });
  server = await listen(config, engine, logger);
  await server.started;
  ledger = new HoldfastClient({ baseUrl: server.url, key });
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const bank = { accountId: 'demo-bank', priceBook: 'dcloud-2023', topUpTo: '100', unitsPerCall: 1, shortLivedOneIn: 2 };
const accounts: readonly DemoAccount[] = [
  { ...bank, calls: 60 },
  { ...bank, accountId: 'demo-telecom', topUpTo: '30000', calls: 24, unitsPerCall: 1_000, shortLivedOneIn: 0 },
  { ...bank, accountId: 'demo-shop', priceBook: 'dcloud-legacy', topUpTo: '17', calls: 40, shortLivedOneIn: 0 },
];

const chances = { notIssued: 0.05, abandoned: 0.15, error: 0.2, mismatch: 0.1, partial: 0.3 };

function demo(run: string): Promise<DemoReport> {
  const provider = new SimulatedProvider(1, chances, 2);
  const packProvider = new SimulatedProvider(1, flawless, 2);
  return runDemo({ ledger, provider, packProvider, accounts, run, secondsMax: 20, progress: () => undefined });
}

function findReport(report: DemoReport, wanted: string): DemoReport['accounts'][number] {
  const found = report.accounts.find(({ accountId }) => accountId === wanted);
  if (found === undefined) throw new Error(`no report of ${wanted}`);
  return found;
}

describe('the demo of the gateway, on the real service', () => {
  let first: DemoReport;

  beforeAll(async () => {
    first = await demo('run-1');
  });

  it('ends with every account having paid what its price table says', () => {
    expect(first.accounts.flatMap(({ tally }) => tally.troubles)).toEqual([]);
    expect(allAgree(first)).toBe(true);
  });

  it('counts every verification once', () => {
    for (const { tally } of first.accounts) {
      const { match, mismatch, failed, abandoned, refused } = tally.counts;
      expect(match + mismatch + failed + abandoned + refused).toBe(tally.asked);
    }
    expect(first.accounts.map(({ tally }) => tally.asked)).toEqual([60, 24, 40, 5]);
  });

  it('crosses a price boundary within the year', () => {
    const { check } = findReport(first, 'demo-telecom');
    expect(check.derivation.flat().map(({ price }) => price)).toEqual(['0.85', '0.8']);
  });

  it('shows an account that has run dry though it has the money, frozen', () => {
    const { tally } = findReport(first, 'demo-shop');
    expect(tally.counts.refused).toBeGreaterThan(0);
    expect(tally.refusal).toMatchObject({
      code: 'insufficient_available_balance',
      facts: { required: '0.85', enoughIfUnfrozen: true },
    });
  });

  it('sees short-lived holds expire, and their money come back', async () => {
    const { tally } = findReport(first, 'demo-bank');
    expect(tally.expired).toBeGreaterThan(0);
    const { openHolds } = await ledger.getAccount('demo-bank');
    expect(openHolds).toBe(tally.leftOpen.length - tally.expired);
  });

  it('uses a pack up and goes on in money, with one freeze that takes from both', () => {
    const { holds, pack, account } = first.packScenario;
    const taken = holds.map((hold) => [unitsReserved(hold), hold.amount, hold.settledAmount]);
    expect(taken).toEqual([
      [40, '0', '0'],
      [40, '0', '0'],
      [20, '20', '20'],
      [0, '40', '40'],
    ]);
    expect(pack).toMatchObject({ units: 100, consumed: 100, remaining: 0, status: 'used' });
    expect(account.balance).toMatchObject({ available: '40', settled: '60', frozen: '0' });
    expect(findReport(first, 'demo-agency').check).toMatchObject({ unitsBilled: 60, agrees: true });
  });

  it('stops at a budget, though there is money for the next list', () => {
    const { budget, tally } = first.packScenario;
    expect(budget).toMatchObject({ limit: '70', used: '60', left: '10', period: 'month' });
    expect(tally.refusal).toMatchObject({ code: 'budget_exceeded', facts: { required: '40' } });
  });

  it('is warned once when little is left', () => {
    const raised = { warning: 'available-low', threshold: '50', value: '40' };
    expect(first.packScenario.warnings).toMatchObject([raised]);
  });

  it('says when there will be a bill, for none is of a day that is not over', () => {
    expect(first.packScenario.bills).toEqual([]);
    expect(formatReport(first)).toContain('No bill yet: a day is billed when it is over');
  });

  it('reports on at most 100 columns, and says what a program needs', () => {
    const text = formatReport(first);
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text).toContain('demo-telecom: 10000 x 0.85 + ');
    expect(text).not.toContain('run-1');
    expect(JSON.parse(reportToJson(first))).toMatchObject({
      agrees: true,
      accounts: [{ accountId: 'demo-bank' }, {}, {}, { accountId: 'demo-agency', paid: '60' }],
    });
  });

  it('goes on with the same accounts when it is run again', async () => {
    const second = await demo('run-2');
    expect(allAgree(second)).toBe(true);
    expect(second.packScenario).toMatchObject({
      pack: { status: 'used' },
      holds: [{}, {}, {}, {}],
      warnings: [{ value: '40' }],
    });
    for (const { accountId, check, tally } of second.accounts) {
      expect(tally.troubles).toEqual([]);
      expect(check.unitsBilled).toBeGreaterThan(findReport(first, accountId).check.unitsBilled);
    }
  });
});
