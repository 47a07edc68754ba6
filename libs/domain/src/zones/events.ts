import type { ZoneFacts } from './zone-shape.ts';

/**
 * What the clocks of the account's time zone do is stated again, before a decision, for all time after `at`: by a newer
 * database, or for more years.
 */
export interface ZoneNoted {
  readonly at: number;
  readonly zone: ZoneFacts;
}

declare module '../core/events.ts' {
  interface AccountEventData {
    'zone-noted.v1': ZoneNoted;
  }
}
