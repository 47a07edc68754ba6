/*
 * What can happen to a hold, as it is stored for ever: see events.ts.
 */

import type { Metadata } from '../kernel/metadata.ts';
import type { LatePackConsumption, PackConsumption, PackForfeit, PackUnits } from '../packs/events.ts';
import type { PriceLine } from '../pricing/tiers.ts';

/** Whether the two faces (or documents) matched. Both are a completed verification. */
export type Outcome = 'match' | 'mismatch';

export interface HoldPricing {
  /** `name@version`. */
  readonly book: string;
  /** Names the price table that this hold was opened under, and is charged by: see `PriceTable.hash`. */
  readonly table: string;
  /** `completed`: match and mismatch are both charged. `match`: only a match is. */
  readonly basis: 'completed' | 'match';
  /** Name of the counter of units in the book. */
  readonly counter: string;
  /** First local date of the agreement year that the hold belongs to, `YYYY-MM-DD`. */
  readonly year: string;
  /** Units charged on the counter in that year when the hold was opened. */
  readonly unitsCharged: number;
}

export interface FundsFrozen {
  readonly at: number;
  readonly holdId: string;
  /** Money: what the units that no pack covers can cost. */
  readonly amount: string;
  /** The most that a late settle may charge: what all units could have cost in money. */
  readonly maxLateCharge: string;
  readonly product: string | null;
  /** All units, those of packs among them. */
  readonly quantity: number | null;
  readonly expiresAt: number;
  readonly budget: string | null;
  readonly metadata: Metadata | null;
  readonly pricing: HoldPricing | null;
  /** Reserved in resource packs, in the order in which a settle consumes them. */
  readonly packs: readonly PackUnits[] | null;
}

/** What a gateway says of a completed verification, kept as it was said. */
export interface Completion {
  readonly outcome: Outcome;
  readonly quantity: number | null;
  readonly completedAt: number | null;
  readonly evidence: Metadata | null;
}

export interface HoldSettled extends Completion {
  readonly at: number;
  readonly holdId: string;
  /** Charged. */
  readonly amount: string;
  /** Given back at once. */
  readonly returned: string;
  /** Tier positions and unit prices of a priced hold's units that were charged in money. */
  readonly lines: readonly PriceLine[] | null;
  readonly packs: readonly PackConsumption[] | null;
  readonly forfeited: readonly PackForfeit[] | null;
}

/** What of a hold's lifecycle a late event has to carry, because the hold itself is long gone from the account's state. */
export interface EndedUnused {
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly ending: 'expired' | 'released';
  /** Of a priced hold. */
  readonly counter: string | null;
  readonly year: string | null;
  readonly budget: string | null;
  /** The packs that it had units reserved in. */
  readonly packs: readonly string[] | null;
}

/** The charge of a hold that had already ended unused. */
export interface HoldSettledLate extends Completion {
  readonly at: number;
  readonly holdId: string;
  readonly amount: string;
  readonly lines: readonly PriceLine[] | null;
  readonly hold: EndedUnused;
  readonly packs: readonly LatePackConsumption[] | null;
}

/** A late settle that the balance could not pay; recorded once per hold. No money moves. */
export interface ChargeUncollected extends Completion {
  readonly at: number;
  readonly holdId: string;
  /** What it would have charged. */
  readonly amount: string;
}

export interface CallFailed {
  readonly at: number;
  readonly holdId: string;
  readonly attemptId: string;
  readonly reason: string;
}

export interface HoldReleased {
  readonly at: number;
  readonly holdId: string;
  /** Given back. */
  readonly amount: string;
  /** `not-billable` when a settle found nothing to bill. */
  readonly reason: string;
  /** Of the settle that found nothing to bill; null for a release. */
  readonly completion: Completion | null;
  readonly forfeited: readonly PackForfeit[] | null;
}

export interface HoldExpired {
  /** The hold's deadline, whenever it was noticed. */
  readonly at: number;
  readonly holdId: string;
  /** Given back. */
  readonly amount: string;
  readonly forfeited: readonly PackForfeit[] | null;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'funds-frozen.v1': FundsFrozen;
    'hold-settled.v1': HoldSettled;
    'hold-settled-late.v1': HoldSettledLate;
    'charge-uncollected.v1': ChargeUncollected;
    'call-failed.v1': CallFailed;
    'hold-released.v1': HoldReleased;
    'hold-expired.v1': HoldExpired;
  }
}
