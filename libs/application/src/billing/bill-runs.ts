import { setImmediate as nextTurn } from 'node:timers/promises';
import { dateAfter, localDate, localHour } from '#domain';
import type { Clock } from '../ports/clock.ts';
import { type AccountRow, pageRowsMax, type ReadModels } from '../ports/read-models.ts';
import { Unavailable } from '../request.ts';
import type { BillingCause, BillIssuer } from './bill-issuer.ts';

/** From what hour of the local day the day before is billed: 10 o'clock. */
export const billingHour = 10;

/** How often the daily run looks for accounts whose billing time has come, in ms. */
export const billRoundEveryMs = 5 * 60_000;

/** Most accounts that are billed at the same time. */
const billedAtOnceMax = 4;

/** Most runs up to dates that are asked for at once: each goes over all accounts. */
const runsAtOnceMax = 4;

const dayMs = 24 * 60 * 60_000;

/** How far the clocks of a place are ahead of UTC at most: 14 hours. */
const aheadMostMs = 14 * 60 * 60_000;

/** How far a run has come. */
export interface BillRunProgress {
  /** Accounts looked at. */
  accounts: number;
  /** Bills issued. */
  bills: number;
  /** Accounts that could not be billed for now. */
  failed: number;
  done: boolean;
}

export interface BillRunsParts {
  readonly readModels: ReadModels;
  readonly issuer: BillIssuer;
  readonly clock: Clock;
  /** Told of every account that could not be billed, and of every round that is over. */
  readonly failed: (accountId: string, cause: unknown) => void;
  readonly finished: (progress: BillRunProgress) => void;
}

/** The command of the service itself by which accounts are billed. */
const daily: BillingCause = { actor: 'holdfast', correlationId: 'bill-run' };

/**
 * Bills all accounts: every day, each after {@link billingHour} of its own time zone, or up to a date that is asked for.
 * Goes over the accounts page by page, so that its memory does not grow with their number. May run in several processes
 * at once and again after any outage: days that were missed are billed in order.
 */
export class BillRuns {
  readonly #parts: BillRunsParts;
  /** Of the daily run: up to which local date the accounts of a time zone are billed. */
  readonly #billedUpTo = new Map<string, string>();
  readonly #running = new Map<string, { readonly progress: BillRunProgress; readonly end: Promise<void> }>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> | undefined;
  #stopped = false;
  /** Of all runs of this process. */
  readonly totals = { accounts: 0, bills: 0, failed: 0 };

  constructor(parts: BillRunsParts) {
    this.#parts = parts;
  }

  /** Starts the daily run. */
  start(everyMs = billRoundEveryMs): void {
    const begin = (): void => {
      this.#round ??= this.round()
        .catch(() => undefined)
        .finally(() => {
          this.#round = undefined;
        });
    };
    begin();
    this.#timer = setInterval(begin, everyMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#round;
    await Promise.all([...this.#running.values()].map(({ end }) => end));
  }

  /**
   * One round of the daily run: bills the accounts of every time zone whose billing hour has come and that were not
   * billed yet for the day before.
   *
   * @throws Error if the lists cannot be read.
   */
  async round(): Promise<BillRunProgress> {
    const { clock, finished } = this.#parts;
    const progress = begun();
    if (clock.untrusted() !== undefined) return progress;
    const now = clock.now();
    const complete = new Map<string, string>();
    const findDate = ({ opened: { timeZone } }: AccountRow): string | undefined => {
      const date = billableOn(timeZone, now);
      if ((this.#billedUpTo.get(timeZone) ?? '') >= date) return undefined;
      if (!complete.has(timeZone)) complete.set(timeZone, date);
      return date;
    };
    const failedIn = await this.#bill([], findDate, daily, progress);
    for (const [timeZone, date] of complete) {
      if (!failedIn.has(timeZone) && !this.#stopped) this.#billedUpTo.set(timeZone, date);
    }
    progress.done = true;
    if (complete.size > 0) finished(progress);
    return progress;
  }

  /**
   * Bills the accounts whose ids start with one of the prefixes (empty: all) up to a local date, as far as its days are
   * over. The same run that is under way is joined.
   *
   * @throws Unavailable `overloaded` while too many others are under way.
   */
  upTo(
    date: string,
    prefixes: readonly string[],
    cause: BillingCause,
  ): { readonly progress: BillRunProgress; readonly end: Promise<void> } {
    // No day after it is over anywhere.
    const latest = new Date(this.#parts.clock.now() + aheadMostMs).toISOString().slice(0, 10);
    const upTo = date < latest ? date : latest;
    const key = JSON.stringify([upTo, prefixes]);
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    if (this.#running.size >= runsAtOnceMax) throw new Unavailable('overloaded');
    const progress = begun();
    const end = this.#bill(prefixes, () => upTo, cause, progress).then(
      () => {
        progress.done = true;
        this.#running.delete(key);
        this.#parts.finished(progress);
      },
      (error: unknown) => {
        this.#running.delete(key);
        progress.failed += 1;
        this.#parts.failed('', error);
      },
    );
    const run = { progress, end };
    this.#running.set(key, run);
    return run;
  }

  /** @returns the time zones of accounts that could not be billed. */
  async #bill(
    prefixes: readonly string[],
    findDate: (row: AccountRow) => string | undefined,
    cause: BillingCause,
    progress: BillRunProgress,
  ): Promise<ReadonlySet<string>> {
    const { readModels, clock } = this.#parts;
    const failedIn = new Set<string>();
    let after: string | null = null;
    do {
      const rows: readonly AccountRow[] = readModels.accounts(after, pageRowsMax, prefixes, clock.now());
      const waiting = rows.values();
      const workers = Array.from({ length: billedAtOnceMax }, async () => {
        for (const row of waiting) {
          if (this.#stopped || (await this.#billOne(row, findDate, cause, progress))) continue;
          failedIn.add(row.opened.timeZone);
        }
      });
      await Promise.all(workers);
      await nextTurn();
      after = rows.length < pageRowsMax ? null : (rows.at(-1)?.opened.accountId ?? null);
    } while (after !== null && !this.#stopped);
    return failedIn;
  }

  /** Whatever goes wrong with one account is told, and the others are billed. */
  async #billOne(
    row: AccountRow,
    findDate: (row: AccountRow) => string | undefined,
    cause: BillingCause,
    progress: BillRunProgress,
  ): Promise<boolean> {
    const { accountId } = row.opened;
    try {
      const date = findDate(row);
      if (date === undefined) return true;
      progress.accounts += 1;
      this.totals.accounts += 1;
      // Nothing of an account that was opened later can be billed: it is not even read.
      if (row.opened.at - aheadMostMs > Date.parse(date) + dayMs) return true;
      const bills = await this.#parts.issuer.issueUpTo(accountId, date, cause);
      progress.bills += bills;
      this.totals.bills += bills;
      return true;
    } catch (error) {
      progress.failed += 1;
      this.totals.failed += 1;
      this.#parts.failed(accountId, error);
      return false;
    }
  }
}

function begun(): BillRunProgress {
  return { accounts: 0, bills: 0, failed: 0, done: false };
}

/** The last local date that may be billed at a moment: yesterday from the billing hour on, else the day before it. */
function billableOn(timeZone: string, now: number): string {
  return dateAfter(localDate(timeZone, now), localHour(timeZone, now) >= billingHour ? -1 : -2);
}
