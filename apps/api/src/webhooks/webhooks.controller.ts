import { Body, Controller, Delete, Get, Post, Req, Res } from '@nestjs/common';
import { EventStore } from '#application';
import {
  createInvalidRequest,
  createProblem,
  type RegisterWebhookBody,
  registerWebhookBody,
  replayBody,
  rotateSecretBody,
  toInstant,
  webhookChangeBody,
} from '#contract';
import { accountEventTypes } from '#domain';
import { checkpointSigned } from '#proofs';
import { type Changed, type Endpoint, lastProgress, readName, type WebhookRefusal, WebhookRegister } from '#webhooks';
import { sendJson } from '../http/answers.ts';
import { foreignAccount, mayTouch, readCause, type RouteReply, type RouteRequest } from '../http/caller.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { problemOfWebhook, webhookAnswer } from './webhooks.presenter.ts';

const ledgerNames: ReadonlySet<string> = new Set([readName(checkpointSigned)]);

/** The newest version of each type of event; all before it may be in the log, too. */
const newestVersions: ReadonlyMap<string, number> = new Map(
  [...accountEventTypes, checkpointSigned].map((type) => [readName(type), readVersion(type) ?? 1]),
);

/** The routes to the endpoints that events are delivered to. A key that is bound to accounts sees only endpoints that are. */
@Controller('v1/webhooks')
export class WebhooksController {
  readonly #register: WebhookRegister;
  readonly #store: EventStore;

  constructor(register: WebhookRegister, store: EventStore) {
    this.#register = register;
    this.#store = store;
  }

  @Post()
  async register(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(registerWebhookBody)) body: Parsed<typeof registerWebhookBody>,
  ): Promise<void> {
    const { webhookId, url, description = null, eventTypes = null } = body;
    const unknown = unknownType(body);
    if (unknown !== undefined) throw new RequestRefused(createInvalidRequest([unknown]));
    // An endpoint never gets what the key that registers it may not read.
    const accountPrefixes = body.accountPrefixes ?? request.caller.accountPrefixes;
    if (!reaches(request, accountPrefixes)) throw new RequestRefused(foreignAccount());
    const ofLedger = (eventTypes ?? []).findIndex((type) => ledgerNames.has(readName(type)));
    if (ofLedger >= 0 && accountPrefixes !== null) {
      const detail = 'checkpoints are of all accounts: neither the endpoint nor its key may have account prefixes';
      throw new RequestRefused(createInvalidRequest([{ pointer: `/eventTypes/${String(ofLedger)}`, detail }]));
    }
    const byBoundKey = request.caller.accountPrefixes !== null;
    const wanted = { webhookId, url, description, eventTypes, accountPrefixes, byBoundKey };
    await this.#answer(reply, await this.#register.register(wanted, readCause(request)), 201);
  }

  @Get()
  async list(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    await this.#register.refresh();
    const seen = this.#register.list().filter(({ accountPrefixes }) => reaches(request, accountPrefixes));
    sendJson(reply, { webhooks: await Promise.all(seen.map((endpoint) => this.#view(endpoint))) });
  }

  @Get(':webhookId')
  async get(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    sendJson(reply, await this.#view(await this.#seen(request)));
  }

  @Post(':webhookId/disable')
  disable(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(webhookChangeBody)) { reason }: Parsed<typeof webhookChangeBody>,
  ): Promise<void> {
    return this.#change(request, reply, ({ webhookId }) =>
      this.#register.disable(webhookId, 'operator', reason, readCause(request)),
    );
  }

  @Post(':webhookId/enable')
  enable(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(webhookChangeBody)) { reason }: Parsed<typeof webhookChangeBody>,
  ): Promise<void> {
    return this.#change(request, reply, ({ webhookId }) =>
      this.#register.enable(webhookId, reason, readCause(request)),
    );
  }

  @Post(':webhookId/secrets')
  rotate(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(rotateSecretBody)) { secretId, graceSeconds }: Parsed<typeof rotateSecretBody>,
  ): Promise<void> {
    const rotated = ({ webhookId }: Endpoint): Promise<Changed | WebhookRefusal> =>
      this.#register.rotate(webhookId, secretId, graceSeconds * 1_000, readCause(request));
    return this.#change(request, reply, rotated, 201);
  }

  @Post(':webhookId/replay')
  replay(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Body(new SchemaPipe(replayBody)) { after, since }: Parsed<typeof replayBody>,
  ): Promise<void> {
    return this.#change(request, reply, ({ webhookId, position }) => {
      // Positions of one store are of one length, and what is none would keep the endpoint from being delivered to.
      if (after !== undefined && after !== '' && after.length !== position.length) return Promise.resolve('after');
      const from = after === undefined ? { since: toInstant(since ?? '') } : { after };
      return this.#register.replay(webhookId, from, readCause(request));
    });
  }

  @Delete(':webhookId')
  async delete(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const endpoint = await this.#seen(request);
    await this.#answer(reply, await this.#register.delete(endpoint.webhookId, readCause(request)));
  }

  /** @param change gives the name of a field that cannot be taken, or what the register says. */
  async #change(
    request: RouteRequest,
    reply: RouteReply,
    change: (endpoint: Endpoint) => Promise<Changed | WebhookRefusal | 'after'>,
    status: 200 | 201 = 200,
  ): Promise<void> {
    const changed = await change(await this.#seen(request));
    if (changed === 'after')
      throw new RequestRefused(
        createInvalidRequest([{ pointer: '/after', detail: 'it is no position of this ledger' }]),
      );
    await this.#answer(reply, changed, status);
  }

  /** The endpoint of the path, if the caller may see it. @throws RequestRefused */
  async #seen(request: RouteRequest): Promise<Endpoint> {
    await this.#register.refresh();
    const endpoint = this.#register.get(request.params.webhookId);
    if (endpoint !== undefined && reaches(request, endpoint.accountPrefixes)) return endpoint;
    throw new RequestRefused(createProblem('webhook_not_found'));
  }

  async #answer(reply: RouteReply, changed: Changed | WebhookRefusal, status: 200 | 201 = 200): Promise<void> {
    if ('code' in changed) throw new RequestRefused(problemOfWebhook(changed));
    const { endpoint, secret } = changed;
    sendJson(reply, { ...(await this.#view(endpoint)), ...(secret !== undefined && { secret }) }, status);
  }

  async #view(endpoint: Endpoint): Promise<object> {
    return webhookAnswer(endpoint, await lastProgress(this.#store, endpoint.webhookId));
  }
}

/** Whether the caller may see all accounts of an endpoint. */
function reaches({ caller }: RouteRequest, prefixes: readonly string[] | null): boolean {
  if (caller.accountPrefixes === null) return true;
  return prefixes?.every((prefix) => mayTouch(caller, prefix)) === true;
}

function unknownType({ eventTypes = [] }: RegisterWebhookBody): { pointer: string; detail: string } | undefined {
  const index = eventTypes.findIndex((type) => (readVersion(type) ?? 1) > (newestVersions.get(readName(type)) ?? 0));
  return index < 0 ? undefined : { pointer: `/eventTypes/${String(index)}`, detail: 'no event has this type' };
}

function readVersion(type: string): number | undefined {
  const digits = /\.v(\d+)$/.exec(type)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
