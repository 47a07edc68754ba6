/*
 * What is stored of bills; times are whole milliseconds since 1970.
 */

/** Version of the form that bills have which are issued now; one that was issued keeps its own for ever. */
export const billFormat = 2;

/** The arrears that a bill begins, or finds. */
export interface ArrearsNoted {
  /** When the first bill that is not paid was issued. */
  readonly since: number;
  readonly suspendsAt: number;
}

/** The bill of one natural day: fixes what belongs to the day, and what is owed. */
export interface BillIssued {
  readonly at: number;
  /** Local date of the day, `YYYY-MM-DD`. */
  readonly date: string;
  /** First instant of the day. */
  readonly from: number;
  /** First instant that no longer belongs to it. */
  readonly until: number;
  /** Version of the form that the bill has as a document. */
  readonly format: number;
  /** For all billed days together, this one included, at the moment of issue. */
  readonly owed: string;
  readonly firstRevision: number;
  readonly lastRevision: number;
  /** Of the event at `lastRevision`. */
  readonly chainHash: string;
  /** Null when nothing is owed. */
  readonly arrears: ArrearsNoted | null;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'bill-issued.v1': BillIssued;
    /** At the end of the grace, whenever it was noticed. */
    'arrears-suspended.v1': { readonly at: number };
    'arrears-cleared.v1': { readonly at: number };
  }
}
