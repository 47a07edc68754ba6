import { Body, Controller, Get, Param, Put, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ListWarnings, timeText } from '#application';
import { eventsQuery, setWarningsBody } from '#contract';
import { changeTerms } from '../accounts/terms.commands.ts';
import { found, sendJson } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { sendCommand } from '../http/run-command.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { warningAnswer } from './warnings.presenter.ts';

/** The routes to the warnings of an account. */
@Controller('v1/accounts/:accountId/warnings')
export class WarningsController {
  readonly #commands: CommandBus;
  readonly #queries: QueryBus;

  constructor(commands: CommandBus, queries: QueryBus) {
    this.#commands = commands;
    this.#queries = queries;
  }

  @Put()
  set(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(setWarningsBody)) body: Parsed<typeof setWarningsBody>,
  ): Promise<void> {
    const { changeId, reason, ...warnings } = body;
    return sendCommand(this.#commands, request, reply, changeTerms({ changeId, reason, warnings }));
  }

  @Get()
  async list(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Query(new SchemaPipe(eventsQuery)) query: Parsed<typeof eventsQuery>,
  ): Promise<void> {
    const { from, limit } = query;
    const seen = await this.#queries.execute(new ListWarnings({ accountId, from, limit }));
    const { rows, asOf, asOfPosition } = found(seen ?? 'account_not_found');
    const next = (rows.at(-1)?.revision ?? from - 1) + 1;
    sendJson(reply, { warnings: rows.map(warningAnswer), next, asOf: timeText(asOf), asOfPosition });
  }
}
