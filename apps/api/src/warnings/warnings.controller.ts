import { Controller, Get, Put, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { eventsQuery, parse, problemOf, setWarningsBody } from '#contract';
import { GetAccount, ListWarnings, timeText } from '#application';
import { warningAnswer } from './warnings.presenter.ts';
import { sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { answerCommand } from '../http/run-command.ts';
import { changeTerms } from '../accounts/terms.commands.ts';

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
  set(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, setWarningsBody, ({ changeId, reason, ...warnings }) =>
      changeTerms({ changeId, reason, warnings }),
    );
  }

  @Get()
  async list(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const query = parse(eventsQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const { accountId } = request.params;
    if ((await this.#queries.execute(new GetAccount(accountId))) === undefined) {
      sendProblem(reply, problemOf('account_not_found'));
      return;
    }
    const { from, limit } = query.value;
    const { rows, asOf, asOfPosition } = await this.#queries.execute(new ListWarnings(accountId, from, limit));
    const warnings = rows.map(warningAnswer);
    const next = (warnings.at(-1)?.revision ?? from - 1) + 1;
    sendJson(reply, { warnings, next, asOf: timeText(asOf), asOfPosition });
  }
}
