/*
 * What can happen to resource packs, as it is stored for ever: see events.ts. What holds take from packs, and bring
 * back, is in the events of the holds.
 */

export interface PackBought {
  readonly at: number;
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  /** Paid, for all units. */
  readonly price: string;
  /** `name@version` of the price book that has the pack. */
  readonly book: string;
  /** The pack is expired at this very instant. */
  readonly expiresAt: number;
}

/** An operator gave it for nothing. */
export interface PackGranted {
  readonly at: number;
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly reason: string;
  readonly expiresAt: number;
}

/** Once per account and family. */
export interface TrialStarted {
  readonly at: number;
  readonly packId: string;
  readonly family: string;
  readonly units: number;
  readonly book: string;
  readonly expiresAt: number;
}

export interface PackExpired {
  /** When the pack expired, whenever it was noticed. */
  readonly at: number;
  readonly packId: string;
  /** Left in it; what holds had reserved then ends with those holds. */
  readonly units: number;
  /** What of its price became breakage. */
  readonly amount: string;
}

export interface PackRefunded {
  readonly at: number;
  readonly refundId: string;
  readonly packId: string;
  /** Given back to available. */
  readonly amount: string;
  /** The rest of the pack's liability, which became revenue. */
  readonly recognised: string;
  readonly reason: string | null;
  /** Left in it, and gone now. */
  readonly units: number;
}

/** Units of one resource pack. */
export interface PackUnits {
  readonly packId: string;
  readonly units: number;
}

/** Units that a settle took from one resource pack. */
export interface PackConsumption extends PackUnits {
  /** What was still owed for the units, and became revenue. */
  readonly recognised: string;
  /** What the units cost without a pack, at the first price of their table: a refund of the pack takes it off. */
  readonly listPrice: string;
}

export interface PackForfeitPart {
  readonly units: number;
  readonly amount: string;
}

/** Units that a late settle took from one resource pack. */
export interface LatePackConsumption extends PackConsumption {
  /** Units among them that the hold had forfeited in this pack, and the breakage that becomes revenue with them. */
  readonly reclaimed: PackForfeitPart | null;
}

/** Units that came back to a resource pack after it had expired. */
export interface PackForfeit extends PackUnits {
  /** What of the pack's price became breakage. */
  readonly amount: string;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'pack-bought.v1': PackBought;
    'pack-granted.v1': PackGranted;
    'trial-started.v1': TrialStarted;
    'pack-expired.v1': PackExpired;
    'pack-refunded.v1': PackRefunded;
  }
}
