import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { billDaysMax, BillRuns, Bills, billSummary, Clock } from '#application';
import { afterRevisionQuery, billRunBody, billsQuery, createInvalidRequest, type FieldError } from '#contract';
import { billHtml, dateAfter, statementHtml } from '#domain';
import { found, sendJson } from '../http/answers.ts';
import { readCause, type RouteReply, type RouteRequest } from '../http/caller.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { sendDocument } from './bills.presenter.ts';

/** How long a run is waited for before the answer says how far it has come, in ms. */
const runAwaitedMs = 20_000;

/** Days of a list without `from`. */
const listedDays = 31;

/** Of a calendar in which every day is as long. */
const dayMs = 24 * 60 * 60 * 1_000;

/** The routes to bills and statements. */
@Controller('v1')
export class BillsController {
  readonly #bills: Bills;
  readonly #runs: BillRuns;
  readonly #clock: Clock;

  constructor(bills: Bills, runs: BillRuns, clock: Clock) {
    this.#bills = bills;
    this.#runs = runs;
    this.#clock = clock;
  }

  @Get('accounts/:accountId/bills')
  async list(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Query(new SchemaPipe(billsQuery)) query: Parsed<typeof billsQuery>,
  ): Promise<void> {
    // The last day that can be billed anywhere.
    const to = query.to ?? new Date(this.#clock.now()).toISOString().slice(0, 10);
    const from = query.from ?? dateAfter(to, 1 - listedDays);
    const error = validatePeriod(from, to);
    if (error !== undefined) throw new RequestRefused(createInvalidRequest([error]));
    const bills = await this.#bills.list(accountId, from, to);
    sendJson(reply, { accountId, bills: found(bills).map(billSummary) });
  }

  @Get('accounts/:accountId/bills/:date')
  async get(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Param('date') date: string,
  ): Promise<void> {
    const bill = await this.#bills.bill(accountId, date, request.raw.socket);
    sendDocument(request, reply, bill, billHtml);
  }

  @Get('accounts/:accountId/bills/:date/revisions')
  async entries(
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Param('date') date: string,
    @Query(new SchemaPipe(afterRevisionQuery)) query: Parsed<typeof afterRevisionQuery>,
  ): Promise<void> {
    const { after = -1, limit } = query;
    const page = await this.#bills.entries(accountId, date, after, limit);
    sendJson(reply, { accountId, date, ...found(page) });
  }

  @Get('accounts/:accountId/statements/:month')
  async statement(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('accountId') accountId: string,
    @Param('month') month: string,
  ): Promise<void> {
    const statement = await this.#bills.statement(accountId, month, request.raw.socket);
    sendDocument(request, reply, statement, statementHtml);
  }

  @Post('bill-runs')
  async run(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(billRunBody)) body: Parsed<typeof billRunBody>,
  ): Promise<void> {
    const { date } = body;
    const { progress, end } = this.#runs.upTo(date, request.caller.accountPrefixes ?? [], readCause(request));
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([end, new Promise((resolve) => (timer = setTimeout(resolve, runAwaitedMs)))]);
    clearTimeout(timer);
    const { done, accounts, bills, failed } = progress;
    sendJson(reply, { date, done, accounts, bills, failed });
  }
}

/** A list of bills is never cut: what is too long is said to be. */
function validatePeriod(from: string, to: string): FieldError | undefined {
  if (from > to) return { pointer: '/from', detail: `it is after to, which is ${to}` };
  const days = 1 + (Date.parse(to) - Date.parse(from)) / dayMs;
  if (days <= billDaysMax) return undefined;
  const detail = `a list has at most ${String(billDaysMax)} days, and up to ${to} these are ${String(days)}`;
  return { pointer: '/from', detail };
}
