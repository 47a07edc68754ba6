import type { Balance } from '../core/balance.ts';
import type { ConventionChange } from '../terms/statement-period.ts';
import { Budgets } from '../budgets/budget.ts';
import { noDays, type Arrears, type Billed, type BillingDays } from '../billing/billing-days.ts';
import { AccountCalendar, type Period } from '../kernel/calendar.ts';
import { DueQueue } from '../holds/deadline-heap.ts';
import { Dues } from '../core/schedule.ts';
import type { AccountOpened, SuspensionCause } from '../account/events.ts';
import type { OpenHold } from '../holds/hold.ts';
import { LateWindow } from '../kernel/late-window.ts';
import { zero, type Money } from '../kernel/money.ts';
import type { OrderOpened } from '../orders/events.ts';
import { Packs } from '../packs/pack.ts';
import type { PriceTable } from '../pricing/price-book.ts';
import { RecentPast } from '../core/recent-ids.ts';
import type { AgreedTerms } from '../terms/events.ts';
import { UndoLog } from '../kernel/undo-log.ts';
import type { Watch } from '../warnings/watch.ts';

/** Version of the fold: a snapshot made by another version is not used. */
export const foldVersion = 19;

/** What is agreed with an account. `agreementStart` is a local date, `2026-03-01`; a null limit is none. */
export interface Terms {
  readonly currency: string;
  readonly timeZone: string;
  readonly agreementStart: string;
  /** `name@version`; null: plain holds only. */
  readonly priceBook: string | null;
  /** Tables agreed with the account, by product; null: none, which costs a freeze nothing. */
  readonly overrides: ReadonlyMap<string, PriceTable> | null;
  readonly creditLimit: Money;
  readonly openHoldsMax: number;
  readonly frozenMax: Money | null;
  readonly dailySpendMax: Money | null;
  /** All of them that can change, as they are stored and shown. */
  readonly agreed: AgreedTerms;
}

/** What the holds opened on one natural day have frozen and charged. */
export interface DailySpend {
  readonly day: Period;
  readonly amount: Money;
}

/** The part of an account's state that every event replaces as a whole. */
export interface Standing {
  readonly terms: Terms | null;
  readonly balance: Balance;
  readonly suspendedFor: readonly SuspensionCause[];
  readonly closed: boolean;
  /** How the days of months were to be counted, from when on; in the order of their dates. */
  readonly conventions: readonly ConventionChange[];
  readonly spend: DailySpend | null;
  readonly days: BillingDays;
  /** Null before the first bill. */
  readonly billed: Billed | null;
  /** Null while nothing is owed for billed days. */
  readonly arrears: Arrears | null;
  /** What the account is to be warned of; null: nothing. */
  readonly watch: Watch | null;
  /** Of the last event folded; -1 before the first. */
  readonly revision: number;
  /** Time of the last event, ms since 1970. */
  readonly lastAt: number;
}

/**
 * Everything that deciding on an account needs: small however old the account is. Made by folding its events with
 * `evolve`, and by nothing else.
 */
export interface AccountState {
  standing: Standing;
  /** The opening event; null while there is no account. */
  opened: AccountOpened | null;
  calendar: AccountCalendar | null;
  readonly openHolds: Map<string, OpenHold>;
  /** About how many bytes of memory they take. */
  openHoldBytes: number;
  readonly due: DueQueue;
  /** What falls due besides holds. */
  readonly dues: Dues;
  /** Orders that can be paid, by id. */
  readonly openOrders: Map<string, OrderOpened>;
  /** Units charged, by agreement year and counter (see {@link counterKey}). */
  readonly unitsCharged: Map<string, number>;
  /** Every table that was ever agreed with the account, by hash: a hold is settled by its own, whatever came since. */
  readonly agreedTables: Map<string, PriceTable>;
  readonly lateWindow: LateWindow;
  readonly budgets: Budgets;
  readonly packs: Packs;
  /** The families of which a trial pack was taken. */
  readonly trialsTaken: Set<string>;
  readonly past: RecentPast;
  readonly undo: UndoLog;
}

/** Of an account that was never opened: the state before its first event. */
export function initialState(): AccountState {
  const openHolds = new Map<string, OpenHold>();
  const undo = new UndoLog();
  return {
    standing: {
      terms: null,
      balance: {
        available: zero,
        frozen: zero,
        settled: zero,
        packs: zero,
        deposited: zero,
        credited: zero,
        withdrawn: zero,
      },
      suspendedFor: [],
      closed: false,
      conventions: [],
      spend: null,
      days: noDays,
      billed: null,
      arrears: null,
      watch: null,
      revision: -1,
      lastAt: 0,
    },
    opened: null,
    calendar: null,
    openHolds,
    openHoldBytes: 0,
    // By identity: after a decision was undone, another hold may have been opened under the same id.
    due: new DueQueue((hold) => openHolds.get(hold.opening.holdId)?.opening === hold.opening),
    dues: new Dues(undo),
    openOrders: new Map(),
    unitsCharged: new Map(),
    agreedTables: new Map(),
    lateWindow: new LateWindow(undo),
    budgets: new Budgets(undo),
    packs: new Packs(undo),
    trialsTaken: new Set(),
    past: new RecentPast(undo),
    undo,
  };
}

export function calendarOf(terms: Terms): AccountCalendar {
  return new AccountCalendar(terms.timeZone, terms.agreementStart);
}

/** `year` is the first date of the agreement year. A date has no space, so the key is unambiguous. */
export function counterKey(year: string, counter: string): string {
  return `${year} ${counter}`;
}

/** Units that were charged in money on one counter in one agreement year, which graduated prices go by; 0 if none. */
export function unitsChargedOf(state: AccountState, year: string, counter: string): number {
  return state.unitsCharged.get(counterKey(year, counter)) ?? 0;
}

export type AccountStatus = 'active' | 'suspended' | 'closed';

/** Closed for ever comes before suspended, for whatever reasons. */
export function statusOf({ closed, suspendedFor }: Pick<Standing, 'closed' | 'suspendedFor'>): AccountStatus {
  if (closed) return 'closed';
  return suspendedFor.length > 0 ? 'suspended' : 'active';
}
