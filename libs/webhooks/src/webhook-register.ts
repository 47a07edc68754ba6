import { type Cause, type Clock, EventSourcedRegister, type EventStore, type RegisterEvent } from '#application';
import { type Endpoint, endpointAfter } from './endpoint.ts';
import { boundEndpointsMax, endpointsMax, endpointsPerBoundKeyMax } from './limits.ts';
import { makeSecret, type SecretSeal } from './sealed-secret.ts';
import { decodeWebhookEvent, type DisabledFor, type WebhookEvent, webhooksStream } from './webhook-events.ts';
import { type UrlRules, validateUrl } from './webhook-url.ts';

export interface EndpointWanted {
  readonly webhookId: string;
  readonly url: string;
  readonly description: string | null;
  readonly eventTypes: readonly string[] | null;
  readonly accountPrefixes: readonly string[] | null;
  /** The key that registers it is bound to accounts. */
  readonly byBoundKey: boolean;
}

/** Where to deliver again from. */
export type ReplayFrom = { readonly after: string } | { readonly since: number };

/** Why an endpoint was not registered or changed. */
export type WebhookRefusal =
  | { readonly code: 'webhook_not_found' | 'webhook_already_exists' }
  | { readonly code: 'too_many_webhooks'; readonly why: string }
  | { readonly code: 'webhook_url_refused'; readonly why: string }
  | { readonly code: 'idempotency_conflict'; readonly field: string };

/** The endpoint after a change; its newest secret where that was just made. */
export interface Changed {
  readonly endpoint: Endpoint;
  readonly secret?: string;
}

/** The endpoints: registered and changed as events of one stream, kept in memory. */
export class WebhookRegister {
  readonly #register: EventSourcedRegister<WebhookEvent>;
  readonly #clock: Clock;
  readonly #seal: SecretSeal;
  readonly #rules: UrlRules;
  readonly #endpoints = new Map<string, Endpoint>();

  /** @param onFatalStoreError the store must not be written to any more: the process has to end. */
  constructor(
    store: EventStore,
    clock: Clock,
    seal: SecretSeal,
    rules: UrlRules,
    onFatalStoreError: (cause: unknown) => void,
  ) {
    const fold = (event: RegisterEvent): void => {
      this.#fold(event);
    };
    this.#register = new EventSourcedRegister({ stream: webhooksStream, store, fold, onFatalStoreError });
    this.#clock = clock;
    this.#seal = seal;
    this.#rules = rules;
  }

  /** Reads what was written since the last time. @throws EventStoreError; TypeError for what cannot be understood. */
  refresh(): Promise<void> {
    return this.#register.refresh();
  }

  /** All that are not deleted, in the order of their registration. */
  list(): readonly Endpoint[] {
    return [...this.#endpoints.values()].filter(({ deleted }) => !deleted);
  }

  /** Undefined: there is none, or not any more. */
  get(webhookId: string): Endpoint | undefined {
    const endpoint = this.#endpoints.get(webhookId);
    return endpoint?.deleted === true ? undefined : endpoint;
  }

  /** The secrets that sign at present, the newest first; empty if this process has not the key that sealed them. */
  listSecrets({ webhookId, secrets }: Endpoint): readonly string[] {
    const now = this.#clock.now();
    const opened = secrets
      .filter(({ validUntil }) => validUntil === null || now < validUntil)
      .map(({ secretId, sealed }) => this.#seal.open(sealed, secretKey(webhookId, secretId)));
    return opened.filter((secret) => secret !== undefined).reverse();
  }

  /** Registers an endpoint; its secret is returned this once. An id is never used again. */
  async register(wanted: EndpointWanted, cause: Cause): Promise<Changed | WebhookRefusal> {
    const why = validateUrl(wanted.url, this.#rules);
    if (why !== undefined) return { code: 'webhook_url_refused', why };
    const { webhookId, url, description, eventTypes, accountPrefixes, byBoundKey } = wanted;
    const secretId = 'first';
    const secret = makeSecret();
    const sealed = this.#seal.seal(secret, secretKey(webhookId, secretId));
    const refusal = await this.#change(cause, (at) => {
      if (this.#endpoints.has(webhookId)) return { code: 'webhook_already_exists' };
      const tooMany = this.#tooMany(byBoundKey ? cause.actor : null);
      if (tooMany !== undefined) return { code: 'too_many_webhooks', why: tooMany };
      const madeBy = byBoundKey ? { boundKey: cause.actor } : {};
      const data = {
        at,
        webhookId,
        url,
        description,
        eventTypes,
        accountPrefixes,
        ...madeBy,
        secretId,
        secret: sealed,
      };
      return { type: 'webhook-registered.v1', data };
    });
    return refusal ?? { ...this.#changed(webhookId), secret };
  }

  /** Why there is no room for one more; undefined if there is. @param boundKey that registers it; null: another key. */
  #tooMany(boundKey: string | null): string | undefined {
    const all = this.list();
    const bound = all.filter((endpoint) => endpoint.boundKey !== undefined);
    if (all.length >= endpointsMax) return `the ledger has at most ${String(endpointsMax)} endpoints`;
    if (boundKey === null) return undefined;
    const own = bound.filter((endpoint) => endpoint.boundKey === boundKey).length;
    if (own >= endpointsPerBoundKeyMax) {
      return `a key that is bound to accounts has at most ${String(endpointsPerBoundKeyMax)} endpoints`;
    }
    if (bound.length < boundEndpointsMax) return undefined;
    return `keys that are bound to accounts have at most ${String(boundEndpointsMax)} endpoints together`;
  }

  /** Makes a new secret, returned this once; the one before it signs too until `graceMs` have passed. */
  async rotate(webhookId: string, secretId: string, graceMs: number, cause: Cause): Promise<Changed | WebhookRefusal> {
    const secret = makeSecret();
    const sealed = this.#seal.seal(secret, secretKey(webhookId, secretId));
    const refusal = await this.#change(cause, (at) => {
      const endpoint = this.get(webhookId);
      if (endpoint === undefined) return { code: 'webhook_not_found' };
      const used = endpoint.secrets.some((one) => one.secretId === secretId);
      if (used) return { code: 'idempotency_conflict', field: 'secretId' };
      const data = { at, webhookId, secretId, secret: sealed, previousUntil: at + graceMs };
      return { type: 'webhook-secret-rotated.v1', data };
    });
    return refusal ?? { ...this.#changed(webhookId), secret };
  }

  /** A second time changes nothing. */
  disable(webhookId: string, why: DisabledFor, reason: string, cause: Cause): Promise<Changed | WebhookRefusal> {
    return this.#changeEndpoint(webhookId, cause, (at, { disabledFor }) =>
      disabledFor === null ? { type: 'webhook-disabled.v1', data: { at, webhookId, cause: why, reason } } : undefined,
    );
  }

