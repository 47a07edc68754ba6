/** What an account can be warned of, in the order in which warnings of one moment are raised. */
export const warningKinds = [
  'available-low',
  'everything-frozen',
  'arrears',
  'suspended',
  'charge-uncollected',
  'pack-low',
  'pack-expiring',
] as const;

export type WarningKind = (typeof warningKinds)[number];

/** Of the account as a whole: the others are of one of its packs. */
export type AccountWarning = Exclude<WarningKind, 'pack-low' | 'pack-expiring'>;

export const accountWarnings: readonly AccountWarning[] = warningKinds.filter(
  (kind) => kind !== 'pack-low' && kind !== 'pack-expiring',
);

/** A warning; follows at once what it warns of, in the same append. */
export interface WarningRaised {
  readonly at: number;
  readonly warning: WarningKind;
  /** The hold whose charge could not be collected, or the pack; null for what concerns the account as a whole. */
  readonly subject: string | null;
  /** What was not to be passed: an amount, a percentage of a pack, a number of days; null where there is no such thing. */
  readonly threshold: string | null;
  /** What it is instead: an amount, the causes of a suspension, the units left in a pack, or when it expires (RFC 3339). */
  readonly value: string | null;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'warning-raised.v1': WarningRaised;
  }
}
