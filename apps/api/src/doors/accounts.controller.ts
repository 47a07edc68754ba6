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
  problemOfFaults,
  withdrawalBody,
  type Problem,
} from '#contract';
import { accountStream } from '#domain';
import {
  accountCommand,
  GetAccount,
  GetBalanceAsOf,
  GetEvents,
  holdAnswer,
  ListAccounts,
  openedAnswer,
  packAnswer,
  timeText,
  VisibleBooks,
  type AccountAnswer,
  type RecordedEvent,
} from '#application';
import { problemOfRefusal, sendAnswer, sendJson, sendProblem } from './answers.ts';
import { foreignAccount, mayTouch, type DoorReply, type DoorRequest } from './caller.ts';
import { requestOf, throughDoor } from './command-door.ts';
import { adjust, changeStatus, close, deposit, openAccount, withdraw } from './commands.ts';
import { changeTerms } from './terms-command.ts';
import { listFrame } from './list-frame.ts';

/** The doors to an account and its money. */
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
  async open(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
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
    const command = requestOf(request, openAccount(body.value));
    sendAnswer(reply, await this.#commands.execute(accountCommand(accountId, command)));
  }

  @Post(':accountId/deposits')
  deposit(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    return throughDoor(this.#commands, request, reply, depositBody, deposit);
  }

  @Post(':accountId/withdrawals')
  withdraw(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    return throughDoor(this.#commands, request, reply, withdrawalBody, withdraw);
  }

  @Post(':accountId/adjustments')
  adjust(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    return throughDoor(this.#commands, request, reply, adjustmentBody, adjust);
  }

  @Post(':accountId/suspend')
  suspend(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    return throughDoor(this.#commands, request, reply, changeStatusBody, (body) => changeStatus('suspend', body));
  }

  @Post(':accountId/resume')
  resume(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    return throughDoor(this.#commands, request, reply, changeStatusBody, (body) => changeStatus('resume', body));
  }

  @Post(':accountId/terms')
  async changeTerms(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    const body = parse(changeTermsBody, request.body);
    if (body.ok && !(await this.#mayName(request, body.value.priceBook))) {
      sendProblem(reply, problemOfRefusal(noSuchBook));
      return;
    }
    await throughDoor(this.#commands, request, reply, changeTermsBody, changeTerms);
  }

  @Post(':accountId/close')
  close(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    return throughDoor(this.#commands, request, reply, closeBody, close);
  }

  @Get()
  async list(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    const query = parse(listAccountsQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const { after, limit } = query.value;
    const prefixes = request.caller.accountPrefixes ?? [];
    const listed = await this.#queries.execute(new ListAccounts(after ?? null, limit, prefixes));
    const accounts = listed.rows.map((row) => ({ ...accountView({ ...row, asOf: listed.asOf }), fault: row.fault }));
    sendJson(reply, { accounts, ...listFrame(listed, limit, (row) => row.opened.accountId) });
  }

  @Get(':accountId')
  async get(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    const account = await this.#queries.execute(new GetAccount(request.params.accountId));
    if (account === undefined) {
      sendProblem(reply, problemOf('account_not_found'));
      return;
    }
    sendJson(reply, accountView(account));
  }

  @Get(':accountId/balance')
  async balance(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
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
      sendProblem(reply, notThen(await this.#queries.execute(new GetAccount(accountId)), revision));
      return;
    }
    const { status, balance, openHolds, budgets, asOf } = seen;
    const holds = seen.holds.map((hold) => holdAnswer(accountId, hold));
    const packs = seen.packs.map((pack) => packAnswer(accountId, pack));
    sendJson(reply, {
      accountId,
      status,
      balance,
      openHolds,
      holds,
      budgets,
      packs,
      revision: seen.revision,
      asOf: timeText(asOf),
    });
  }

  @Get(':accountId/events')
  async events(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
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
    sendJson(reply, { stream: accountStream(accountId), events: events.map(eventView), next });
  }

  /** Whether the caller may put an account on a price book, if it names one. */
  async #mayName({ caller }: DoorRequest, priceBook: string | null | undefined): Promise<boolean> {
    if (typeof priceBook !== 'string' || caller.accountPrefixes === null) return true;
    return (await this.#books.find(priceBook, caller.accountPrefixes)) !== undefined;
  }
}

/** What the ledger says of a price book that does not exist, of one that the caller may not see. */
const noSuchBook = { kind: 'refused', code: 'invalid_request', field: 'priceBook' } as const;

/** Why there is no balance as of a moment. */
function notThen(account: AccountAnswer | undefined, revision: number | undefined): Problem {
  if (account === undefined) return problemOf('account_not_found');
  if (revision !== undefined) {
    const detail = `the account is at revision ${String(account.revision)}: there is none beyond it yet`;
    return problemOfFaults([{ pointer: '/revision', detail }]);
  }
  const detail = `the account was opened later, at ${timeText(account.opened.at)}`;
  return problemOf('account_not_found', { detail, field: 'at' });
}

function accountView(account: AccountAnswer): object {
  const { opened, terms, status, suspendedFor, balance, openHolds, revision, asOf } = account;
  return {
    ...openedAnswer(opened),
    ...terms,
    status,
    suspendedFor,
    balance,
    openHolds,
    revision,
    asOf: timeText(asOf),
  };
}

function eventView({ id, type, revision, position, recordedAt, data, metadata, hash }: RecordedEvent): object {
  return { eventId: id, type, revision, position, recordedAt: timeText(recordedAt), data, metadata, hash };
}
