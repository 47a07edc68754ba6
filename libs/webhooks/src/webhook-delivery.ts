import { randomUUID } from 'node:crypto';
import { type DeliveryParts, EndpointDelivery } from './endpoint-delivery.ts';

/** What this process does for the endpoints. */
export interface WebhookState {
  readonly delivering: number;
  readonly standingBy: number;
}

/** Delivers to all endpoints, each by itself, so that none waits for another. */
export class WebhookDelivery {
  readonly #parts: DeliveryParts;
  readonly #worker = randomUUID();
  readonly #endpoints = new Map<string, EndpointDelivery>();
  /** Deliveries that end, so that none begins again before. */
  readonly #ending = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  get state(): WebhookState {
    const delivering = [...this.#endpoints.values()].filter(({ state }) => state === 'delivering').length;
    return { delivering, standingBy: this.#endpoints.size - delivering };
  }

  start(): void {
    this.#begin();
    this.#timer = setInterval(() => {
      this.#begin();
    }, this.#parts.limits.refreshEveryMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#round;
    await Promise.all([...this.#endpoints.values()].map((endpoint) => endpoint.stop()));
    await Promise.all(this.#ending.values());
    this.#parts.sender.close();
  }

  #begin(): void {
    this.#round ??= this.#refresh().finally(() => {
      this.#round = undefined;
    });
  }

  /** What cannot be read now is read by the next round. */
  async #refresh(): Promise<void> {
    try {
      await this.#parts.register.refresh();
    } catch (error) {
      this.#parts.trouble('', error);
    }
    if (this.#stopped) return;
    const wanted = new Set(
      this.#parts.register.list().flatMap((one) => (one.disabledFor === null ? one.webhookId : [])),
    );
    for (const [webhookId, endpoint] of this.#endpoints) {
      if (wanted.has(webhookId)) continue;
      this.#endpoints.delete(webhookId);
      const ended = endpoint.stop().then(() => {
        this.#ending.delete(webhookId);
      });
      this.#ending.set(webhookId, ended);
    }
    for (const webhookId of wanted) {
      if (this.#endpoints.has(webhookId) || this.#ending.has(webhookId)) continue;
      this.#endpoints.set(webhookId, new EndpointDelivery(this.#parts, webhookId, this.#worker));
    }
  }
}
