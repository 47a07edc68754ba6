import { Controller, Delete, Get, Post, Req, Res } from '@nestjs/common';
import { createKeyBody, instantOf, parse, problemOf } from '#contract';
import { KeyRegistry, timeText, timeTextOrNull, type KeyRow } from '#application';
import { sendJson, sendProblem } from './answers.ts';
import type { DoorReply, DoorRequest } from './caller.ts';

/** The doors by which API keys are made, listed and revoked. */
@Controller('v1/keys')
export class KeysController {
  readonly #keys: KeyRegistry;

  constructor(keys: KeyRegistry) {
    this.#keys = keys;
  }

  @Post()
  async create(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    const body = parse(createKeyBody, request.body);
    if (!body.ok) {
      sendProblem(reply, body.problem);
      return;
    }
    const { name, scopes, accountPrefixes, expiresAt } = body.value;
    const wanted = {
      name,
      scopes,
      accountPrefixes: accountPrefixes ?? null,
      expiresAt: expiresAt === undefined ? null : instantOf(expiresAt),
    };
    const made = await this.#keys.create(wanted, { actor: request.caller.keyId, correlationId: request.id });
    if (made === undefined) {
      sendProblem(reply, problemOf('too_many_keys'));
      return;
    }
    sendJson(reply, { ...keyView(made.row), key: made.text }, 201);
  }

  @Get()
  list(@Res() reply: DoorReply): void {
    sendJson(reply, { keys: this.#keys.list().map(keyView) });
  }

  @Delete(':keyId')
  async revoke(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    const { keyId } = request.params;
    await this.#keys.revoke(keyId, { actor: request.caller.keyId, correlationId: request.id });
    const row = this.#keys.list().find((key) => key.keyId === keyId);
    if (row === undefined) {
      sendProblem(reply, problemOf('key_not_found'));
      return;
    }
    sendJson(reply, keyView(row));
  }
}

function keyView({ keyId, name, scopes, accountPrefixes, at, expiresAt, revokedAt }: KeyRow): object {
  return {
    keyId,
    name,
    scopes,
    accountPrefixes,
    createdAt: timeText(at),
    expiresAt: timeTextOrNull(expiresAt),
    revokedAt: timeTextOrNull(revokedAt),
  };
}
