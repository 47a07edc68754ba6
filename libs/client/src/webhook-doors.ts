import type {
  RegisterWebhookBody,
  ReplayBody,
  RotateSecretBody,
  Webhook,
  WebhookChangeBody,
  WebhookList,
  WebhookWithSecret,
} from '#contract';
import type { CallOptions, Doors } from './doors.ts';

/** The doors to the endpoints of webhooks, one method each. Those that change anything need the scope `operator`. */
export class WebhookDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /**
   * Registers an endpoint for events; the answer shows its secret this once. Tried once, whatever happens: a second try
   * would be told `webhook_already_exists`. After an error {@link rotateSecret} makes a secret that you see.
   */
  async register(body: RegisterWebhookBody, options?: CallOptions): Promise<WebhookWithSecret> {
    const once = { ...options, retriesMax: 0 };
    return (await this.#doors.send('registerWebhook', {}, { body }, once)).json as WebhookWithSecret;
  }

  list(options?: CallOptions): Promise<WebhookList> {
    return this.#doors.read('listWebhooks', {}, {}, options);
  }

  get(webhookId: string, options?: CallOptions): Promise<Webhook> {
    return this.#doors.read('getWebhook', { webhookId }, {}, options);
  }

  async disable(webhookId: string, body: WebhookChangeBody, options?: CallOptions): Promise<Webhook> {
    return (await this.#doors.send('disableWebhook', { webhookId }, { body }, options)).json as Webhook;
  }

  /** Delivers again, from where it stopped. */
  async enable(webhookId: string, body: WebhookChangeBody, options?: CallOptions): Promise<Webhook> {
    return (await this.#doors.send('enableWebhook', { webhookId }, { body }, options)).json as Webhook;
  }

  /**
   * Makes a new secret, shown this once; the one before it signs too for `graceSeconds`, a day if omitted. Tried once:
   * after an error rotate again with another `secretId`.
   */
  async rotateSecret(webhookId: string, body: RotateSecretBody, options?: CallOptions): Promise<WebhookWithSecret> {
    const once = { ...options, retriesMax: 0 };
    return (await this.#doors.send('rotateWebhookSecret', { webhookId }, { body }, once)).json as WebhookWithSecret;
  }

  /** Delivers again after a position or from a time on. */
  async replay(webhookId: string, body: ReplayBody, options?: CallOptions): Promise<Webhook> {
    return (await this.#doors.send('replayWebhook', { webhookId }, { body }, options)).json as Webhook;
  }

  /** A second try that is told `webhook_not_found` was preceded by one that took effect. */
  delete(webhookId: string, options?: CallOptions): Promise<Webhook> {
    return this.#doors.read('deleteWebhook', { webhookId }, {}, options);
  }
}
