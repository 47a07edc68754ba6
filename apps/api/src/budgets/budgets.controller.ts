import { Body, Controller, Get, Param, Put, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { GetBudgets, timeText } from '#application';
import { listBudgetsQuery, problemOf, setBudgetBody } from '#contract';
import { sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { sendCommand } from '../http/run-command.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
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
  set(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('name') name: string,
    @Body(new SchemaPipe(setBudgetBody)) body: Parsed<typeof setBudgetBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, setBudget(name, body));
  }

  @Get()
  async list(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Query(new SchemaPipe(listBudgetsQuery)) query: Parsed<typeof listBudgetsQuery>,
  ): Promise<void> {
    const { after, limit } = query;
    const page = await this.#queries.execute(new GetBudgets(accountId, after ?? null, limit));
    if (page === undefined) {
      sendProblem(reply, problemOf('account_not_found'));
      return;
    }
    const { budgets, asOf } = page;
    const last = budgets.length < limit ? null : (budgets.at(-1)?.name ?? null);
    sendJson(reply, { budgets, after: last, asOf: timeText(asOf) });
  }
}
