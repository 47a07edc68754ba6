import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { listPacksQuery, parse, problemOf, refundPackBody, takePackBody } from '#contract';
import { GetPacks, packAnswer, timeText } from '#application';
import { sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { answerCommand } from '../http/run-command.ts';
import { unknownCursor } from '../http/list-frame.ts';
import { refundPack, takePack } from './packs.commands.ts';

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
  take(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, takePackBody, takePack);
  }

  @Post(':packId/refund')
  refund(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const { packId } = request.params;
    return answerCommand(this.#commands, request, reply, refundPackBody, (body) => refundPack(packId, body));
  }

  @Get()
  async list(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const query = parse(listPacksQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const { accountId } = request.params;
    const { after, limit } = query.value;
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
