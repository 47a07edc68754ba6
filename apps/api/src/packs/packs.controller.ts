import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { GetPacks, packAnswer, timeText } from '#application';
import { listPacksQuery, problemOf, refundPackBody, takePackBody } from '#contract';
import { sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { unknownCursor } from '../http/list-frame.ts';
import { sendCommand } from '../http/run-command.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { acquirePack, refundPack } from './packs.commands.ts';

/** The routes to the resource packs of an account. */
@Controller('v1/accounts/:accountId/packs')
export class PacksController {
  readonly #commands: CommandBus;
  readonly #queries: QueryBus;

  constructor(commands: CommandBus, queries: QueryBus) {
    this.#commands = commands;
    this.#queries = queries;
  }

  @Post()
  take(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(takePackBody)) body: Parsed<typeof takePackBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, acquirePack(body));
  }

  @Post(':packId/refund')
  refund(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('packId') packId: string,
    @Body(new SchemaPipe(refundPackBody)) body: Parsed<typeof refundPackBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, refundPack(packId, body));
  }

  @Get()
  async list(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Query(new SchemaPipe(listPacksQuery)) query: Parsed<typeof listPacksQuery>,
  ): Promise<void> {
    const { after, limit } = query;
    const page = await this.#queries.execute(new GetPacks(accountId, after ?? null, limit));
    if (page === undefined) {
      sendProblem(reply, problemOf('account_not_found'));
      return;
    }
    if (page === 'unknown-after') {
      sendProblem(reply, unknownCursor('a pack'));
      return;
    }
    const last = page.packs.length < limit ? null : (page.packs.at(-1)?.packId ?? null);
    const packs = page.packs.map((pack) => packAnswer(accountId, pack));
    sendJson(reply, { packs, after: last, asOf: timeText(page.asOf) });
  }
}
