import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ListPacks, packAnswer } from '#application';
import { listPacksQuery, refundPackBody, takePackBody } from '#contract';
import { sendPage } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
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
    const { after = null, limit } = query;
    const page = await this.#queries.execute(new ListPacks({ accountId, after, limit }));
    sendPage(reply, page, ['packs', 'a pack'], (pack) => packAnswer(accountId, pack));
  }
}
