import { strict as assert } from 'node:assert';
import {
  type AccountCalendar,
  type AccountOpened,
  type AccountState,
  type BillDocument,
  billDocument,
  BillFold,
  billFormat,
  type BillIssued,
  type BillOfStatement,
  billOfStatement,
  dateAfter,
  type FindProduct,
  formatMoney,
  holdFacts,
  minus,
  type Money,
  nextUnbilled,
  plus,
  requestKey,
  type StatementDocument,
  statementDocument,
  statementPeriod,
} from '#domain';
import { contradictsItself, readForward, startFrom } from '../pipeline/account-history.ts';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import { openIdempotencyIndex } from '../pipeline/idempotency-index.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { IdIndex } from '../ports/id-index.ts';
import type { Snapshots } from '../ports/snapshots.ts';
import { assertWaitedFor, type Client, Unavailable } from '../request.ts';
import { type BillEntries, readEntries } from './bill-entries.ts';

/** Most days that a list of bills goes over. */
export const billDaysMax = 366;

/** What there is to be read. */
type Found<What> = What | 'account_not_found' | 'bill_not_found';

/** What a read of an account says of its bills. */
interface BillsSeen {
  readonly opened: AccountOpened;
  readonly bills: readonly BillIssued[];
  /** The days up to the last asked for are over, and all of them that need a bill have one. */
  readonly complete: boolean;
}

/** A document, and what the account's clocks showed as far as was stated when its last event happened. */
export interface Shown<Document> {
  readonly document: Document;
  readonly clocks: AccountCalendar;
}

interface FoldedBills {
  readonly clocks: AccountCalendar;
  readonly content: ReturnType<BillFold['finish']>;
  readonly bills: readonly BillOfStatement[];
}

/** The bills and statements of accounts, made of their events whenever they are asked for. */
export class Bills {
  readonly #lanes: AccountLanes;
  readonly #store: EventStore;
  readonly #snapshots: Snapshots;
  readonly #idIndex: IdIndex;

  constructor(lanes: AccountLanes, store: EventStore, snapshots: Snapshots, idIndex: IdIndex) {
    this.#lanes = lanes;
    this.#store = store;
    this.#snapshots = snapshots;
    this.#idIndex = idIndex;
  }

