import { Controller, Get, Put, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { listBudgetsQuery, parse, problemOf, setBudgetBody } from '#contract';
import { GetBudgets, timeText } from '#application';
import { sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { answerCommand } from '../http/run-command.ts';
import { setBudget } from './budgets.commands.ts';

/** The routes to the budgets of an account. */
@Controller('v1/accounts/:accountId/budgets')
export class BudgetsController {
  readonly #commands: CommandBus;
  readonly #queries: QueryBus;

  constructor(commands: CommandBus, queries: QueryBus) {
    this.#commands = commands;
    this.#queries = queries;
  }

  @Put(':name')
  set(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, setBudgetBody, (body) => setBudget(request.params.name, body));
  }

  @Get()
  async list(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const query = parse(listBudgetsQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const { after, limit } = query.value;
    const page = await this.#queries.execute(new GetBudgets(request.params.accountId, after ?? null, limit));
    if (page === undefined) {
      sendProblem(reply, problemOf('account_not_found'));
      return;
    }
    const { budgets, asOf } = page;
    const last = budgets.length < limit ? null : (budgets.at(-1)?.name ?? null);
    sendJson(reply, { budgets, after: last, asOf: timeText(asOf) });
  }
}
