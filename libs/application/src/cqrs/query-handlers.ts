import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { accountStream, type HoldFacts, holdFacts } from '#domain';
import { AccountLanes } from '../lanes/account-lanes.ts';
import { idempotencyIndexOf } from '../lanes/idempotency-index.ts';
import { listCharactersMax } from '../limits.ts';
import { Clock } from '../ports/clock.ts';
import { EventStore, type RecordedEvent } from '../ports/event-store.ts';
import { IdIndex } from '../ports/id-index.ts';
import { PriceBookSource } from '../ports/price-book-source.ts';
import { type AccountRow, ReadModels, type WarningRow } from '../ports/read-models.ts';
import { type AccountAnswer, accountAnswer } from '../queries/account-answer.ts';
import { type BudgetPage, budgetPage, type PackPage, packPage } from '../queries/account-pages.ts';
import { type AsOf, BalanceAsOf } from '../queries/balance-as-of.ts';
import { type Quote, quoteOf } from '../queries/quote.ts';
import { GetOrderHandler, ListOrdersHandler } from './order-handlers.ts';
import {
  GetAccount,
  GetBalanceAsOf,
  GetBudgets,
  GetEvents,
  GetHold,
  GetPacks,
  GetQuote,
  ListAccounts,
  type Listed,
  ListHolds,
  ListWarnings,
} from './queries.ts';

/* Thin and all alike: a read of one account is a look in its lane; a list comes from the read models and says how fresh it is. */

@QueryHandler(GetAccount)
export class GetAccountHandler implements IQueryHandler<GetAccount> {
  readonly #lanes: AccountLanes;

  constructor(lanes: AccountLanes) {
    this.#lanes = lanes;
  }

  execute({ accountId }: GetAccount): Promise<AccountAnswer | undefined> {
    return this.#lanes.look(accountId, ({ state, now, revision }) => accountAnswer(state, now, revision));
  }
}

@QueryHandler(GetBalanceAsOf)
export class GetBalanceAsOfHandler implements IQueryHandler<GetBalanceAsOf> {
  readonly #balances: BalanceAsOf;

  constructor(balances: BalanceAsOf) {
    this.#balances = balances;
  }

  execute({ accountId, moment, client }: GetBalanceAsOf): Promise<AsOf | undefined> {
    return this.#balances.at(accountId, moment, client);
  }
}

@QueryHandler(GetHold)
export class GetHoldHandler implements IQueryHandler<GetHold> {
  readonly #lanes: AccountLanes;
  readonly #idIndex: IdIndex;

  constructor(lanes: AccountLanes, idIndex: IdIndex) {
    this.#lanes = lanes;
    this.#idIndex = idIndex;
  }

  execute({ accountId, holdId }: GetHold): Promise<{ account: boolean; hold: HoldFacts | undefined }> {
    return this.#lanes.look(accountId, ({ state }) => ({
      account: state.opened !== null,
      hold: holdFacts(state, idempotencyIndexOf(this.#idIndex, accountId, state), holdId),
    }));
  }
}

@QueryHandler(GetQuote)
export class GetQuoteHandler implements IQueryHandler<GetQuote> {
  readonly #lanes: AccountLanes;
  readonly #priceBooks: PriceBookSource;

  constructor(lanes: AccountLanes, priceBooks: PriceBookSource) {
    this.#lanes = lanes;
    this.#priceBooks = priceBooks;
  }

  execute({ accountId, asked }: GetQuote): Promise<Quote> {
    return this.#lanes.look(accountId, (sight) => quoteOf(sight, asked, this.#priceBooks));
  }
}

@QueryHandler(GetBudgets)
export class GetBudgetsHandler implements IQueryHandler<GetBudgets> {
  readonly #lanes: AccountLanes;

  constructor(lanes: AccountLanes) {
    this.#lanes = lanes;
  }

  execute({ accountId, after, limit }: GetBudgets): Promise<BudgetPage | undefined> {
    return this.#lanes.look(accountId, (sight) => budgetPage(sight, after, limit));
  }
}

@QueryHandler(GetPacks)
export class GetPacksHandler implements IQueryHandler<GetPacks> {
  readonly #lanes: AccountLanes;

  constructor(lanes: AccountLanes) {
    this.#lanes = lanes;
  }

  execute({ accountId, after, limit }: GetPacks): Promise<PackPage | 'unknown-after' | undefined> {
    return this.#lanes.look(accountId, (sight) => packPage(sight, after, limit));
  }
}

@QueryHandler(GetEvents)
export class GetEventsHandler implements IQueryHandler<GetEvents> {
  readonly #store: EventStore;

  constructor(store: EventStore) {
    this.#store = store;
  }

  async execute({ accountId, from, limit }: GetEvents): Promise<readonly RecordedEvent[]> {
    return (await this.#store.readStream(accountStream(accountId), from, limit, listCharactersMax)).events;
  }
}

@QueryHandler(ListAccounts)
export class ListAccountsHandler implements IQueryHandler<ListAccounts> {
  readonly #views: ReadModels;
  readonly #clock: Clock;

  constructor(views: ReadModels, clock: Clock) {
    this.#views = views;
    this.#clock = clock;
  }

  execute({ after, limit, prefixes }: ListAccounts): Promise<Listed<AccountRow>> {
    const asOf = this.#clock.now();
    const { position } = this.#views.progress();
    const rows = this.#views.accounts(after, limit, prefixes, asOf, listCharactersMax);
    const last = rows.at(-1)?.opened.accountId;
    const isShort = last !== undefined && rows.length < limit;
    const more = isShort && this.#views.accounts(last, 1, prefixes, asOf).length > 0;
    return Promise.resolve({ rows, more, asOf, asOfPosition: position });
  }
}

@QueryHandler(ListHolds)
export class ListHoldsHandler implements IQueryHandler<ListHolds> {
  readonly #views: ReadModels;
  readonly #clock: Clock;

  constructor(views: ReadModels, clock: Clock) {
    this.#views = views;
    this.#clock = clock;
  }

  execute({ accountId, status, after, limit }: ListHolds): Promise<Listed<HoldFacts> | undefined> {
    const asOf = this.#clock.now();
    const { position } = this.#views.progress();
    const query = { accountId, status, after, limit, now: asOf };
    const rows = this.#views.holds({ ...query, characters: listCharactersMax });
    if (rows === undefined) return Promise.resolve(undefined);
    const last = rows.at(-1)?.opening.holdId;
    const isShort = last !== undefined && rows.length < limit;
    const more = isShort && this.#views.holds({ ...query, after: last, limit: 1 })?.length === 1;
    return Promise.resolve({ rows, more, asOf, asOfPosition: position });
  }
}

@QueryHandler(ListWarnings)
export class ListWarningsHandler implements IQueryHandler<ListWarnings> {
  readonly #views: ReadModels;
  readonly #clock: Clock;

  constructor(views: ReadModels, clock: Clock) {
    this.#views = views;
    this.#clock = clock;
  }

  execute({ accountId, from, limit }: ListWarnings): Promise<Listed<WarningRow>> {
    const asOf = this.#clock.now();
    const { position } = this.#views.progress();
    return Promise.resolve({ rows: this.#views.warnings(accountId, from, limit), asOf, asOfPosition: position });
  }
}

export const queryHandlers = [
  ListWarningsHandler,
  GetAccountHandler,
  GetBalanceAsOfHandler,
  GetHoldHandler,
  GetQuoteHandler,
  GetBudgetsHandler,
  GetPacksHandler,
  GetEventsHandler,
  ListAccountsHandler,
  ListHoldsHandler,
  GetOrderHandler,
  ListOrdersHandler,
];
