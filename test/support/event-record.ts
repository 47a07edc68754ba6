import {
  type AccountEvent,
  type Balance,
  chainHash,
  chainStart,
  decodeEvent,
  fold,
  formatMoney,
  type Money,
} from '#domain';
import type { Caller } from './caller.ts';

interface EventRow {
  readonly revision: number;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  readonly hash: string;
}

/** The events of an account as its route tells them, proved while they are read. */
export class EventRecord {
  readonly events: AccountEvent[] = [];
  readonly #accountId: string;
  #hash = chainStart;

  constructor(accountId: string) {
    this.#accountId = accountId;
  }

  /** Reads on from where it was. @throws Error at the first gap, or hash that does not follow from what came before. */
  async readOn(caller: Caller): Promise<this> {
    for (;;) {
      const from = this.events.length;
      const path = `/v1/accounts/${this.#accountId}/events?from=${String(from)}&limit=500`;
      const { stream, events } = await caller.read<{ stream: string; events: EventRow[] }>(path);
      for (const event of events) this.#add(stream, event);
      if (events.length === 0) return this;
    }
  }

  /** `type id` of every event, as errands name them. */
  get names(): readonly string[] {
    return this.events.map(toName);
  }

  /** The balance that the events come to, as the account's route writes it. */
  get balance(): Readonly<Record<keyof Balance, string>> {
    const { balance } = fold(this.events).summary;
    const texts = Object.entries<Money>({ ...balance }).map(([name, money]) => [name, formatMoney(money)] as const);
    return Object.fromEntries(texts) as Record<keyof Balance, string>;
  }

  #add(stream: string, { revision, type, data, metadata, hash }: EventRow): void {
    const expected = this.events.length;
    if (revision !== expected)
      throw new Error(`${stream}: ${String(revision)} stands where ${String(expected)} should`);
    this.#hash = chainHash(this.#hash, stream, revision, type, data, metadata);
    if (hash !== this.#hash) throw new Error(`${stream}: the hash of ${String(revision)} does not follow`);
    this.events.push(decodeEvent(type, data));
  }
}

function toName({ type, data }: AccountEvent): string {
  const ids = ['accountId', 'depositId', 'holdId', 'attemptId'] as const;
  const facts = data as Readonly<Partial<Record<(typeof ids)[number], string>>>;
  return [type, ...ids.flatMap((id) => facts[id] ?? [])].join(' ');
}