  /** Delivers again, from where it stopped. */
  enable(webhookId: string, reason: string, cause: Cause): Promise<Changed | WebhookRefusal> {
    return this.#changeEndpoint(webhookId, cause, (at, { disabledFor }) =>
      disabledFor === null ? undefined : { type: 'webhook-enabled.v1', data: { at, webhookId, reason } },
    );
  }

  delete(webhookId: string, cause: Cause): Promise<Changed | WebhookRefusal> {
    return this.#changeEndpoint(webhookId, cause, (at) => ({ type: 'webhook-deleted.v1', data: { at, webhookId } }));
  }

  /** Delivers from another place on, earlier or later. */
  replay(webhookId: string, from: ReplayFrom, cause: Cause): Promise<Changed | WebhookRefusal> {
    const after = 'after' in from ? from.after : null;
    const since = 'since' in from ? from.since : null;
    return this.#changeEndpoint(webhookId, cause, (at) => ({
      type: 'webhook-replay-asked.v1',
      data: { at, webhookId, after, since },
    }));
  }

  async #changeEndpoint(
    webhookId: string,
    cause: Cause,
    decide: (at: number, endpoint: Endpoint) => WebhookEvent | undefined,
  ): Promise<Changed | WebhookRefusal> {
    const refusal = await this.#change(cause, (at) => {
      const endpoint = this.get(webhookId);
      return endpoint === undefined ? { code: 'webhook_not_found' } : decide(at, endpoint);
    });
    return refusal ?? this.#changed(webhookId);
  }

  #changed(webhookId: string): Changed {
    const endpoint = this.#endpoints.get(webhookId);
    if (endpoint === undefined) throw new TypeError(`${webhookId} has just been changed`);
    return { endpoint };
  }

  /** Appends what `decide` says on the newest state; nothing if it refuses, or says that there is nothing to do. */
  #change(
    cause: Cause,
    decide: (at: number) => WebhookEvent | WebhookRefusal | undefined,
  ): Promise<WebhookRefusal | undefined> {
    return this.#register.change<WebhookRefusal | undefined>(() => {
      const decided = decide(this.#clock.now());
      if (decided === undefined) return { result: undefined };
      return 'code' in decided ? { result: decided } : { event: decided, result: undefined };
    }, cause);
  }

  #fold(event: RegisterEvent): void {
    const decoded = decodeWebhookEvent(event.type, event.data);
    const { webhookId } = decoded.data;
    this.#endpoints.set(webhookId, endpointAfter(this.#endpoints.get(webhookId), decoded, event));
  }
}

function secretKey(webhookId: string, secretId: string): string {
  return `${webhookId} ${secretId}`;
}
