import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { GetHold, GetQuote, holdAnswer, ListHolds } from '#application';
import { failBody, freezeBody, listHoldsQuery, quoteBody, releaseBody, settleBody } from '#contract';
import { found, problemOfRefusal, sendJson, sendPage } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { answerCommand } from '../http/run-command.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { fail, freeze, release, settle } from './holds.commands.ts';
import { quoteAnswer } from './holds.presenter.ts';

/** The routes that a gateway uses before and after each call. */
@Controller('v1/accounts/:accountId')
export class HoldsController {
  readonly #commands: CommandBus;
  readonly #queries: QueryBus;

  constructor(commands: CommandBus, queries: QueryBus) {
    this.#commands = commands;
    this.#queries = queries;
  }

  @Post('holds')
  freeze(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, freezeBody, freeze);
  }

  @Post('holds/:holdId/settle')
  settle(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, settleBody, (body) => settle(request.params.holdId, body));
  }

  @Post('holds/:holdId/fail')
  fail(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, failBody, (body) => fail(request.params.holdId, body));
  }

  @Post('holds/:holdId/release')
  release(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, releaseBody, (body) => release(request.params.holdId, body));
  }

  @Get('holds/:holdId')
  async getHold(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Param('holdId') holdId: string,
  ): Promise<void> {
    sendJson(reply, holdAnswer(accountId, found(await this.#queries.execute(new GetHold({ accountId, holdId })))));
  }

  @Get('holds')
  async listHolds(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Query(new SchemaPipe(listHoldsQuery)) query: Parsed<typeof listHoldsQuery>,
  ): Promise<void> {
    const { status = null, after = null, limit } = query;
    const page = await this.#queries.execute(new ListHolds({ accountId, status, after, limit }));
    sendPage(reply, page, ['holds', 'a hold'], (hold) => holdAnswer(accountId, hold));
  }

  @Post('quotes')
  async quote(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Body(new SchemaPipe(quoteBody)) body: Parsed<typeof quoteBody>,
  ): Promise<void> {
    const { product, quantity, budget, ttlSeconds } = body;
    const operator = request.caller.scopes.has('operator');
    const hold = { product, quantity: quantity ?? null, budget: budget ?? null, ttlSeconds: ttlSeconds ?? null };
    const asked = { ...hold, operator };
    const quote = await this.#queries.execute(new GetQuote({ accountId, asked }));
    if (quote.kind === 'refused')
      throw new RequestRefused(problemOfRefusal({ kind: 'refused', ...quote.refusal }, body));
    sendJson(reply, quoteAnswer(accountId, body, quote));
  }
}
