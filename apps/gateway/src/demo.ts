import { setTimeout as pause } from 'node:timers/promises';
import type { HoldfastClient } from '#client';
import { type DemoAccount, prepare } from './demo-accounts.ts';
import { type PackScenario, runPackScenario } from './pack-scenario.ts';
import { checkPrices, type PriceCheck } from './price-check.ts';
import type { IdentityProvider } from './provider.ts';
import { Tally } from './tally.ts';
import { inParallel, makeRequests, shortLifeSeconds } from './traffic.ts';
import { type VerificationRequest, verify } from './verification.ts';

/** Verifications under way at a time. */
export const atOnce = 16;

/** How often it is asked whether a short-lived hold has ended, and the pause between, in ms. */
const readsMax = 100;
const readPauseMs = 50;

export interface DemoOptions {
  readonly ledger: HoldfastClient;
  readonly provider: IdentityProvider;
  /** Of those who use up a pack; one that never fails makes the scenario the same in every run. */
  readonly packProvider: IdentityProvider;
  readonly accounts: readonly DemoAccount[];
  /** In ids; never used by another run. */
  readonly run: string;
  /** No verification is begun later than this after the first one. */
  readonly secondsMax: number;
  readonly progress: (done: number, of: number) => void;
}

export interface AccountReport {
  readonly accountId: string;
  readonly tally: Tally;
  readonly check: PriceCheck;
}

export interface DemoReport {
  readonly accounts: readonly AccountReport[];
  readonly packScenario: PackScenario;
  /** How long the traffic took. */
  readonly seconds: number;
}

/**
 * Lets every account ask for its verifications, waits until the short-lived holds have expired, and prices again what
 * each account has been charged since it was opened.
 *
 * @throws HoldfastProblem, HoldfastUnreachable, UnexpectedAnswer when the accounts cannot be prepared or read
 */
export async function runDemo(options: DemoOptions): Promise<DemoReport> {
  const { ledger, accounts, run } = options;
  for (const account of accounts) await prepare(ledger, account, run);
  const tallies = new Map(accounts.map(({ accountId }) => [accountId, new Tally()]));
  const seconds = await sendTraffic(options, tallies);
  const reports: AccountReport[] = [];
  for (const [accountId, tally] of tallies) {
    tally.expired = await countExpired(ledger, tally);
    reports.push({ accountId, tally, check: await checkPrices(ledger, accountId) });
  }
  const packScenario = await runPackScenario(ledger, options.packProvider, run);
  const { accountId } = packScenario.account;
  reports.push({ accountId, tally: packScenario.tally, check: await checkPrices(ledger, accountId) });
  return { accounts: reports, packScenario, seconds };
}

async function sendTraffic(options: DemoOptions, tallies: ReadonlyMap<string, Tally>): Promise<number> {
  const { ledger, provider, accounts, run, secondsMax, progress } = options;
  const requests = makeRequests(accounts, run);
  const began = performance.now();
  const elapsedSeconds = (): number => (performance.now() - began) / 1_000;
  let done = 0;
  const work = async (request: VerificationRequest): Promise<void> => {
    const tally = tallies.get(request.accountId);
    if (tally === undefined) throw new RangeError(`no tally for ${request.accountId}`);
    tally.asked += 1;
    try {
      tally.add(await verify(request, ledger, provider));
    } catch (error) {
      tally.troubles.push(String(error));
    }
    done += 1;
    progress(done, requests.length);
  };
  await inParallel(requests, atOnce, () => elapsedSeconds() < secondsMax, work);
  return elapsedSeconds();
}

/** How many of the holds that were left open have expired, once the short-lived ones among them are over. */
async function countExpired(ledger: HoldfastClient, { leftOpen }: Tally): Promise<number> {
  let expired = 0;
  for (const { accountId, holdId, openedAt, expiresAt } of leftOpen) {
    const shortLived = Date.parse(expiresAt) - Date.parse(openedAt) <= shortLifeSeconds * 1_000;
    if (shortLived && (await statusOnceEnded(ledger, accountId, holdId)) === 'expired') expired += 1;
  }
  return expired;
}

async function statusOnceEnded(ledger: HoldfastClient, accountId: string, holdId: string): Promise<string> {
  for (let reads = 1; ; reads += 1) {
    const { status } = await ledger.getHold(accountId, holdId);
    if (status !== 'open' || reads === readsMax) return status;
    await pause(readPauseMs);
  }
}