  /**
   * The bills that were issued for the days from one local date to another, both included, at most {@link billDaysMax}.
   *
   * @throws Unavailable
   */
  async list(accountId: string, from: string, to: string): Promise<Found<readonly BillIssued[]>> {
    return (await this.#see(accountId, from, to))?.bills ?? 'account_not_found';
  }

  /** The bill of a day. @throws Unavailable */
  async bill(accountId: string, date: string, client?: Client): Promise<Found<Shown<BillDocument>>> {
    const seen = await this.#see(accountId, date, date);
    if (seen === undefined) return 'account_not_found';
    const [bill] = seen.bills;
    if (bill === undefined) return 'bill_not_found';
    const { content, clocks } = await this.#fold(accountId, [bill], client);
    return { document: billDocument(seen.opened, bill, content), clocks };
  }

  /**
   * What the events of a day add to the lines of its bill, in their order.
   *
   * @param after the last revision that is known already.
   * @param limit how many are asked for; all of an event come together, so there may be a few more.
   * @throws Unavailable
   */
  async entries(accountId: string, date: string, after: number, limit: number): Promise<Found<BillEntries>> {
    const seen = await this.#see(accountId, date, date);
    if (seen === undefined) return 'account_not_found';
    const [bill] = seen.bills;
    if (bill === undefined) return 'bill_not_found';
    const read = await readEntries(this.#store, accountId, bill, after, limit);
    const products = await this.#findProducts(
      accountId,
      new Set(read.entries.flatMap(({ entry }) => entry.holdId ?? [])),
    );
    const entries = read.entries.map(({ revision, entry: { holdId, ...entry } }) => {
      const product = holdId === null ? null : products(holdId);
      if (product === undefined) throw new Unavailable('store_unavailable');
      return { revision, product, ...entry };
    });
    return { entries, after: read.after };
  }

  /** The statement of a month, `YYYY-MM`, as far as its days are billed. @throws Unavailable */
  async statement(accountId: string, month: string, client?: Client): Promise<Found<Shown<StatementDocument>>> {
    const period = await this.#lanes.read(accountId, ({ state: { opened, calendar, summary }, now }) => {
      if (opened === null || calendar === null) return 'account_not_found';
      // A month may begin with the last day of the one before, but not sooner.
      if (month > dateAfter(calendar.findDay(now).name, 1).slice(0, 7)) return 'bill_not_found';
      return statementPeriod(month, calendar.findDay(opened.at).name, summary.conventions) ?? 'bill_not_found';
    });
    if (typeof period === 'string') return period;
    const seen = await this.#see(accountId, period.first, period.last);
    if (seen === undefined || seen.bills.length === 0) return 'bill_not_found';
    const { content, bills, clocks } = await this.#fold(accountId, seen.bills, client);
    const format = findFormat(seen.bills);
    return { document: statementDocument(seen.opened, month, period, seen.complete, bills, content, format), clocks };
  }

  #see(accountId: string, from: string, to: string): Promise<BillsSeen | undefined> {
    return this.#lanes.read(accountId, ({ state, now }) => {
      const { opened, calendar, summary } = state;
      if (opened === null || calendar === null) return undefined;
      const bills: BillIssued[] = [];
      const today = calendar.findDay(now).name;
      const openedOn = calendar.findDay(opened.at).name;
      let date = from < openedOn ? openedOn : from;
      for (let days = 0; date <= to && date < today && days < billDaysMax; days += 1) {
        const key = requestKey('bill', date);
        const event = state.recentIds.request(key) ?? this.#idIndex.request(accountId, key);
        if (event?.type === 'bill-issued.v1') bills.push(event.data);
        date = dateAfter(date, 1);
      }
      const next = nextUnbilled(summary.days, summary, now);
      return { opened, bills, complete: to < today && (next === undefined || next.day.name > to) };
    });
  }

  #fold(accountId: string, issued: readonly BillIssued[], client: Client | undefined): Promise<FoldedBills> {
    return this.#lanes.longReads.run(accountId, client, () => this.#foldInTurn(accountId, issued, client));
  }

  /** Folds the events of some bills in a row, which follow each other but for what is noted about bills. */
  async #foldInTurn(
    accountId: string,
    issued: readonly BillIssued[],
    client: Client | undefined,
  ): Promise<FoldedBills> {
    const first = issued[0]?.firstRevision ?? 0;
    const last = issued.at(-1)?.lastRevision ?? first;
    const format = findFormat(issued);
    try {
      assertWaitedFor(client);
      const account = startFrom(() => this.#snapshots.newestUpTo(accountId, first - 1));
      const { state } = account;
      const days = new DayTotals(issued);
      let fold: BillFold | undefined;
      const upTo = (event: Parameters<BillFold['take']>[1], revision: number): boolean => {
        if (revision > last) return false;
        if (revision === first) fold = new BillFold(state, format);
        days.reach(state, revision);
        fold?.take(state, event, revision);
        return true;
      };
      await readForward(this.#store, accountId, account, upTo, () => {
        assertWaitedFor(client);
        state.recentIds.forget(state.summary.revision);
      });
      days.reach(state, last + 1);
      fold ??= new BillFold(state, format);
      const products = await this.#findProducts(accountId, fold.olderHolds);
      assert(state.calendar !== null, 'an account is opened before it is billed');
      return { content: fold.finish(state, products), bills: days.bills, clocks: state.calendar };
    } catch (error) {
      if (error instanceof Unavailable) throw error;
      throw new Unavailable(contradictsItself(error) ? 'account_quarantined' : 'store_unavailable');
    }
  }

  async #findProducts(accountId: string, holdIds: ReadonlySet<string>): Promise<FindProduct> {
    if (holdIds.size === 0) return () => undefined;
    const products = await this.#lanes.read(accountId, ({ state }) => {
      const known = openIdempotencyIndex(this.#idIndex, accountId, state);
      return new Map([...holdIds].map((holdId) => [holdId, holdFacts(state, known, holdId)?.opening.product]));
    });
    return (holdId) => products.get(holdId);
  }
}

/** Of several bills in a row: what is complete keeps the form that it had when its last bill was issued. */
function findFormat(bills: readonly BillIssued[]): number {
  return bills.at(-1)?.format ?? billFormat;
}

/** What each of some bills in a row comes to, told by what had been charged when its events begin and end. */
class DayTotals {
  readonly bills: BillOfStatement[] = [];
  readonly #issued: readonly BillIssued[];
  #chargedBefore: Money | undefined;

  constructor(issued: readonly BillIssued[]) {
    this.#issued = issued;
  }

  /** @param revision of the event that is folded next. */
  reach({ summary: { balance } }: AccountState, revision: number): void {
    const bill = this.#issued[this.bills.length];
    if (bill === undefined) return;
    const charged = plus(balance.settled, balance.packs);
    if (revision === bill.firstRevision) this.#chargedBefore = charged;
    if (revision !== bill.lastRevision + 1 || this.#chargedBefore === undefined) return;
    this.bills.push(billOfStatement(bill, formatMoney(minus(charged, this.#chargedBefore))));
    if (this.#issued[this.bills.length]?.firstRevision === revision) this.#chargedBefore = charged;
  }
}
