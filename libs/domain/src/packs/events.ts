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
export interface TrialTaken {
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
