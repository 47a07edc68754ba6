import type { LogPage, Position, RecordedEvent } from '#application/ports';
import {
  type AccountEvent,
  type AccountState,
  accountStream,
  chainHash,
  chainStart,
  type Command,
  decideAndCarryOut,
  eventIdFromHash,
  fold,
  initialState,
  nothingOlder,
  parseMoney,
  PriceBookCatalog,
  runtimeZones,
  shippedPriceBooks,
  sweep,
} from '#domain';

const priceBooks = new PriceBookCatalog(shippedPriceBooks);
const zones = runtimeZones(process.versions.tz);

/** A store's log in an array, filled by the domain model itself. */
export class Log {
  readonly events: RecordedEvent[] = [];
  readonly #states = new Map<string, AccountState>();
  readonly #last = new Map<string, RecordedEvent>();
  /** Ends up in every event's metadata, and so in its hash. */
  readonly #author: string;

  constructor(author = 'spec') {
    this.#author = author;
  }

  /** Carries out a command as a lane does; refusals leave no trace but the sweep. */
  run(accountId: string, command: Command, at: number): void {
    const state = this.#states.get(accountId) ?? initialState();
    this.#states.set(accountId, state);
    const now = Math.max(at, state.summary.lastAt);
    for (const event of sweep(state, now, Number.POSITIVE_INFINITY)) this.#record(accountId, event);
    const context = { now, wallClock: now, operator: true, priceBooks, known: nothingOlder, zones };
    for (const event of decideAndCarryOut(state, command, context).events) this.#record(accountId, event);
    state.undo.commit();
  }

  /** Puts anything at all into a stream. */
  put(stream: string, type: string, data: string, revision?: number): RecordedEvent {
    const before = this.#last.get(stream);
    const place = revision ?? (before?.revision ?? -1) + 1;
    const metadata = JSON.stringify({ actor: this.#author });
    const hash = chainHash(before?.hash ?? chainStart, stream, place, type, data, metadata);
    const position = (this.events.length + 1).toString(16).padStart(16, '0') as Position;
    const event = {
      id: eventIdFromHash(hash),
      type,
      data,
      metadata,
      hash,
      stream,
      revision: place,
      position,
      recordedAt: 0,
    };
    this.#last.set(stream, event);
    this.events.push(event);
    return event;
  }

  readAll(after: Position, limit: number): LogPage {
    const events = this.events.filter(({ position }) => position > after).slice(0, limit);
    const position = events.at(-1)?.position ?? after;
    return { events, position, atEnd: events.at(-1) === this.events.at(-1) || events.length === 0 };
  }

  hashAt(position: Position): string | undefined {
    return this.events.find((event) => event.position === position)?.hash;
  }

  #record(accountId: string, event: AccountEvent): void {
    this.put(accountStream(accountId), event.type, JSON.stringify(event.data));
  }
}

export const start = Date.UTC(2026, 0, 5);

export const commands = {
  open: (accountId: string, creditLimit = '0'): Command => ({
    kind: 'open-account',
    accountId,
    currency: null,
    timeZone: null,
    agreementStart: null,
    priceBook: 'dcloud-2023',
    creditLimit: parseMoney(creditLimit),
    limits: { openHolds: null, frozen: null, dailySpend: null },
    metadata: null,
  }),
  deposit: (depositId: string, amount: string): Command => ({
    kind: 'deposit',
    depositId,
    amount: parseMoney(amount),
    reference: null,
  }),
  withdraw: (withdrawalId: string, amount: string): Command => ({
    kind: 'withdraw',
    withdrawalId,
    amount: parseMoney(amount),
    reference: null,
  }),
  adjust: (adjustmentId: string, amount: string): Command => ({
    kind: 'adjust',
    adjustmentId,
    amount: parseMoney(amount, 'signed'),
    reason: 'goodwill',
  }),
  freeze: (holdId: string, amount: string, ttlSeconds = 1_800): Command => ({
    kind: 'freeze',
    holdId,
    product: null,
    quantity: null,
    amount: parseMoney(amount),
    ttlSeconds,
    budget: null,
    metadata: null,
  }),
  freezeUnits: (holdId: string, quantity: number, ttlSeconds = 1_800): Command => ({
    kind: 'freeze',
    holdId,
    product: 'face-verify',
    quantity,
    amount: null,
    ttlSeconds,
    budget: null,
    metadata: null,
  }),
  settle: (holdId: string, completedAt: number | null = null): Command => ({
    kind: 'settle',
    holdId,
    outcome: 'match',
    amount: null,
    quantity: null,
    completedAt,
    evidence: null,
  }),
  release: (holdId: string): Command => ({ kind: 'release', holdId, reason: 'not needed' }),
  fail: (holdId: string, attemptId: string): Command => ({ kind: 'fail', holdId, attemptId, reason: 'timeout' }),
  refund: (refundId: string, holdId: string, amount: string): Command => ({
    kind: 'refund',
    refundId,
    holdId,
    amount: parseMoney(amount),
    reason: 'blurred',
  }),
  reverse: (reversalId: string, depositId: string, amount: string | null): Command => ({
    kind: 'reverse-deposit',
    reversalId,
    depositId,
    amount: amount === null ? null : parseMoney(amount),
    reason: 'bounced',
  }),
  terms: (changeId: string, creditLimit: string): Command => ({
    kind: 'change-terms',
    changeId,
    reason: 'asked',
    asked: { creditLimit, metadata: { changed: changeId } },
  }),
  watch: (availableBelow: string): Command => ({
    kind: 'change-terms',
    changeId: `watch-${availableBelow}`,
    reason: 'asked',
    asked: { warnings: { availableBelow } },
  }),
  change: (kind: 'suspend' | 'resume' | 'close', changeId: string): Command => ({ kind, changeId, reason: 'asked' }),
} as const;

/** One account's events among those of a log. */
export function listEvents(events: readonly RecordedEvent[], accountId: string): readonly AccountEvent[] {
  return events
    .filter(({ stream }) => stream === accountStream(accountId))
    .map(({ type, data }) => ({ type, data: JSON.parse(data) as unknown }) as AccountEvent);
}

/** An account's state as a reader at `now` must see it: folded from its first event, then swept. */
export function stateAt(events: readonly RecordedEvent[], accountId: string, now: number): AccountState {
  const state = fold(listEvents(events, accountId));
  sweep(state, now, Number.POSITIVE_INFINITY);
  return state;
}
