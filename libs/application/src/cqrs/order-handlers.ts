import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type OrderFacts, orderFacts } from '#domain';
import { AccountLanes } from '../lanes/account-lanes.ts';
import { idempotencyIndexOf } from '../lanes/idempotency-index.ts';
import { Clock } from '../ports/clock.ts';
import { IdIndex } from '../ports/id-index.ts';
import { ReadModels } from '../ports/read-models.ts';
import { GetOrder, type Listed, ListOrders, type SeenOrder } from './queries.ts';

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  readonly #lanes: AccountLanes;
  readonly #idIndex: IdIndex;

  constructor(lanes: AccountLanes, idIndex: IdIndex) {
    this.#lanes = lanes;
    this.#idIndex = idIndex;
  }

  execute({ accountId, orderId }: GetOrder): Promise<{ account: boolean; order: SeenOrder | undefined }> {
    return this.#lanes.look(accountId, ({ state, now }) => {
      const facts = orderFacts(state, idempotencyIndexOf(this.#idIndex, accountId, state), orderId);
      const order = facts === undefined ? undefined : { facts, now, accountClosed: state.summary.closed };
      return { account: state.opened !== null, order };
    });
  }
}

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  readonly #views: ReadModels;
  readonly #clock: Clock;

  constructor(views: ReadModels, clock: Clock) {
    this.#views = views;
    this.#clock = clock;
  }

  execute({ accountId, after, limit }: ListOrders): Promise<Listed<OrderFacts> | undefined> {
    const asOf = this.#clock.now();
    const { position } = this.#views.progress();
    const rows = this.#views.orders(accountId, after, limit);
    return Promise.resolve(rows && { rows, asOf, asOfPosition: position });
  }
}
