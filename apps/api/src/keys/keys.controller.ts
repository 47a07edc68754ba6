import { Body, Controller, Delete, Get, Param, Post, Req, Res } from '@nestjs/common';
import { KeyRegistry } from '#application';
import { createKeyBody, createProblem, toInstant } from '#contract';
import { sendJson } from '../http/answers.ts';
import { readCause, type RouteReply, type RouteRequest } from '../http/caller.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { keyAnswer } from './keys.presenter.ts';

/** The routes by which API keys are made, listed and revoked. */
@Controller('v1/keys')
export class KeysController {
  readonly #keys: KeyRegistry;

  constructor(keys: KeyRegistry) {
    this.#keys = keys;
  }

  @Post()
  async create(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(createKeyBody)) body: Parsed<typeof createKeyBody>,
  ): Promise<void> {
    const { name, scopes, accountPrefixes, expiresAt } = body;
    const wanted = {
      name,
      scopes,
      accountPrefixes: accountPrefixes ?? null,
      expiresAt: expiresAt === undefined ? null : toInstant(expiresAt),
    };
    const made = await this.#keys.create(wanted, readCause(request));
    if (made === undefined) throw new RequestRefused(createProblem('too_many_keys'));
    sendJson(reply, { ...keyAnswer(made.row), key: made.text }, 201);
  }

  @Get()
  list(@Res() reply: RouteReply): void {
    sendJson(reply, { keys: this.#keys.list().map(keyAnswer) });
  }

  @Delete(':keyId')
  async revoke(@Req() request: RouteRequest, @Res() reply: RouteReply, @Param('keyId') keyId: string): Promise<void> {
    await this.#keys.revoke(keyId, readCause(request));
    const row = this.#keys.list().find((key) => key.keyId === keyId);
    if (row === undefined) throw new RequestRefused(createProblem('key_not_found'));
    sendJson(reply, keyAnswer(row));
  }
}
