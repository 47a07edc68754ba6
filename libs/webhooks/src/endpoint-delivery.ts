import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, type EventStore, type Position, type RecordedEvent, type SubscriptionPage } from '#application';
import { cloudEventMediaType, eventTime, toCloudEvent } from './cloud-event.ts';
import { Cursor, type Progressed, TakenOver } from './cursor.ts';
import { type Endpoint, wants } from './endpoint.ts';
import type { WebhookLimits } from './limits.ts';
import { Outbox } from './outbox.ts';
import { signedHeaders } from './signature.ts';
import type { LedgerEvents } from './subject.ts';
import type { WebhookRegister } from './webhook-register.ts';
import type { Delivery, WebhookSender } from './webhook-sender.ts';

export interface DeliveryParts {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly register: WebhookRegister;
  readonly sender: WebhookSender;
  readonly ledger: LedgerEvents;
  /** Where the events come from, as receivers are told. */
  readonly source: string;
  /** No other process writes to the store. */
  readonly soleWriter: boolean;
  readonly limits: WebhookLimits;
  /** Is told what went wrong with an endpoint. */
  readonly trouble: (webhookId: string, cause: unknown) => void;
}

/** What one worker does for an endpoint at present. */
export type DeliveryState = 'delivering' | 'summary by';

const noSecret = 'this process has not the key that sealed the secret of the webhook';

const cause = { actor: 'holdfast', correlationId: 'webhooks' };

/** Delivers to one endpoint while no other worker does; else stands by. */
export class EndpointDelivery {
  state: DeliveryState = 'summary by';
  readonly #parts: DeliveryParts;
  readonly #webhookId: string;
  readonly #worker: string;
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #lacksSecret = false;

  /** @param worker tells this worker from every other of the ledger. */
  constructor(parts: DeliveryParts, webhookId: string, worker: string) {
    this.#parts = parts;
    this.#webhookId = webhookId;
    this.#worker = worker;
    this.#ended = this.#run(this.#stopping.signal);
  }

