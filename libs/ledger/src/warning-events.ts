/** What an account can be warned of, in the order in which warnings of one moment are raised. */
export const warningKinds = [
  'available-low',
  'everything-frozen',
  'arrears',
  'suspended',
  'charge-uncollected',
] as const;

export type WarningKind = (typeof warningKinds)[number];

/** A warning; follows at once what it warns of, in the same append. */
export interface WarningRaised {
  readonly at: number;
  readonly warning: WarningKind;
  /** The hold whose charge could not be collected; null for what concerns the account as a whole. */
  readonly subject: string | null;
  /** What was not to be passed; null where there is no such thing. */
  readonly threshold: string | null;
  /** What it is instead: an amount, or the causes of a suspension. */
  readonly value: string | null;
}
