import type { Violation } from '../core/violation.ts';
import { bounds, defaults } from '../kernel/bounds.ts';
import { lateWindowMs } from '../kernel/late-window.ts';
import { type Money, parseMoney } from '../kernel/money.ts';
import type { PackForfeit, PackUnits } from '../packs/events.ts';
import { faultInLines, type PricedUnits, priceOfUnits } from '../pricing/audit-prices.ts';
import type { AgreedPrices } from '../terms/audit.ts';
import type { AccountCalendar } from '../zones/account-calendar.ts';
import type { FundsFrozen } from './events.ts';

/** What an audit keeps of a hold: figures only, because there may be many. */
export interface AuditedHold {
  /** Revision of its opening. */
  readonly order: number;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly amount: Money;
  readonly maxLateCharge: Money;
  readonly budget: string | null;
  readonly priced: PricedUnits | null;
  /** Reserved in packs. */
  readonly packs: readonly PackUnits[] | null;
  /** Ids of the failed calls recorded on it. */
  attempts: Set<string> | null;
}

/** A hold that ended without a charge, for as long as it can still be charged late. */
export interface EndedUnused {
  readonly hold: AuditedHold;
  readonly ending: 'expired' | 'released';
  /** Ended because there was nothing to bill: it is never charged. */
  readonly notBillable: boolean;
  readonly forfeited: readonly PackForfeit[];
  settledLate: boolean;
  uncollected: boolean;
}

export function auditedHold(opening: FundsFrozen, order: number, prices: AgreedPrices): AuditedHold {
  const { pricing, quantity, budget } = opening;
  const { at: openedAt, expiresAt } = opening;
  const amount = parseMoney(opening.amount);
  const maxLateCharge = opening.maxLateCharge === opening.amount ? amount : parseMoney(opening.maxLateCharge);
  const { packs } = opening;
  if (pricing === null)
    return { order, openedAt, expiresAt, amount, maxLateCharge, budget, priced: null, packs, attempts: null };
  const { counter, year, basis } = pricing;
  const table = prices.table(pricing.table);
  const priced = { quantity: quantity ?? defaults.quantity, counter, year, basis, table };
  return { order, openedAt, expiresAt, amount, maxLateCharge, budget, priced, packs, attempts: null };
}

/** A price belongs to the agreement year in which its hold was opened. */
export function yearFault(
  { pricing, at, holdId }: FundsFrozen,
  calendar: AccountCalendar | undefined,
): Violation | undefined {
  const year = calendar?.yearOf(at).name;
  if (pricing === null || year === undefined || pricing.year === year) return undefined;
  return { kind: 'price-table-wrong', detail: `hold ${holdId} belongs to the year ${year}, not ${pricing.year}` };
}

/** What is wrong with a deadline; undefined if nothing is. */
export function deadlineFault({ at, ttlSeconds, expiresAt }: FundsFrozen): Violation | undefined {
  if (ttlSeconds < 1 || ttlSeconds > bounds.ttlSecondsMax) {
    return { kind: 'deadline-wrong', detail: `a hold does not live ${String(ttlSeconds)} seconds` };
  }
  if (expiresAt === at + ttlSeconds * 1_000) return undefined;
  return { kind: 'deadline-wrong', detail: `it expires ${String(expiresAt - at)} ms after its opening` };
}

/** What is wrong with how the frozen amount was derived; undefined if nothing is. */
export function boundFault(
  opening: FundsFrozen,
  hold: AuditedHold,
  prices: AgreedPrices,
  unitsCharged: number,
): Violation | undefined {
  const { pricing, product } = opening;
  const { priced, amount } = hold;
  if ((product === null) !== (pricing === null) || (product === null) !== (opening.quantity === null)) {
    return { kind: 'freeze-bound-wrong', detail: 'a hold has a product, a quantity and a price, or none of them' };
  }
  if (hold.maxLateCharge < amount)
    return { kind: 'freeze-bound-wrong', detail: 'its most for a late charge is below its amount' };
  if (pricing === null || priced === null || product === null) {
    return amount > 0n ? undefined : { kind: 'amount-invalid', detail: 'a plain hold freezes more than nothing' };
  }
  const tariff = prices.tariff(pricing.book, product);
  const { table } = priced;
  const right = pricing.book === prices.priceBook && prices.tableFor(product)?.hash === pricing.table;
  if (!right || table === undefined || tariff === undefined) {
    return { kind: 'price-table-wrong', detail: `${product} of ${pricing.book} is not priced by ${pricing.table}` };
  }
  if (tariff.product.counter !== pricing.counter || tariff.product.basis !== pricing.basis) {
    return { kind: 'price-table-wrong', detail: `counter or basis are not those of ${product} of ${pricing.book}` };
  }
  if (pricing.unitsCharged !== unitsCharged) {
    const charged = `${String(unitsCharged)} units are charged`;
    return { kind: 'freeze-bound-wrong', detail: `${charged}, it says ${String(pricing.unitsCharged)}` };
  }
  const from = (pricing.bound[0]?.from ?? unitsCharged + 1) - 1;
  if (from < unitsCharged) return { kind: 'freeze-bound-wrong', detail: 'its bound counts units already charged' };
  const inMoney = priced.quantity - unitsOf(hold.packs);
  const fault = faultInLines(table, pricing.bound, from, inMoney, amount);
  if (fault !== undefined) return { kind: 'freeze-bound-wrong', detail: fault.detail };
  const enough = hold.maxLateCharge >= priceOfUnits(table, unitsCharged, priced.quantity);
  if (enough && amount >= priceOfUnits(table, unitsCharged, inMoney)) return undefined;
  return { kind: 'freeze-bound-wrong', detail: 'it freezes less than its units cost' };
}

/** All units of a list, of whatever packs. */
export function unitsOf(packs: readonly PackUnits[] | null): number {
  return (packs ?? []).reduce((total, { units }) => total + units, 0);
}

/** What is wrong with charging a hold late at a moment: nothing, mostly. */
export function windowFaults(
  holdId: string,
  { hold, notBillable: free }: EndedUnused,
  at: number,
  completedAt: number | null,
): readonly Violation[] {
  const faults: Violation[] = [];
  const kind = 'late-settle-outside-window';
  if (free) faults.push({ kind: 'charged-not-billable', detail: `hold ${holdId} had nothing to bill` });
  if (completedAt === null || completedAt < hold.openedAt || completedAt >= hold.expiresAt) {
    faults.push({ kind, detail: `the verification of hold ${holdId} was not completed during its life` });
  }
  if (at < hold.expiresAt + lateWindowMs) return faults;
  return [...faults, { kind, detail: `hold ${holdId} was charged 24 hours after its deadline, or later` }];
}
