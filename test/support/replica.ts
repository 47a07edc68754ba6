import type { CommandBus } from '@nestjs/cqrs';
import {
  AccountLanes,
  type Answer,
  BEGINNING,
  Clock,
  type EventStore,
  IdIndex,
  type LaneLimits,
  laneLimits,
  type Leases,
  openCommandBus,
  type Position,
  PriceBookRegistry,
  type Snapshot,
  Snapshots,
  type Transaction,
} from '#application';
import {
  type AccountEvent,
  accountOfStream,
  type Command,
  decodeEvent,
  type HoldFacts,
  requestKey,
  type ZoneDatabase,
} from '#domain';
import { testBooks } from './account-driver.ts';
import { readRequestKey } from './known-from-events.ts';
import { testZones } from './zones.ts';

/** A clock that tests turn. */
export class HandClock extends Clock {
  time: number;
  doubt: string | undefined;

  constructor(time: number) {
    super();
    this.time = time;
  }

  override now(): number {
    return this.time;
  }

  override untrusted(): string | undefined {
    return this.doubt;
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** An id index in maps, filled on demand from the store: as far behind as the test lets it be. */
export class MapIndex extends IdIndex {
  #position: Position = BEGINNING;
  readonly #holds = new Map<string, Writable<HoldFacts>>();
  readonly #requests = new Map<string, AccountEvent>();
  readonly #store: EventStore;
  /** Thrown by every look-up of a hold, if it is set. */
  error: Error | undefined;

  constructor(store: EventStore) {
    super();
    this.#store = store;
  }

  override get position(): Position {
    return this.#position;
  }

  override hold(accountId: string, holdId: string): HoldFacts | undefined {
    if (this.error !== undefined) throw this.error;
    return this.#holds.get(`${accountId} ${holdId}`);
  }

  override request(accountId: string, key: string): AccountEvent | undefined {
    return this.#requests.get(`${accountId} ${key}`);
  }

  override orderPaidBy({ channel, transactionId }: Transaction): { accountId: string; orderId: string } | undefined {
    for (const [key, event] of this.#requests) {
      if (event.type !== 'order-paid.v1' || event.data.transactionId !== transactionId) continue;
      const [accountId = ''] = key.split(' ');
      const { orderId } = event.data;
      const opened = this.request(accountId, requestKey('order', orderId));
      if (opened?.type === 'order-opened.v1' && opened.data.channel === channel) return { accountId, orderId };
    }
    return undefined;
  }

  async catchUp(): Promise<void> {
    for (;;) {
      const page = await this.#store.readAll(this.#position, 1_000);
      for (const event of page.events) {
        const accountId = accountOfStream(event.stream);
        if (accountId !== undefined) this.#add(accountId, decodeEvent(event.type, event.data));
      }
      this.#position = page.position;
      if (page.atEnd) return;
    }
  }

  #add(accountId: string, event: AccountEvent): void {
    const key = readRequestKey(event);
    if (key !== undefined) this.#requests.set(`${accountId} ${key}`, event);
    switch (event.type) {
      case 'funds-frozen.v1':
        this.#holds.set(`${accountId} ${event.data.holdId}`, { opening: event.data });
        return;
      case 'hold-settled.v1':
      case 'hold-released.v1':
      case 'hold-expired.v1':
        this.#ensureFacts(accountId, event.data.holdId).ending = event;
        return;
      case 'hold-settled-late.v1':
        this.#ensureFacts(accountId, event.data.holdId).late = event;
        return;
      case 'charge-uncollected.v1':
        this.#ensureFacts(accountId, event.data.holdId).uncollected = event;
        return;
      case 'charge-refunded.v1':
        this.#ensureFacts(accountId, event.data.holdId).refunded = event.data.refunded;
        return;
      case 'deposit-reversed.v1':
        this.#requests.set(`${accountId} ${requestKey('reversed', event.data.depositId)}`, event);
        return;
      default:
        return;
    }
  }

  #ensureFacts(accountId: string, holdId: string): Writable<HoldFacts> {
    const facts = this.#holds.get(`${accountId} ${holdId}`);
    if (facts === undefined) throw new Error(`hold ${holdId} ended without having been opened`);
    return facts;
  }
}

/** Snapshots in a list, kept once the index has passed them. */
export class ListedSnapshots extends Snapshots {
  readonly #saved: Snapshot[] = [];
  readonly #index: IdIndex;
  /** Thrown when the newest one is looked for, if it is set. */
  error: Error | undefined;

  constructor(index: IdIndex) {
    super();
    this.#index = index;
  }

  override newest(accountId: string): Snapshot | undefined {
    if (this.error !== undefined) throw this.error;
    return this.#saved.findLast((s) => s.accountId === accountId && s.position <= this.#index.position);
  }

  override newestAt(accountId: string, at: number): Snapshot | undefined {
    return this.#saved.findLast((s) => s.accountId === accountId && s.at <= at);
  }

  override newestUpTo(accountId: string, revision: number): Snapshot | undefined {
    return this.#saved.findLast((s) => s.accountId === accountId && s.revision <= revision);
  }

  override save(snapshot: Snapshot): void {
    this.#saved.push(snapshot);
  }

  get count(): number {
    return this.#saved.length;
  }
}

/** One process of the service without its routes, over a store that others may share. */
export class Replica {
  readonly clock: HandClock;
  readonly index: MapIndex;
  readonly snapshots: ListedSnapshots;
  readonly lanes: AccountLanes;
  readonly priceBooks: PriceBookRegistry;
  readonly commands: CommandBus;
  readonly quarantined: string[] = [];
  readonly onTransientError: string[] = [];
  broken: unknown;

  constructor(
    store: EventStore,
    clock: HandClock,
    options: { soleWriter: boolean; limits?: Partial<LaneLimits>; leases?: Leases; zones?: ZoneDatabase },
  ) {
    this.clock = clock;
    this.index = new MapIndex(store);
    this.snapshots = new ListedSnapshots(this.index);
    this.priceBooks = new PriceBookRegistry(store, clock, testBooks);
    this.lanes = new AccountLanes({
      store,
      idIndex: this.index,
      snapshots: this.snapshots,
      clock,
      zones: options.zones ?? testZones,
      priceBooks: this.priceBooks,
      limits: { ...laneLimits, resendPauseMs: 1, ...options.limits },
      soleWriter: options.soleWriter,
      ...(options.leases !== undefined && { leases: options.leases }),
      onFatalStoreError: (cause) => {
        this.broken = cause;
      },
      quarantined: (accountId) => {
        this.quarantined.push(accountId);
      },
      onTransientError: (accountId, cause) => {
        this.onTransientError.push(`${accountId}: ${String(cause)}`);
      },
    });
    this.commands = openCommandBus(this.lanes, this.priceBooks);
  }

  run(accountId: string, command: Command, operator = false): Promise<Answer> {
    return this.lanes.run(accountId, asked(command, operator));
  }
}

export function asked(
  command: Command,
  operator = false,
): { command: Command; actor: string; correlationId: string; operator: boolean } {
  return { command, actor: 'test', correlationId: 'test', operator };
}

/** `done`, `again` (replayed) or the refusal's code. */
export function outcome(answer: Answer): string {
  if (answer.kind === 'refused') return answer.code;
  return answer.replayed ? 'again' : 'done';
}
