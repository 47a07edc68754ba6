/**
 * Issues the bill of a day. Rests on what the stored history says of the day's last event: a lane knows no hashes, and
 * another process may have written to the day since they were read.
 */
export interface IssueBill {
  readonly kind: 'issue-bill';
  /** Local date, `YYYY-MM-DD`. */
  readonly date: string;
  readonly lastRevision: number;
  /** Of the event at `lastRevision`, 64 lower-case hex digits. */
  readonly chainHash: string;
}

declare module '../core/commands.ts' {
  interface Commands {
    'issue-bill': IssueBill;
  }
}