  /** Sends nothing more, and lets others go on. Never rejects. */
  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#ended;
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const cursor = await this.#claim();
        if (cursor !== undefined) await this.#deliver(cursor, signal);
        if (cursor !== undefined) continue;
      } catch (error) {
        if (!(error instanceof TakenOver)) this.#parts.trouble(this.#webhookId, error);
      } finally {
        this.state = 'summary by';
      }
      await pause(this.#parts.limits.standbyMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** The cursor, once it is this worker's to write; undefined while it is another's. */
  async #claim(): Promise<Cursor | undefined> {
    const { store, clock, soleWriter, limits } = this.#parts;
    const cursor = await Cursor.read(store, this.#webhookId, this.#worker);
    const { progressed } = cursor;
    const at = clock.now();
    const isAnothers = progressed?.worker != null && progressed.worker !== this.#worker && !soleWriter;
    if (isAnothers && at - progressed.at < limits.takeoverMs) return undefined;
    const endpoint = this.#endpoint;
    if (endpoint === undefined || !this.#hasSecret(endpoint)) return undefined;
    await cursor.write({ ...findStart(endpoint, progressed), at, worker: this.#worker });
    return cursor;
  }

  /** Where the key is missing that sealed the secrets, another worker must deliver. Told once. */
  #hasSecret(endpoint: Endpoint): boolean {
    const has = this.#parts.register.listSecrets(endpoint).length > 0;
    if (!has && !this.#lacksSecret) this.#parts.trouble(this.#webhookId, new Error(noSecret));
    this.#lacksSecret = !has;
    return has;
  }

  get #endpoint(): Endpoint | undefined {
    return this.#parts.register.get(this.#webhookId);
  }

  /** Delivers until it is told to stop, another worker takes over, or there is another place to deliver from. */
  async #deliver(cursor: Cursor, stopped: AbortSignal): Promise<void> {
    const { progressed } = cursor;
    if (progressed === undefined) return;
    const ending = new AbortController();
    const signal = AbortSignal.any([stopped, ending.signal]);
    const outbox = this.#outbox(progressed, signal, (error) => {
      ending.abort(error);
    });
    this.state = 'delivering';
    const writing = this.#keepWriting(cursor, outbox, signal).finally(() => {
      ending.abort();
    });
    writing.catch(() => undefined);
    try {
      await this.#follow(outbox, progressed.position as Position, signal);
    } finally {
      ending.abort();
      outbox.stop();
    }
    await writing;
    // Whoever goes on need not wait until this worker counts as gone.
    const { ask } = progressed;
    await cursor.write({ ...outbox.progress, ask, at: this.#parts.clock.now(), worker: null });
  }

  #outbox(progressed: Progressed, signal: AbortSignal, fail: (error: unknown) => void): Outbox {
    const { store, clock, register, limits, ledger } = this.#parts;
    const parts = {
      now: () => clock.now(),
      wants: (accountId: string, type: string) => {
        const endpoint = this.#endpoint;
        return endpoint !== undefined && wants(endpoint, accountId, type);
      },
      ledger,
      send: (event: RecordedEvent) => this.#send(event, signal),
      readStream: (stream: string, from: number, limit: number) => store.readStream(stream, from, limit),
      end: (why: 'gone' | 'failing', because: string) => {
        register.disable(this.#webhookId, why, because, cause).catch(fail);
      },
      limits,
    };
    return new Outbox(parts, progressed);
  }

  async #follow(outbox: Outbox, from: Position, signal: AbortSignal): Promise<void> {
    const { store, limits } = this.#parts;
    const deliver = async ({ events, position }: SubscriptionPage): Promise<void> => {
      for (const event of events) {
        while (outbox.isFull && !signal.aborted) {
          await pause(limits.tickMs, undefined, { signal }).catch(() => undefined);
        }
        if (signal.aborted) return;
        outbox.take(event);
      }
      outbox.seen(position);
      outbox.tick();
    };
    await store.subscribe(from, deliver, signal);
  }

  /** Looks at what can be sent, and writes down how far it is; ends when there is another place to deliver from. */
  async #keepWriting(cursor: Cursor, outbox: Outbox, signal: AbortSignal): Promise<void> {
    const { clock, limits, soleWriter } = this.#parts;
    const ask = cursor.progressed?.ask ?? -1;
    let written = { changes: 0, passedBy: 0, at: performance.now() };
    while (!signal.aborted) {
      outbox.tick();
      await pause(limits.tickMs, undefined, { signal }).catch(() => undefined);
      const endpoint = this.#endpoint;
      if (endpoint === undefined || (endpoint.ask?.revision ?? -1) > ask) return;
      const sinceMs = performance.now() - written.at;
      const now = clock.now();
      const due =
        (outbox.changes > written.changes && sinceMs >= limits.progressEveryMs) ||
        (outbox.passedBy > written.passedBy && sinceMs >= limits.passingByEveryMs) ||
        (!soleWriter && now - (cursor.progressed?.at ?? 0) >= limits.heartbeatMs);
      if (!due) continue;
      written = { changes: outbox.changes, passedBy: outbox.passedBy, at: performance.now() };
      await cursor.write({ ...outbox.progress, ask, at: now, worker: this.#worker });
    }
  }

  async #send(event: RecordedEvent, signal: AbortSignal): Promise<Delivery> {
    const { clock, sender, register } = this.#parts;
    const endpoint = this.#endpoint;
    if (endpoint === undefined || endpoint.disabledFor !== null) throw new Error('it is not to be delivered to');
    const secrets = register.listSecrets(endpoint);
    if (secrets.length === 0) throw new Error(noSecret);
    const body = await this.#buildBody(event);
    if (typeof body !== 'string') return body;
    const headers = {
      'content-type': cloudEventMediaType,
      'user-agent': 'Holdfast-Webhooks',
      ...signedHeaders(event.id, body, clock.now(), secrets),
    };
    return sender.post(endpoint.url, headers, body, signal);
  }

  /**
   * An event as receivers get it; a failure where it cannot be had for now, or be written: that holds up nothing but
   * what comes after it of the same account.
   */
  async #buildBody(event: RecordedEvent): Promise<string | Extract<Delivery, { kind: 'failed' }>> {
    const { ledger, source } = this.#parts;
    try {
      const data = event.stream === ledger.stream ? await ledger.readData(event) : event.data;
      return toCloudEvent({ ...event, data }, source, eventTime(event));
    } catch (error) {
      return { kind: 'failed', why: `its data cannot be had: ${String(error)}`, askedMs: 0 };
    }
  }
}

/** Where the delivery begins: at the replay that was asked for last, else where it stopped, else at the registration. */
function findStart({ ask, position }: Endpoint, before: Progressed | undefined): Omit<Progressed, 'at' | 'worker'> {
  const counts = { givenUp: before?.givenUp ?? 0, lastGivenUp: before?.lastGivenUp ?? null };
  if (ask !== null && ask.revision > (before?.ask ?? -1)) {
    return { position: ask.from, ask: ask.revision, since: ask.since, failing: null, stuck: [], ...counts };
  }
  if (before === undefined) return { position, ask: -1, since: 0, failing: null, stuck: [], ...counts };
  return before;
}
