import type { Waiting } from './cursor.ts';
import type { Pending } from './window.ts';

/** What of an account's stream is delivered from there, because the account was stuck. */
export interface Aside {
  /** Read on from this revision. */
  readFrom: number;
  upTo: number;
  reading: boolean;
}

/** The events of one account, or of the ledger itself, that wait for delivery, in their order. */
export class Line {
  /** See `toSubject`. */
  readonly accountId: string;
  readonly waiting: Pending[] = [];
  sending = false;
  /** Failed tries of the first event. */
  tries = 0;
  /** Time of the first failure, ms since 1970; null: the first event was not tried yet, or not in vain. */
  failingSince: number | null = null;
  /** Not before this time, ms since 1970. */
  dueAt = 0;
  /** The account is stuck. */
  aside: Aside | undefined;

  constructor(accountId: string) {
    this.accountId = accountId;
  }

  isReady(now: number): boolean {
    return !this.sending && this.waiting.length > 0 && this.dueAt <= now;
  }

  /** Events that wait, as far as is known: of an account that is stuck some may not be wanted. */
  get count(): number {
    const unread = this.aside === undefined ? 0 : Math.max(0, this.aside.upTo - this.aside.readFrom + 1);
    return this.waiting.length + unread;
  }

  /** Revision of the next event to deliver of an account that is stuck. */
  get next(): number {
    return this.waiting[0]?.event.revision ?? this.aside?.readFrom ?? 0;
  }

  /** The first event is done with. */
  shift(): void {
    const first = this.waiting.shift();
    if (first !== undefined) first.settled = true;
    this.tries = 0;
    this.failingSince = null;
    this.dueAt = 0;
  }

  /** All but the first event are to be read again from the account's stream. */
  setAside(): void {
    const [first] = this.waiting;
    const last = this.waiting.at(-1);
    if (first === undefined || last === undefined) return;
    for (const pending of this.waiting) pending.settled = true;
    this.waiting.length = 1;
    this.aside = { readFrom: first.event.revision + 1, upTo: last.event.revision, reading: false };
  }
}

/**
 * What waits in some lines; null: nothing.
 *
 * @param restsUntil nothing is sent before, ms since 1970. @param more no more is read for now.
 */
export function whatWaits(lines: Iterable<Line>, restsUntil: number, now: number, more: boolean): Waiting | null {
  const waiting = [...lines].filter(({ count }) => count > 0);
  if (waiting.length === 0) return null;
  const nextAt = Math.max(restsUntil, Math.min(...waiting.map(({ dueAt }) => dueAt)));
  const events = waiting.reduce((sum, { count }) => sum + count, 0);
  return { accounts: waiting.length, events, nextAt: nextAt > now ? nextAt : null, more };
}
