import type { EventStore } from '#application';
import type { Command } from '#domain';
import { MemoryEventStore } from '#event-store';
import {
  AddressGuard,
  type Changed,
  type LedgerEvents,
  SecretSeal,
  WebhookDelivery,
  type WebhookLimits,
  webhookLimits,
  type WebhookRefusal,
  WebhookRegister,
  WebhookSender,
} from '#webhooks';
import { start } from '../../../test/support/account-driver.ts';
import { deposit, openAccount } from '../../../test/support/commands.ts';
import { HandClock, Replica } from '../../../test/support/replica.ts';

export const cause = { actor: 'operator', correlationId: 'spec' };

const quick: WebhookLimits = {
  ...webhookLimits,
  // A receiver on a busy machine may be slow, and a test may hold its answer back.
  attemptTimeoutMs: 600_000,
  tickMs: 5,
  refreshEveryMs: 5,
  progressEveryMs: 5,
  standbyMs: 5,
};

const rules = { guard: new AddressGuard(['127.0.0.0/8']), plain: true };

/** One process's part in webhooks, over a store that others may share; receivers on this machine are allowed. */
export class Worker {
  readonly register: WebhookRegister;
  readonly delivery: WebhookDelivery;
  readonly troubles: unknown[] = [];

  constructor(
    store: EventStore,
    clock: HandClock,
    {
      limits = {},
      soleWriter = true,
      key = 'the key of all workers in these tests',
      readData = stored,
    }: WorkerOptions = {},
  ) {
    const own = { ...quick, ...limits };
    this.register = new WebhookRegister(store, clock, new SecretSeal(key), rules, (reason) => {
      throw reason as Error;
    });
    this.delivery = new WebhookDelivery({
      store,
      clock,
      register: this.register,
      sender: new WebhookSender(rules, own),
      ledger: { stream: 'checkpoints', readData },
      source: 'urn:holdfast:spec',
      soleWriter,
      limits: own,
      trouble: (_, trouble) => this.troubles.push(trouble),
    });
  }

  start(): this {
    this.delivery.start();
    return this;
  }

  /** Registers an endpoint for everything, or as it is told; returns its secret. */
  async endpoint(url: string, more: Partial<Parameters<WebhookRegister['register']>[0]> = {}): Promise<string> {
    const none = { description: null, eventTypes: null, accountPrefixes: null };
    const all = { webhookId: 'hook', url, ...none, byBoundKey: false };
    return done(await this.register.register({ ...all, ...more }, cause)).secret ?? '';
  }
}

export interface WorkerOptions {
  readonly limits?: Partial<WebhookLimits>;
  readonly soleWriter?: boolean;
  readonly key?: string;
  /** Of events of the ledger itself; default as they are stored. */
  readonly readData?: LedgerEvents['readData'];
}

const stored: LedgerEvents['readData'] = ({ data }) => Promise.resolve(data);

/** @throws Error if the change was refused. */
export function done(changed: Changed | WebhookRefusal): Changed {
  if ('code' in changed) throw new Error(changed.code);
  return changed;
}

/** A ledger with a store, a clock and lanes. */
export class Ledger {
  readonly store: MemoryEventStore;
  readonly clock = new HandClock(start);
  readonly replica: Replica;

  constructor(store = new MemoryEventStore()) {
    this.store = store;
    this.replica = new Replica(store, this.clock, { soleWriter: true });
  }

  async run(accountId: string, ...commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      const answer = await this.replica.run(accountId, command);
      if (answer.kind === 'refused') throw new Error(`${accountId}: ${answer.code}`);
    }
  }

  /** An account with so many events in all. */
  async account(accountId: string, events: number): Promise<void> {
    await this.run(accountId, openAccount(accountId));
    await this.deposits(accountId, events - 1);
  }

  async deposits(accountId: string, count: number): Promise<void> {
    for (let number = 0; number < count; number += 1) {
      await this.run(accountId, deposit(`d${String((this.#deposits += 1))}`, '1'));
    }
  }

  #deposits = 0;
}

/** `account 0`, `account 1` and so on. */
export function places(accountId: string, count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `${accountId} ${String(from + index)}`);
}

/** What was received of one account, in the order of arrival. */
export function of(accountId: string, order: readonly string[]): string[] {
  return order.filter((place) => place.startsWith(`${accountId} `));
}
