import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { GetAccount, GetOrder, ListOrders, orderAnswer, PaymentChannels } from '#application';
import { listOrdersQuery, openOrderBody, problemOf } from '#contract';
import { sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { listFrame, unknownCursor } from '../http/list-frame.ts';
import { sendCommand } from '../http/run-command.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { openOrder } from './orders.commands.ts';

/** The routes to orders that top an account up. */
@Controller('v1/accounts/:accountId/orders')
export class OrdersController {
  readonly #commands: CommandBus;
  readonly #queries: QueryBus;
  readonly #channels: PaymentChannels;

  constructor(commands: CommandBus, queries: QueryBus, channels: PaymentChannels) {
    this.#commands = commands;
    this.#queries = queries;
    this.#channels = channels;
  }

  @Post()
  open(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(openOrderBody)) body: Parsed<typeof openOrderBody>,
  ): Promise<void> {
    const channelKnown = this.#channels.named(body.channel) !== undefined;
    return sendCommand(this.#commands, request, reply, openOrder(body, channelKnown));
  }

  @Get(':orderId')
  async get(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Param('orderId') orderId: string,
  ): Promise<void> {
    const { account, order } = await this.#queries.execute(new GetOrder(accountId, orderId));
    if (order !== undefined) {
      sendJson(reply, orderAnswer(accountId, order.facts, order.now, order.accountClosed));
      return;
    }
    sendProblem(reply, problemOf(account ? 'order_not_found' : 'account_not_found'));
  }

  @Get()
  async list(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Query(new SchemaPipe(listOrdersQuery)) query: Parsed<typeof listOrdersQuery>,
  ): Promise<void> {
    const account = await this.#queries.execute(new GetAccount(accountId));
    if (account === undefined) {
      sendProblem(reply, problemOf('account_not_found'));
      return;
    }
    const { after, limit } = query;
    const listed = await this.#queries.execute(new ListOrders(accountId, after ?? null, limit));
    if (listed === undefined) {
      sendProblem(reply, unknownCursor('an order'));
      return;
    }
    const closed = account.status === 'closed';
    const orders = listed.rows.map((facts) => orderAnswer(accountId, facts, listed.asOf, closed));
    sendJson(reply, { orders, ...listFrame(listed, limit, ({ opening }) => opening.orderId) });
  }
}
