import { Body, Controller, Get, Param, Put, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ListBudgets } from '#application';
import { listBudgetsQuery, setBudgetBody } from '#contract';
import { sendPage } from '../http/answers.ts';
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
    const { after = null, limit } = query;
    const page = await this.#queries.execute(new ListBudgets({ accountId, after, limit }));
    sendPage(reply, page, ['budgets', 'a budget'], (budget) => budget);
  }
}
