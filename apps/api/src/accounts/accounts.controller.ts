import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  adjustmentBody,
  balanceQuery,
  changeStatusBody,
  closeBody,
  changeTermsBody,
  depositBody,
  eventsQuery,
  instantOf,
  listAccountsQuery,
  openAccountBody,
  parse,
  problemOf,
  withdrawalBody,
} from '#contract';
import { accountStream } from '#domain';
import { accountCommand, GetAccount, GetBalanceAsOf, GetEvents, ListAccounts, VisibleBooks } from '#application';
import { problemOfRefusal, sendAnswer, sendJson, sendProblem } from '../http/answers.ts';
import { foreignAccount, mayTouch, type RouteReply, type RouteRequest } from '../http/caller.ts';
import { requestFrom, answerCommand } from '../http/run-command.ts';
import { adjust, changeStatus, close, deposit, openAccount, withdraw } from './accounts.commands.ts';
import { changeTerms } from './terms.commands.ts';
import { accountAnswer, balanceAnswer, eventAnswer, problemOfMoment } from './accounts.presenter.ts';
import { listFrame } from '../http/list-frame.ts';

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
  async open(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const body = parse(openAccountBody, request.body);
    if (!body.ok) {
      sendProblem(reply, body.problem);
      return;
    }
    const { accountId } = body.value;
    if (!mayTouch(request.caller, accountId)) {
      sendProblem(reply, foreignAccount());
      return;
    }
    if (!(await this.#mayName(request, body.value.priceBook))) {
      sendProblem(reply, problemOfRefusal(noSuchBook));
      return;
    }
    const command = requestFrom(request, openAccount(body.value));
    sendAnswer(reply, await this.#commands.execute(accountCommand(accountId, command)));
  }

  @Post(':accountId/deposits')
  deposit(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, depositBody, deposit);
  }

  @Post(':accountId/withdrawals')
  withdraw(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, withdrawalBody, withdraw);
  }

  @Post(':accountId/adjustments')
  adjust(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, adjustmentBody, adjust);
  }

  @Post(':accountId/suspend')
  suspend(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, changeStatusBody, (body) => changeStatus('suspend', body));
  }

  @Post(':accountId/resume')
  resume(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, changeStatusBody, (body) => changeStatus('resume', body));
  }

  @Post(':accountId/terms')
  async changeTerms(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const body = parse(changeTermsBody, request.body);
    if (body.ok && !(await this.#mayName(request, body.value.priceBook))) {
      sendProblem(reply, problemOfRefusal(noSuchBook));
      return;
    }
    await answerCommand(this.#commands, request, reply, changeTermsBody, changeTerms);
  }

  @Post(':accountId/close')
  close(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, closeBody, close);
  }

  @Get()
  async list(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const query = parse(listAccountsQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const { after, limit } = query.value;
    const prefixes = request.caller.accountPrefixes ?? [];
    const listed = await this.#queries.execute(new ListAccounts(after ?? null, limit, prefixes));
    const accounts = listed.rows.map((row) => ({ ...accountAnswer({ ...row, asOf: listed.asOf }), fault: row.fault }));
    sendJson(reply, { accounts, ...listFrame(listed, limit, (row) => row.opened.accountId) });
  }

  @Get(':accountId')
  async get(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const account = await this.#queries.execute(new GetAccount(request.params.accountId));
    if (account === undefined) {
      sendProblem(reply, problemOf('account_not_found'));
      return;
    }
    sendJson(reply, accountAnswer(account));
  }

  @Get(':accountId/balance')
  async balance(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const query = parse(balanceQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const { accountId } = request.params;
    const { at, revision } = query.value;
    // Without either it is as of now, and so is any time to come.
    const moment = revision === undefined ? { at: at === undefined ? Infinity : instantOf(at) } : { revision };
    const seen = await this.#queries.execute(new GetBalanceAsOf(accountId, moment, request.raw.socket));
    if (seen === undefined) {
      sendProblem(reply, problemOfMoment(await this.#queries.execute(new GetAccount(accountId)), revision));
      return;
    }
    sendJson(reply, balanceAnswer(accountId, seen));
  }

  @Get(':accountId/events')
  async events(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const query = parse(eventsQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const { accountId } = request.params;
    const { from, limit } = query.value;
    const events = await this.#queries.execute(new GetEvents(accountId, from, limit));
    if (events.length === 0 && (await this.#queries.execute(new GetAccount(accountId))) === undefined) {
      sendProblem(reply, problemOf('account_not_found'));
      return;
    }
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
