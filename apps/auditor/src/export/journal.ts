import type { RecordedEvent } from '#application/ports';
import {
  type AccountCalendar,
  type AccountEvent,
  calendarAfter,
  type JournalAccount,
  type Money,
  negated,
  plus,
  postings,
  type TypedEvent,
  zero,
} from '#domain';
import { readCause } from '../source/cause.ts';
import { inPeriod, type Selection } from '../source/selection.ts';

/** Takes what the revenues and expenses before a period came to, so that the period's own begin at nothing. */
export const broughtForward = 'platform:brought-forward';

/** The accounts of the ledger's journal, and one that the ledger itself does not need. */
export type BookAccount = JournalAccount | typeof broughtForward;

/** One line of an entry, as accountants have it: a debit is above zero, a credit below. */
export interface JournalLine {
  readonly account: BookAccount;
  readonly amount: Money;
  /** What the account holds for this customer after the line. */
  readonly balance: Money;
}

/** What of an event stands beside its journal entry. */
export interface JournalSource {
  readonly name: string;
  readonly revision: number;
  readonly ids: EventIds;
  readonly eventId: string;
  readonly actor: string;
  readonly reference: string | null;
  readonly reason: string | null;
}

/** The journal entry of one event, or what an account brings along from before the period. */
export interface JournalEntry {
  readonly accountId: string;
  readonly currency: string;
  /** ms since 1970. */
  readonly at: number;
  /** The natural day in the account's time zone, `YYYY-MM-DD`: never before that of the entry before it. */
  readonly date: string;
  /** Null where it opens the period. */
  readonly event: JournalSource | null;
  readonly lines: readonly JournalLine[];
}

/** The name of what happened, whatever version of it was stored. */
export function eventName({ type }: Pick<AccountEvent, 'type'>): string {
  return type.replace(/\.v\d+$/, '');
}

/** What an event is about. */
export interface EventIds {
  /** The id that the command had; null if it had none, as an expiry. */
  readonly id: string | null;
  readonly holdId: string | null;
}

/** The ids in an event's data, of whatever kind it is. */
export function readIds({ data }: AccountEvent): EventIds {
  const ids = Object.entries(data).filter(
    (field): field is [string, string] => /Id$/.test(field[0]) && typeof field[1] === 'string',
  );
  const holdId = ids.find(([name]) => name === 'holdId')?.[1] ?? null;
  const own = ids.find(([name]) => name !== 'holdId')?.[1];
  return { id: own ?? holdId, holdId };
}

interface KeptAccount {
  readonly currency: string;
  calendar: AccountCalendar;
  readonly totals: Map<BookAccount, Money>;
  /** The period has begun for it. */
  begun: boolean;
}

/** What of an event's place in the log an entry names. */
export type JournalPlace = Pick<RecordedEvent, 'id' | 'revision' | 'metadata'>;

/** Keeps the books of many accounts while their events come by; the memory it takes does not grow with their histories. */
export class Journal {
  readonly #selection: Selection;
  readonly #accounts = new Map<string, KeptAccount>();

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** The entries that an event of the period brings, with the balances of before ahead of the first. */
  take(accountId: string, place: JournalPlace, event: AccountEvent): readonly JournalEntry[] {
    if (event.type === 'account-opened.v1') this.#open(accountId, event);
    const entry = postings(event);
    const account = this.#accounts.get(accountId);
    if (account !== undefined) account.calendar = calendarAfter(account.calendar, event) ?? account.calendar;
    // A stream that does not begin with an opening is the audit's finding.
    if (account === undefined || entry.length === 0) return [];
    const { at } = event.data;
    const counts = inPeriod(this.#selection, at);
    const ahead = counts && !account.begun ? this.#opening(accountId, account) : [];
    if (counts) account.begun = true;
    const lines = entry.map(({ account: name, amount }) => post(account, name, debit(amount)));
    if (!counts) return [];
    const { currency } = account;
    return [
      ...ahead,
      { accountId, currency, at, date: account.calendar.findDay(at).name, event: toSource(place, event), lines },
    ];
  }

  /** What the accounts hold that had no entry in the period, so that every account that has anything is there. */
  *rest(): Generator<JournalEntry> {
    for (const [accountId, account] of this.#accounts) {
      if (!account.begun) yield* this.#opening(accountId, account);
    }
  }

  #open(accountId: string, event: TypedEvent<'account-opened.v1'>): void {
    const calendar = calendarAfter(undefined, event);
    if (calendar === undefined || this.#accounts.has(accountId)) return;
    const { currency } = event.data;
    this.#accounts.set(accountId, { currency, calendar, totals: new Map(), begun: false });
  }

  #opening(accountId: string, account: KeptAccount): readonly JournalEntry[] {
    closeNominal(account);
    const lines = [...account.totals]
      .filter(([, amount]) => amount !== zero)
      .map(([name, amount]) => ({ account: name, amount, balance: amount }));
    if (lines.length === 0) return [];
    const { from } = this.#selection;
    return [
      {
        accountId,
        currency: account.currency,
        at: from,
        date: account.calendar.findDay(from).name,
        event: null,
        lines,
      },
    ];
  }
}

/** The ledger says what an account gains by: that of a customer is owed to it, so it is a credit. */
const debit = negated;

/** Revenues and expenses: they are of a period, and what they came to before it is capital. */
const nominal: readonly BookAccount[] = ['platform:revenue', 'platform:breakage', 'platform:adjustments'];

function closeNominal(account: KeptAccount): void {
  for (const name of nominal) {
    const amount = account.totals.get(name) ?? zero;
    account.totals.delete(name);
    post(account, broughtForward, amount);
  }
}

function post({ totals }: KeptAccount, account: BookAccount, amount: Money): JournalLine {
  const balance = plus(totals.get(account) ?? zero, amount);
  totals.set(account, balance);
  return { account, amount, balance };
}

function toSource({ id, revision, metadata }: JournalPlace, event: AccountEvent): JournalSource {
  const data: object = event.data;
  return {
    name: eventName(event),
    revision,
    ids: readIds(event),
    eventId: id,
    actor: readCause({ metadata }).actor,
    reference: 'reference' in data ? textOrNull(data.reference) : null,
    reason: 'reason' in data ? textOrNull(data.reason) : null,
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
