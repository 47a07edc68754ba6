import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  accountCommand,
  type AccountRow,
  GetAccount,
  GetBalanceAsOf,
  GetEvents,
  ListAccounts,
  VisibleBooks,
} from '#application';
import {
  adjustmentBody,
  balanceQuery,
  changeStatusBody,
  changeTermsBody,
  closeBody,
  createProblem,
  depositBody,
  eventsQuery,
  listAccountsQuery,
  openAccountBody,
  toInstant,
  withdrawalBody,
} from '#contract';
import { accountStream } from '#domain';
import { found, problemOfRefusal, sendAnswer, sendJson, sendPage } from '../http/answers.ts';
import { foreignAccount, mayTouch, type RouteReply, type RouteRequest } from '../http/caller.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { requestFrom, sendCommand } from '../http/run-command.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { adjust, changeStatus, close, deposit, openAccount, withdraw } from './accounts.commands.ts';
import { accountAnswer, balanceAnswer, eventAnswer, problemOfMoment } from './accounts.presenter.ts';
import { changeTerms } from './terms.commands.ts';

/** The routes to an account and its money. */
@Controller('v1/accounts')
export class AccountsController {
  readonly #commands: CommandBus;
  readonly #queries: QueryBus;

  readonly #books: VisibleBooks;

  constructor(commands: CommandBus, queries: QueryBus, books: VisibleBooks) {
    this.#commands = commands;
    this.#queries = queries;
    this.#books = books;
  }

  @Post()
  async open(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(openAccountBody)) body: Parsed<typeof openAccountBody>,
  ): Promise<void> {
    const { accountId } = body;
    if (!mayTouch(request.caller, accountId)) throw new RequestRefused(foreignAccount());
    if (!(await this.#mayName(request, body.priceBook))) throw new RequestRefused(problemOfRefusal(noSuchBook));
    const command = requestFrom(request, openAccount(body));
    sendAnswer(reply, await this.#commands.execute(accountCommand(accountId, command)));
  }

  @Post(':accountId/deposits')
  deposit(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(depositBody)) body: Parsed<typeof depositBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, deposit(body));
  }

  @Post(':accountId/withdrawals')
  withdraw(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(withdrawalBody)) body: Parsed<typeof withdrawalBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, withdraw(body));
  }

  @Post(':accountId/adjustments')
  adjust(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(adjustmentBody)) body: Parsed<typeof adjustmentBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, adjust(body));
  }

  @Post(':accountId/suspend')
  suspend(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(changeStatusBody)) body: Parsed<typeof changeStatusBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, changeStatus('suspend', body));
  }

  @Post(':accountId/resume')
  resume(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(changeStatusBody)) body: Parsed<typeof changeStatusBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, changeStatus('resume', body));
  }

  @Post(':accountId/terms')
  async changeTerms(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(changeTermsBody)) body: Parsed<typeof changeTermsBody>,
  ): Promise<void> {
    if (!(await this.#mayName(request, body.priceBook))) throw new RequestRefused(problemOfRefusal(noSuchBook));
    await sendCommand(this.#commands, request, reply, changeTerms(body));
  }

  @Post(':accountId/close')
  close(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(closeBody)) body: Parsed<typeof closeBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, close(body));
  }

  @Get()
  async list(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Query(new SchemaPipe(listAccountsQuery)) query: Parsed<typeof listAccountsQuery>,
  ): Promise<void> {
    const { after = null, limit } = query;
    const prefixes = request.caller.accountPrefixes ?? [];
    const page = await this.#queries.execute(new ListAccounts({ after, limit, prefixes }));
    const show = (row: AccountRow, asOf: number): object => ({ ...accountAnswer({ ...row, asOf }), error: row.error });
    sendPage(reply, page, ['accounts', 'an account'], show);
  }

  @Get(':accountId')
  async get(@Res() reply: RouteReply, @Param('accountId') accountId: string): Promise<void> {
    const account = await this.#queries.execute(new GetAccount({ accountId }));
    sendJson(reply, accountAnswer(found(account ?? 'account_not_found')));
  }

  @Get(':accountId/balance')
  async balance(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Query(new SchemaPipe(balanceQuery)) query: Parsed<typeof balanceQuery>,
  ): Promise<void> {
    const { at, revision } = query;
    // Without either it is as of now, and so is any time to come.
    const moment = revision === undefined ? { at: at === undefined ? Infinity : toInstant(at) } : { revision };
    const seen = await this.#queries.execute(new GetBalanceAsOf({ accountId, moment, client: request.raw.socket }));
    if (seen === undefined)
      throw new RequestRefused(problemOfMoment(await this.#queries.execute(new GetAccount({ accountId })), revision));
    sendJson(reply, balanceAnswer(accountId, seen));
  }

  @Get(':accountId/events')
  async events(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Query(new SchemaPipe(eventsQuery)) query: Parsed<typeof eventsQuery>,
  ): Promise<void> {
    const { from, limit } = query;
    const events = await this.#queries.execute(new GetEvents({ accountId, from, limit }));
    if (events.length === 0 && (await this.#queries.execute(new GetAccount({ accountId }))) === undefined)
      throw new RequestRefused(createProblem('account_not_found'));
    const next = (events.at(-1)?.revision ?? from - 1) + 1;
    sendJson(reply, { stream: accountStream(accountId), events: events.map(eventAnswer), next });
  }

  /** Whether the caller may put an account on a price book, if it names one. */
  async #mayName({ caller }: RouteRequest, priceBook: string | null | undefined): Promise<boolean> {
    if (typeof priceBook !== 'string' || caller.accountPrefixes === null) return true;
    return (await this.#books.find(priceBook, caller.accountPrefixes)) !== undefined;
  }
}

/** What the ledger says of a price book that does not exist, of one that the caller may not see. */
const noSuchBook = { kind: 'refused', code: 'invalid_request', field: 'priceBook' } as const;
