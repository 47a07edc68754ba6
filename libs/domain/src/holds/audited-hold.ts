import type { Violation } from '../core/violation.ts';
import { bounds, defaults } from '../kernel/bounds.ts';
import { lateWindowMs } from '../kernel/late-window.ts';
import { type Money, parseMoney } from '../kernel/money.ts';
import type { PackForfeit, PackUnits } from '../packs/events.ts';
import { mostOfUnits, type PricedUnits } from '../pricing/audit-prices.ts';
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
export function checkYear(
  { pricing, at, holdId }: FundsFrozen,
  calendar: AccountCalendar | undefined,
): Violation | undefined {
  const year = calendar?.findYear(at).name;
  if (pricing === null || year === undefined || pricing.year === year) return undefined;
  return { kind: 'price-table-wrong', detail: `hold ${holdId} belongs to the year ${year}, not ${pricing.year}` };
}

/** What is wrong with a deadline; undefined if nothing is. */
export function checkDeadline({ at, expiresAt }: FundsFrozen): Violation | undefined {
  const seconds = (expiresAt - at) / 1_000;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= bounds.ttlSecondsMax) return undefined;
  return { kind: 'deadline-wrong', detail: `a hold does not live ${String(seconds)} seconds` };
}

/** What is wrong with how the frozen amount was derived; undefined if nothing is. */
export function checkBound(
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
  const isAgreed = pricing.book === prices.priceBook && prices.tableFor(product)?.hash === pricing.table;
  if (!isAgreed || table === undefined || tariff === undefined) {
    return { kind: 'price-table-wrong', detail: `${product} of ${pricing.book} is not priced by ${pricing.table}` };
  }
  if (tariff.product.counter !== pricing.counter || tariff.product.basis !== pricing.basis) {
    return { kind: 'price-table-wrong', detail: `counter or basis are not those of ${product} of ${pricing.book}` };
  }
  if (pricing.unitsCharged !== unitsCharged) {
    const charged = `${String(unitsCharged)} units are charged`;
    return { kind: 'freeze-bound-wrong', detail: `${charged}, it says ${String(pricing.unitsCharged)}` };
  }
  const inMoney = priced.quantity - sumUnits(hold.packs);
  const right = amount === mostOfUnits(table, unitsCharged, inMoney);
  if (right && hold.maxLateCharge === mostOfUnits(table, unitsCharged, priced.quantity)) return undefined;
  return { kind: 'freeze-bound-wrong', detail: 'what it freezes is not the most that its units can cost' };
}

/** All units of a list, of whatever packs. */
export function sumUnits(packs: readonly PackUnits[] | null): number {
  return (packs ?? []).reduce((total, { units }) => total + units, 0);
}

/** What is wrong with charging a hold late at a moment: nothing, mostly. */
export function checkWindow(
  holdId: string,
  { hold, notBillable: free }: EndedUnused,
  at: number,
  completedAt: number | null,
): readonly Violation[] {
  const errors: Violation[] = [];
  const kind = 'late-settle-outside-window';
  if (free) errors.push({ kind: 'charged-not-billable', detail: `hold ${holdId} had nothing to bill` });
  if (completedAt === null || completedAt < hold.openedAt || completedAt >= hold.expiresAt) {
    errors.push({ kind, detail: `the verification of hold ${holdId} was not completed during its life` });
  }
  if (at < hold.expiresAt + lateWindowMs) return errors;
  return [...errors, { kind, detail: `hold ${holdId} was charged 24 hours after its deadline, or later` }];
}
