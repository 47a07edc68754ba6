import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { listOrdersQuery, openOrderBody, parse, problemOf } from '#contract';
import { parseMoney } from '#domain';
import { GetAccount, GetOrder, ListOrders, orderAnswer, PaymentChannels } from '#application';
import { sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { answerCommand } from '../http/run-command.ts';
import { listFrame, unknownCursor } from '../http/list-frame.ts';

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
  open(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, openOrderBody, ({ orderId, amount, channel, payer }) => ({
      kind: 'open-order',
      orderId,
      amount: parseMoney(amount),
      channel,
      payer: payer ?? null,
      channelKnown: this.#channels.named(channel) !== undefined,
    }));
  }

  @Get(':orderId')
  async get(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const { accountId, orderId } = request.params;
    const { account, order } = await this.#queries.execute(new GetOrder(accountId, orderId));
    if (order !== undefined) {
      sendJson(reply, orderAnswer(accountId, order.facts, order.now, order.accountClosed));
      return;
    }
    sendProblem(reply, problemOf(account ? 'order_not_found' : 'account_not_found'));
  }

  @Get()
  async list(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const { accountId } = request.params;
    const query = parse(listOrdersQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const account = await this.#queries.execute(new GetAccount(accountId));
    if (account === undefined) {
      sendProblem(reply, problemOf('account_not_found'));
      return;
    }
    const { after, limit } = query.value;
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
