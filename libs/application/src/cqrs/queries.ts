import { Query } from '@nestjs/cqrs';
import type { HoldFacts, HoldStatus, OrderFacts } from '#domain';
import type { RecordedEvent } from '../ports/event-store.ts';
import type { AccountRow, WarningRow } from '../ports/read-models.ts';
import type { AccountAnswer } from '../queries/account-answer.ts';
import type { BudgetPage, PackPage } from '../queries/account-pages.ts';
import type { AsOf, Moment } from '../queries/balance-as-of.ts';
import type { Quote, QuoteAsked } from '../queries/quote.ts';
import type { Client } from '../request.ts';

/** A list with how fresh it is. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** There are more, though this page has fewer than were asked for: they are large. */
  readonly more?: boolean;
  readonly asOfPosition: string;
  readonly asOf: number;
}

/** Undefined if the account does not exist. */
export class GetAccount extends Query<AccountAnswer | undefined> {
  readonly accountId: string;

  constructor(accountId: string) {
    super();
    this.accountId = accountId;
  }
}

/** Undefined if the account did not exist at that moment. */
export class GetBalanceAsOf extends Query<AsOf | undefined> {
  readonly accountId: string;
  readonly moment: Moment;
  readonly client: Client | undefined;

  /** @param client who waits for it: the reading ends when nobody does. */
  constructor(accountId: string, moment: Moment, client?: Client) {
    super();
    this.accountId = accountId;
    this.moment = moment;
    this.client = client;
  }
}

/** `account`: whether there is such an account at all. */
export class GetHold extends Query<{ readonly account: boolean; readonly hold: HoldFacts | undefined }> {
  readonly accountId: string;
  readonly holdId: string;

  constructor(accountId: string, holdId: string) {
    super();
    this.accountId = accountId;
    this.holdId = holdId;
  }
}

/** `account`: whether there is such an account at all. */
export class GetOrder extends Query<{ readonly account: boolean; readonly order: SeenOrder | undefined }> {
  readonly accountId: string;
  readonly orderId: string;

  constructor(accountId: string, orderId: string) {
    super();
    this.accountId = accountId;
    this.orderId = orderId;
  }
}

/** An order, and what else its status depends on. */
export interface SeenOrder {
  readonly facts: OrderFacts;
  /** ms since 1970. */
  readonly now: number;
  readonly accountClosed: boolean;
}

/** What a freeze would take now; writes nothing. */
export class GetQuote extends Query<Quote> {
  readonly accountId: string;
  readonly asked: QuoteAsked;

  constructor(accountId: string, asked: QuoteAsked) {
    super();
    this.accountId = accountId;
    this.asked = asked;
  }
}

/** Undefined if the account does not exist; `unknown-after` if it has no such pack. */
export class GetPacks extends Query<PackPage | 'unknown-after' | undefined> {
  readonly accountId: string;
  readonly after: string | null;
  readonly limit: number;

  constructor(accountId: string, after: string | null, limit: number) {
    super();
    this.accountId = accountId;
    this.after = after;
    this.limit = limit;
  }
}

/** Undefined if the account does not exist. */
export class GetBudgets extends Query<BudgetPage | undefined> {
  readonly accountId: string;
  readonly after: string | null;
  readonly limit: number;

  constructor(accountId: string, after: string | null, limit: number) {
    super();
    this.accountId = accountId;
    this.after = after;
    this.limit = limit;
  }
}

/** The warnings of an account by revision. @see Listed */
export class ListWarnings extends Query<Listed<WarningRow>> {
  readonly accountId: string;
  readonly from: number;
  readonly limit: number;

  constructor(accountId: string, from: number, limit: number) {
    super();
    this.accountId = accountId;
    this.from = from;
    this.limit = limit;
  }
}

/** Stored events of an account, from a revision on; none if the account does not exist. */
export class GetEvents extends Query<readonly RecordedEvent[]> {
  readonly accountId: string;
  readonly from: number;
  readonly limit: number;

  constructor(accountId: string, from: number, limit: number) {
    super();
    this.accountId = accountId;
    this.from = from;
    this.limit = limit;
  }
}

/** Accounts by id, after an id, of those whose ids begin with one of the prefixes; all without prefixes. */
export class ListAccounts extends Query<Listed<AccountRow>> {
  readonly after: string | null;
  readonly limit: number;
  readonly prefixes: readonly string[];

  constructor(after: string | null, limit: number, prefixes: readonly string[]) {
    super();
    this.after = after;
    this.limit = limit;
    this.prefixes = prefixes;
  }
}

/** Holds of an account in the order of their opening; `after`: the id of a hold. Undefined if there is no such hold. */
export class ListHolds extends Query<Listed<HoldFacts> | undefined> {
  readonly accountId: string;
  readonly status: HoldStatus | null;
  readonly after: string | null;
  readonly limit: number;

  constructor(accountId: string, status: HoldStatus | null, after: string | null, limit: number) {
    super();
    this.accountId = accountId;
    this.status = status;
    this.after = after;
    this.limit = limit;
  }
}

/** Orders of an account in the order of their opening; `after`: the id of an order. Undefined if there is no such order. */
export class ListOrders extends Query<Listed<OrderFacts> | undefined> {
  readonly accountId: string;
  readonly after: string | null;
  readonly limit: number;

  constructor(accountId: string, after: string | null, limit: number) {
    super();
    this.accountId = accountId;
    this.after = after;
    this.limit = limit;
  }
}
