import { setTimeout as pause } from 'node:timers/promises';
import type { HoldfastClient } from '#client';
import type { Hold, PriceBook } from '#contract';
import { type Amount, nothing, parseAmount } from './amounts.ts';

/** What an account has been charged since it was opened, and what its price table comes to for the same units. */
export interface PriceCheck {
  readonly priceBook: string;
  /** Those in money; units of packs are not among them. */
  readonly unitsBilled: number;
  /** The balance says so. */
  readonly paid: Amount;
  /** The settled holds say so, added up. */
  readonly paidByHolds: Amount;
  /** The table says so. */
  readonly byTable: Amount;
  /** How the table comes to it: a list for each agreement year. */
  readonly derivation: readonly (readonly PricedUnits[])[];
  readonly agrees: boolean;
}

/** Units that have one price, e.g. 10 000 at 0.85. */
export interface PricedUnits {
  readonly units: number;
  readonly price: string;
}

type Reads = Pick<HoldfastClient, 'getAccount' | 'everyHold'> & {
  readonly priceBooks: Pick<HoldfastClient['priceBooks'], 'every'>;
};

/** How often the list of holds is read again while it is behind the balance, and the pause before, in ms. */
const readsMax = 50;
const rereadPauseMs = 100;

/** Reads all settled holds of an account and prices their units again. */
export async function checkPrices(ledger: Reads, accountId: string): Promise<PriceCheck> {
  const priceBooks: PriceBook[] = [];
  for await (const book of ledger.priceBooks.every()) priceBooks.push(book);
  for (let reads = 1; ; reads += 1) {
    const { priceBook, balance } = await ledger.getAccount(accountId);
    const paid = parseAmount(balance.settled);
    const settled = await settledHolds(ledger, accountId);
    const paidByHolds = charged(settled);
    // Lists are filled from the events a moment after the balance has changed.
    if (!paidByHolds.eq(paid) && reads < readsMax) {
      await pause(rereadPauseMs);
      continue;
    }
    const derivation = derive(settled, priceBooks);
    const byTable = derivation.flat().reduce((sum, part) => sum.plus(multiply(part)), plainTotal(settled));
    return {
      priceBook: priceBook ?? 'none',
      unitsBilled: settled.reduce((sum, hold) => sum + unitsInMoney(hold), 0),
      paid,
      paidByHolds,
      byTable,
      derivation,
      agrees: paid.eq(paidByHolds) && paid.eq(byTable),
    };
  }
}

async function settledHolds(ledger: Reads, accountId: string): Promise<readonly Hold[]> {
  const settled: Hold[] = [];
  for await (const hold of ledger.everyHold(accountId, 'settled')) settled.push(hold);
  return settled;
}

/**
 * The units of settled holds by their tables: those of each agreement year and counter are added up and priced together,
 * in whatever order they were charged.
 *
 * @throws RangeError if a table is not among the books, or one counter was charged by several
 */
export function derive(
  settled: readonly Hold[],
  priceBooks: readonly PriceBook[],
): readonly (readonly PricedUnits[])[] {
  const priced = settled.filter(({ pricing }) => pricing !== null);
  const years = Map.groupBy(priced, ({ pricing }) => `${pricing?.year ?? ''} ${pricing?.counter ?? ''}`);
  return [...years.values()].map((holds) => {
    const units = holds.reduce((sum, hold) => sum + unitsInMoney(hold), 0);
    const tables = new Set(holds.map(({ pricing, product }) => `${pricing?.book ?? ''}/${product ?? ''}`));
    const [table = ''] = tables;
    if (tables.size > 1) throw new RangeError(`one counter was charged by several tables: ${[...tables].join(', ')}`);
    return pricedUnits(listSteps(table, priceBooks), units);
  });
}

/** Units of packs were paid for with the pack, and do not count on the table. */
function unitsInMoney({ settledQuantity, packs }: Hold): number {
  const fromPacks = (packs?.consumed ?? []).reduce((sum, { units }) => sum + units, 0);
  return (settledQuantity ?? 0) - fromPacks;
}

/** Holds of a plain amount have no table; they count as what they cost. */
function plainTotal(settled: readonly Hold[]): Amount {
  return charged(settled.filter(({ pricing }) => pricing === null));
}

function charged(holds: readonly Hold[]): Amount {
  return holds.reduce((sum, { settledAmount }) => sum.plus(parseAmount(settledAmount ?? '0')), nothing);
}

interface Step {
  readonly upTo: number | null;
  readonly price: string;
}

function listSteps(table: string, priceBooks: readonly PriceBook[]): readonly Step[] {
  const [book, product = ''] = table.split('/');
  const found = priceBooks.find(({ name, version }) => `${name}@${String(version)}` === book);
  const steps = found?.products[product]?.steps;
  if (steps === undefined || steps === null) throw new RangeError(`no price table ${table}`);
  return steps;
}

/** The first `units` units, each at the price of its step. */
export function pricedUnits(steps: readonly Step[], units: number): readonly PricedUnits[] {
  let below = 0;
  return steps.flatMap(({ upTo, price }) => {
    const end = Math.min(upTo ?? units, units);
    const part = { units: end - below, price };
    below = Math.max(below, end);
    return part.units > 0 ? [part] : [];
  });
}

export function multiply({ units, price }: PricedUnits): Amount {
  return parseAmount(price).times(units);
}
