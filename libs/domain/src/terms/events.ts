import type { Metadata } from '../kernel/metadata.ts';
import type { PriceStep } from '../pricing/price-book.ts';

/*
 * What is agreed with an account and can be agreed again. Amounts are canonical decimal strings; the order of the fields
 * is the order in the stored text.
 */

export interface AccountLimits {
  /** Most holds that may be open at once. */
  readonly openHolds: number;
  /** Most money that may be frozen at once. */
  readonly frozen: string | null;
  /** Most that the holds opened on one natural day may freeze and charge. */
  readonly dailySpend: string | null;
}

/** When somebody wants to be told; null: never. */
export interface WarningThresholds {
  /** Available below this amount, which may be below zero. */
  readonly availableBelow: string | null;
  /** Less than this percentage of a pack is left. */
  readonly packPercentBelow: number | null;
  /** A pack expires within so many days. */
  readonly packExpiresWithinDays: number | null;
}

/** How the days of a month are counted: the last one to that month (`calendar`), or to the next (`last-day-next`). */
export const statementConventions = ['calendar', 'last-day-next'] as const;

export type StatementConvention = (typeof statementConventions)[number];

/** Price tables that were agreed with the account, by product; they stand in for its price book's. */
export type Overrides = Readonly<Record<string, readonly PriceStep[]>>;

/** All terms that can be changed; currency, time zone and agreement start are fixed for ever. */
export interface AgreedTerms {
  /** `name@version`; null: plain holds only. */
  readonly priceBook: string | null;
  readonly overrides: Overrides;
  readonly creditLimit: string;
  readonly limits: AccountLimits;
  readonly warnings: WarningThresholds;
  readonly statementConvention: StatementConvention;
  readonly metadata: Metadata | null;
}

/** A change of terms as it was asked for: what is not given stays as it is; null takes something away. */
export interface RequestedTerms {
  /** `name` or `name@version`. */
  readonly priceBook?: string | null;
  /** By product; null: the price book's own price again. */
  readonly overrides?: Readonly<Record<string, readonly PriceStep[] | null>>;
  readonly creditLimit?: string;
  /** Null: the limit that an account has unless told, or none. */
  readonly limits?: { readonly [Limit in keyof AccountLimits]?: AccountLimits[Limit] | null };
  readonly warnings?: Partial<WarningThresholds>;
  readonly statementConvention?: StatementConvention;
  /** As a whole. */
  readonly metadata?: Metadata | null;
}

export interface TermsChanged {
  readonly at: number;
  readonly changeId: string;
  readonly reason: string;
  readonly requested: RequestedTerms;
  /** All terms after the change, so that nobody has to look further back. */
  readonly terms: AgreedTerms;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'terms-changed.v1': TermsChanged;
  }
}
