import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { GetOrder, ListOrders, orderAnswer, PaymentChannels } from '#application';
import { listOrdersQuery, openOrderBody } from '#contract';
import { found, sendJson, sendPage } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
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
    sendJson(reply, orderAnswer(accountId, found(await this.#queries.execute(new GetOrder({ accountId, orderId })))));
  }

  @Get()
  async list(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Query(new SchemaPipe(listOrdersQuery)) query: Parsed<typeof listOrdersQuery>,
  ): Promise<void> {
    const { after = null, limit } = query;
    const page = await this.#queries.execute(new ListOrders({ accountId, after, limit }));
    sendPage(reply, page, ['orders', 'an order'], (order) => orderAnswer(accountId, order));
  }
}
