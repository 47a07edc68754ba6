import { setTimeout as pause } from 'node:timers/promises';
import type { HoldfastClient } from '#client';
import type { Account, BillList, Budget, Hold, Pack, PackList, Warning } from '#contract';
import { amountText, parseAmount } from './amounts.ts';
import { prepare } from './demo-accounts.ts';
import type { IdentityProvider } from './provider.ts';
import { Tally } from './tally.ts';
import { verify } from './verification.ts';

/** A customer with a resource pack and a budget; the same one in every run, so that its history goes on. */
const agency = { accountId: 'demo-agency', priceBook: 'aliyun-2021', topUpTo: '100' } as const;

/** At 1 a person in money, or a unit of a pack of its family. */
const product = 'server';
const family = 'real-person';

const packUnits = 100;

/** Lists of so many persons: the third is more than the pack has left, the fifth more than the budget. */
const lists = 5;
const personsPerList = 40;

/** The budget allows so much in money in a run. */
const budgetName = 'onboarding';
const allowed = '70';

/** Where the account is warned; the last list takes available below it. */
const availableBelow = '50';

/** How often the list of warnings is read while it is behind, and the pause between, in ms. */
const readsMax = 50;
const readPauseMs = 100;

/** What a run showed of packs, budgets, warnings and bills. */
export interface PackScenario {
  readonly account: Account;
  readonly tally: Tally;
  /** In the order of the calls; what was frozen for each and what it cost. */
  readonly holds: readonly Hold[];
  /** As it is after the calls. */
  readonly pack: Pack;
  readonly budget: Budget;
  /** Raised by this run. */
  readonly warnings: readonly Warning[];
  /** Of the days of the last month that are over. */
  readonly bills: BillList['bills'];
}

type LedgerRoutes = Pick<
  HoldfastClient,
  | 'openAccount'
  | 'getAccount'
  | 'deposit'
  | 'packs'
  | 'budgets'
  | 'warnings'
  | 'freeze'
  | 'settle'
  | 'fail'
  | 'release'
  | 'getHold'
  | 'bills'
>;

/**
 * Uses a pack up, list after list, and goes on in money until the budget says no.
 *
 * @param run in ids; never used by another run
 * @throws HoldfastProblem, HoldfastUnreachable, UnexpectedAnswer when the ledger cannot be asked
 */
export async function runPackScenario(
  ledger: LedgerRoutes,
  provider: IdentityProvider,
  run: string,
): Promise<PackScenario> {
  const { accountId } = agency;
  const packId = `pack-${run}`;
  await prepare(ledger, agency, run);
  await ledger.packs.take(accountId, { packId, family, units: packUnits, kind: 'grant', reason: 'given by the demo' });
  await allowMore(ledger);
  await ledger.warnings.set(accountId, { changeId: 'warn-early', reason: 'set by the demo', availableBelow });
  const { revision } = await ledger.getAccount(accountId);
  const tally = new Tally();
  const holds: Hold[] = [];
  for (let number = 1; number <= lists; number += 1) {
    const verificationId = `${run}-list-${String(number)}`;
    const subject = `${accountId}-list-${String(number)}`;
    const request = { verificationId, accountId, product, units: personsPerList, subject, budget: budgetName };
    tally.asked += 1;
    const verification = await verify(request, ledger, provider);
    tally.add(verification);
    if ('hold' in verification) holds.push(verification.hold);
  }
  return {
    account: await ledger.getAccount(accountId),
    tally,
    holds,
    pack: await packNamed(ledger, packId),
    budget: await readBudget(ledger),
    warnings: await warningsSince(ledger, revision + 1),
    bills: (await ledger.bills.list(accountId)).bills,
  };
}

/** A budget counts on through all runs of its period, so each run adds to what it allows. */
async function allowMore(ledger: LedgerRoutes): Promise<void> {
  const { budgets } = await ledger.budgets.list(agency.accountId);
  const used = budgets.find(({ name }) => name === budgetName)?.used ?? '0';
  const limit = amountText(parseAmount(used).plus(parseAmount(allowed)));
  await ledger.budgets.set(agency.accountId, budgetName, { limit, period: 'month', reason: 'set by the demo' });
}

async function readBudget(ledger: LedgerRoutes): Promise<Budget> {
  const { budgets } = await ledger.budgets.list(agency.accountId);
  const found = budgets.find(({ name }) => name === budgetName);
  if (found === undefined) throw new RangeError(`no budget ${budgetName}`);
  return found;
}

/** Lists may be a moment behind; the run raises one warning at least. */
async function warningsSince(ledger: LedgerRoutes, from: number): Promise<readonly Warning[]> {
  for (let reads = 1; ; reads += 1) {
    const { warnings } = await ledger.warnings.list(agency.accountId, { from });
    if (warnings.length > 0 || reads === readsMax) return warnings;
    await pause(readPauseMs);
  }
}

/** The newest pack is on the last page: packs that have ended leave the list, so there are few. */
async function packNamed(ledger: LedgerRoutes, wanted: string): Promise<Pack> {
  let after: string | null = null;
  do {
    const page: PackList = await ledger.packs.list(agency.accountId, after === null ? {} : { after });
    const found = page.packs.find(({ packId }) => packId === wanted);
    if (found !== undefined) return found;
    ({ after } = page);
  } while (after !== null);
  throw new RangeError(`no pack ${wanted}`);
}

/** Units of packs that a hold set aside. */
export function unitsReserved({ packs }: Hold): number {
  return (packs?.reserved ?? []).reduce((sum, { units }) => sum + units, 0);
}
