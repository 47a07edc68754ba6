import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetAccount } from '#application';
import { checkpointsQuery, createProblem, logExportBody, type Problem, toInstant } from '#contract';
import { accountStream } from '#domain';
import { Checkpoints, ExportsLog } from '#proofs';
import { sendJson, sendReplayable } from '../http/answers.ts';
import { foreignAccount, mayTouch, readCause, type RouteReply, type RouteRequest } from '../http/caller.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { checkpointAnswer, exportAnswer, signingKeyAnswer } from './proofs.presenter.ts';

/** The routes to checkpoints, to proofs from them, and to the log of exports. */
@Controller('v1')
export class ProofsController {
  readonly #queries: QueryBus;
  readonly #checkpoints: Checkpoints;
  readonly #exports: ExportsLog;

  constructor(queries: QueryBus, checkpoints: Checkpoints, exports: ExportsLog) {
    this.#queries = queries;
    this.#checkpoints = checkpoints;
    this.#exports = exports;
  }

  @Post('checkpoints')
  async make(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    try {
      const made = await this.#checkpoints.make(readCause(request));
      if (made === undefined)
        throw new RequestRefused(createProblem('checkpoint_not_found', { detail: 'there are no events yet' }));
      sendJson(reply, checkpointAnswer(made));
    } catch (error) {
      throw new RequestRefused(problemOfFailure(error));
    }
  }

  @Get('checkpoints')
  async list(
    @Res() reply: RouteReply,
    @Query(new SchemaPipe(checkpointsQuery)) query: Parsed<typeof checkpointsQuery>,
  ): Promise<void> {
    const { before: from, limit } = query;
    const { checkpoints, before } = await this.#checkpoints.list(from ?? null, limit);
    const keys = this.#checkpoints.keys.map(signingKeyAnswer);
    sendJson(reply, { checkpoints: checkpoints.map(checkpointAnswer), before, keys });
  }

  @Get('accounts/:accountId/proof')
  async prove(@Res() reply: RouteReply, @Param('accountId') accountId: string): Promise<void> {
    const found = await this.#checkpoints.prove(accountStream(accountId)).catch(problemOfFailure);
    if (found !== undefined && 'code' in found) throw new RequestRefused(found);
    if (found === undefined) {
      const account = await this.#queries.execute(new GetAccount({ accountId }));
      throw new RequestRefused(createProblem(account === undefined ? 'account_not_found' : 'checkpoint_not_found'));
    }
    const { checkpoint, head, proof } = found;
    const { publicKey } = this.#checkpoints.keys.find(({ keyId }) => keyId === checkpoint.keyId) ?? {};
    sendJson(reply, { checkpoint: checkpointAnswer(checkpoint), publicKey, ...head, ...proof });
  }

  @Post('exports')
  async logExport(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(logExportBody)) body: Parsed<typeof logExportBody>,
  ): Promise<void> {
    const { accounts, from, until, ...rest } = body;
    const bound = request.caller.accountPrefixes !== null;
    if (bound && accounts?.every((prefix) => mayTouch(request.caller, prefix)) !== true)
      throw new RequestRefused(foreignAccount());
    const asked = { ...rest, accounts: accounts ?? null, from: instantOrNull(from), until: instantOrNull(until) };
    const logged = await this.#exports.log(asked, readCause(request));
    if (logged.kind === 'conflict')
      throw new RequestRefused(createProblem('idempotency_conflict', { field: logged.field }));
    sendReplayable(reply, logged.replayed, exportAnswer(logged.made), 201);
  }
}

/** What is neither of the store nor of the key is thrown on, and logged as what broke. */
function problemOfFailure(error: unknown): Problem {
  if (error instanceof Error && error.name === 'ForeignKey') {
    return createProblem('foreign_signing_key', { detail: error.message });
  }
  if (error instanceof Error && error.name === 'CheckpointNotShown') {
    return createProblem('checkpoint_not_found', { detail: error.message });
  }
  throw error;
}

function instantOrNull(time: string | undefined): number | null {
  return time === undefined ? null : toInstant(time);
}
