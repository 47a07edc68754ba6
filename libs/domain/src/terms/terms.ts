import { strict as assert } from 'node:assert';
import type { AccountOpened } from '../account/events.ts';
import type { AccountState } from '../core/state.ts';
import { defaults } from '../kernel/bounds.ts';
import { formatMoney, type Money, parseMoney } from '../kernel/money.ts';
import { type PriceStep, type PriceTable, priceTable } from '../pricing/price-book.ts';
import { AccountCalendar } from '../zones/account-calendar.ts';
import type { ZoneFacts } from '../zones/zone-shape.ts';
import type { AgreedTerms, Overrides, RequestedTerms } from './events.ts';
import type { ConventionChange } from './statement-period.ts';

/** What an account that never changed its terms has agreed to. */
export function agreedAtOpening({ priceBook, creditLimit, limits, metadata }: AccountOpened): AgreedTerms {
  return {
    priceBook,
    overrides: {},
    creditLimit,
    limits,
    warnings: { availableBelow: null, packPercentBelow: null, packExpiresWithinDays: null },
    statementConvention: 'calendar',
    metadata,
  };
}

/** Terms ready for deciding. */
export function termsFrom(opened: AccountOpened, agreed: AgreedTerms): Terms {
  const { creditLimit, limits, priceBook, overrides } = agreed;
  return {
    currency: opened.currency,
    timeZone: opened.timeZone,
    agreementStart: opened.agreementStart,
    priceBook,
    overrides: toTables(overrides),
    creditLimit: parseMoney(creditLimit),
    openHoldsMax: limits.openHolds,
    frozenMax: moneyOrNull(limits.frozen),
    dailySpendMax: moneyOrNull(limits.dailySpend),
    agreed,
  };
}

/**
 * The terms after a change of some of them.
 *
 * @param priceBook the pinned `name@version` of the book asked for; undefined if the book stays.
 */
export function changedTerms(
  before: AgreedTerms,
  asked: RequestedTerms,
  priceBook: string | null | undefined,
): AgreedTerms {
  const { limits, warnings } = asked;
  return {
    priceBook: priceBook === undefined ? before.priceBook : priceBook,
    overrides: changedOverrides(before.overrides, asked.overrides ?? {}),
    creditLimit: asked.creditLimit ?? before.creditLimit,
    limits: {
      openHolds:
        limits?.openHolds === undefined ? before.limits.openHolds : (limits.openHolds ?? defaults.openHoldsMax),
      frozen: limits?.frozen === undefined ? before.limits.frozen : limits.frozen,
      dailySpend: limits?.dailySpend === undefined ? before.limits.dailySpend : limits.dailySpend,
    },
    warnings: { ...before.warnings, ...warnings },
    statementConvention: asked.statementConvention ?? before.statementConvention,
    metadata: asked.metadata === undefined ? before.metadata : asked.metadata,
  };
}

/** The steps that a table was made of. */
export function toSteps({ tiers }: PriceTable): PriceStep[] {
  return tiers.map(({ upTo, price }) => ({ upTo: upTo === Infinity ? null : upTo, price: formatMoney(price) }));
}

/** In the order of the products, so that equal overrides are one text. */
function changedOverrides(before: Overrides, asked: NonNullable<RequestedTerms['overrides']>): Overrides {
  const after = Object.entries({ ...before, ...asked }).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(after.flatMap(([product, steps]) => (steps === null ? [] : [[product, steps]])));
}

function toTables(overrides: Overrides): ReadonlyMap<string, PriceTable> | null {
  const entries = Object.entries(overrides);
  if (entries.length === 0) return null;
  return new Map(entries.map(([product, steps]) => [product, priceTable(steps)]));
}

function moneyOrNull(text: string | null): Money | null {
  return text === null ? null : parseMoney(text);
}

export function readTerms(state: AccountState): Terms {
  const { terms } = state.summary;
  assert(terms !== null, 'an open account has terms');
  return terms;
}

/** What is agreed with an account. `agreementStart` is a local date, `2026-03-01`; a null limit is none. */
export interface Terms {
  readonly currency: string;
  readonly timeZone: string;
  readonly agreementStart: string;
  /** `name@version`; null: plain holds only. */
  readonly priceBook: string | null;
  /** Tables agreed with the account, by product; null: none, which costs a freeze nothing. */
  readonly overrides: ReadonlyMap<string, PriceTable> | null;
  readonly creditLimit: Money;
  readonly openHoldsMax: number;
  readonly frozenMax: Money | null;
  readonly dailySpendMax: Money | null;
  /** All of them that can change, as they are stored and shown. */
  readonly agreed: AgreedTerms;
}

declare module '../core/state.ts' {
  interface AccountSummary {
    readonly terms: Terms | null;
    /** How the days of months were to be counted, from when on; in the order of their dates. */
    readonly conventions: readonly ConventionChange[];
  }

  interface AccountState {
    /** Every table that was ever agreed with the account, by hash: a hold is settled by its own, whatever came since. */
    readonly agreedTables: Map<string, PriceTable>;
  }
}

/** @param zone what is stated of its time zone. */
export function toCalendar(terms: Terms, zone: ZoneFacts): AccountCalendar {
  return new AccountCalendar(terms.timeZone, terms.agreementStart, zone);
}
