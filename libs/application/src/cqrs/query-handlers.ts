import type { Type } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { accountStream, type BudgetView, budgetView, type HoldFacts, holdFacts, orderFacts } from '#domain';
import { type PackFigures, packFigures } from '../answers/pack-answer.ts';
import { listCharactersMax } from '../limits.ts';
import type { AccountLanes } from '../pipeline/account-lanes.ts';
import { openIdempotencyIndex } from '../pipeline/idempotency-index.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventStore } from '../ports/event-store.ts';
import type { IdIndex } from '../ports/id-index.ts';
import type { PriceBookSource } from '../ports/price-book-source.ts';
import type { AccountRow, ReadModels } from '../ports/read-models.ts';
import { accountAnswer } from '../queries/account-answer.ts';
import type { BalanceAsOf } from '../queries/balance-as-of.ts';
import { readPage } from '../queries/page.ts';
import { quote } from '../queries/quote.ts';
import {
  GetAccount,
  GetBalanceAsOf,
  GetEvents,
  GetHold,
  GetOrder,
  GetQuote,
  ListAccounts,
  ListBudgets,
  ListHolds,
  ListOrders,
  ListPacks,
  ListWarnings,
  type Read,
} from './queries.ts';

/** Where reads get what they answer. */
export interface QuerySources {
  readonly lanes: AccountLanes;
  readonly idIndex: IdIndex;
  readonly store: EventStore;
  readonly priceBooks: PriceBookSource;
  readonly balances: BalanceAsOf;
  readonly readModels: ReadModels;
  readonly clock: Clock;
}

/** The handler of a query, by its name: `GetAccountHandler` and so on. */
function createHandler<Asked, Answered>(
  query: Type<Read<Asked, Answered>>,
  answer: (sources: QuerySources, asked: Asked) => Answered | Promise<Answered>,
): new (sources: QuerySources) => IQueryHandler {
  class Handler implements IQueryHandler<Read<Asked, Answered>> {
    readonly #sources: QuerySources;

    constructor(sources: QuerySources) {
      this.#sources = sources;
    }

    async execute({ asked }: Read<Asked, Answered>): Promise<Answered> {
      return answer(this.#sources, asked);
    }
  }
  Object.defineProperty(Handler, 'name', { value: `${query.name}Handler` });
  QueryHandler(query)(Handler);
  return Handler;
}

/** How fresh a list from the read models is. */
function freshness({ readModels, clock }: QuerySources): { readonly asOf: number; readonly asOfPosition: string } {
  return { asOf: clock.now(), asOfPosition: readModels.progress().position };
}

/** Whether an account is open or closed; undefined if it does not exist. */
function statusIn({ lanes }: QuerySources, accountId: string): Promise<'open' | 'closed' | undefined> {
  return lanes.read(accountId, ({ state }) => {
    if (state.opened === null) return undefined;
    return state.summary.closed ? 'closed' : 'open';
  });
}

/** One account is read in its lane; a list comes from the read models, or from the lane if it is short. */
export const queryHandlers = [
  createHandler(GetAccount, ({ lanes }, { accountId }) =>
    lanes.read(accountId, ({ state, now, revision }) => accountAnswer(state, now, revision)),
  ),

  createHandler(GetBalanceAsOf, ({ balances }, { accountId, moment, client }) =>
    balances.at(accountId, moment, client),
  ),

  createHandler(GetHold, ({ lanes, idIndex }, { accountId, holdId }) =>
    lanes.read(accountId, ({ state }) => {
      if (state.opened === null) return 'account_not_found';
      return holdFacts(state, openIdempotencyIndex(idIndex, accountId, state), holdId) ?? 'hold_not_found';
    }),
  ),

  createHandler(GetOrder, ({ lanes, idIndex }, { accountId, orderId }) =>
    lanes.read(accountId, ({ state, now }) => {
      if (state.opened === null) return 'account_not_found';
      const facts = orderFacts(state, openIdempotencyIndex(idIndex, accountId, state), orderId);
      return facts === undefined ? 'order_not_found' : { facts, now, accountClosed: state.summary.closed };
    }),
  ),

  createHandler(GetQuote, ({ lanes, priceBooks }, { accountId, asked }) =>
    lanes.read(accountId, (read) => quote(read, asked, priceBooks)),
  ),

  createHandler(GetEvents, async ({ store }, { accountId, from, limit }) => {
    return (await store.readStream(accountStream(accountId), from, limit, listCharactersMax)).events;
  }),

  createHandler(ListAccounts, (sources, { prefixes, ...asked }) => {
    const fresh = freshness(sources);
    return readPage<AccountRow>(
      asked,
      fresh,
      ({ opened }) => opened.accountId,
      (after, limit) => sources.readModels.accounts(after, limit, prefixes, fresh.asOf, listCharactersMax),
    );
  }),

  createHandler(ListHolds, async (sources, { accountId, status, ...asked }) => {
    if ((await statusIn(sources, accountId)) === undefined) return 'account_not_found';
    const fresh = freshness(sources);
    const query = { accountId, status, now: fresh.asOf, characters: listCharactersMax };
    return readPage<HoldFacts>(
      asked,
      fresh,
      ({ opening }) => opening.holdId,
      (after, limit) => sources.readModels.holds({ ...query, after, limit }),
    );
  }),

  createHandler(ListOrders, async (sources, { accountId, ...asked }) => {
    const status = await statusIn(sources, accountId);
    if (status === undefined) return 'account_not_found';
    const fresh = freshness(sources);
    return readPage(
      asked,
      fresh,
      ({ facts }) => facts.opening.orderId,
      (after, limit) =>
        sources.readModels
          .orders(accountId, after, limit)
          ?.map((facts) => ({ facts, now: fresh.asOf, accountClosed: status === 'closed' })),
    );
  }),

  createHandler(ListPacks, ({ lanes }, { accountId, ...asked }) =>
    lanes.read(accountId, ({ state, now }) => {
      if (state.opened === null) return 'account_not_found';
      const packs = state.packs.all();
      return readPage<PackFigures>(
        asked,
        { asOf: now },
        ({ packId }) => packId,
        (after, limit) => {
          const from = after === null ? 0 : packs.findIndex(({ packId }) => packId === after) + 1;
          if (after !== null && from === 0) return undefined;
          return packs.slice(from, from + limit).map(packFigures);
        },
      );
    }),
  ),

  createHandler(ListBudgets, ({ lanes }, { accountId, ...asked }) =>
    lanes.read(accountId, ({ state, now }) => {
      if (state.opened === null) return 'account_not_found';
      return readPage<BudgetView>(
        asked,
        { asOf: now },
        ({ name }) => name,
        (after, limit) => state.budgets.page(after, limit).map((budget) => budgetView(budget, now)),
      );
    }),
  ),

  createHandler(ListWarnings, async (sources, { accountId, from, limit }) => {
    if ((await statusIn(sources, accountId)) === undefined) return undefined;
    const fresh = freshness(sources);
    return { rows: sources.readModels.warnings(accountId, from, limit), ...fresh };
  }),
];
