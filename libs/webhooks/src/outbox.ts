import type { Position, RecordedEvent } from '#application';
import { eventTime } from './cloud-event.ts';
import type { GivenUp, Progressed, StuckAccount } from './cursor.ts';
import { pauseAfter, stuckPageMax, triesIn, type WebhookLimits } from './limits.ts';
import { Line, whatWaits } from './line.ts';
import { Pace } from './pace.ts';
import { isOfLedger, type LedgerEvents, toStream, toSubject } from './subject.ts';
import type { Delivery } from './webhook-sender.ts';
import { Window } from './window.ts';

/** An account that has more than one part in so many of the room for reading ahead is in the way of the others. */
const largeShare = 4;

/** What the outbox of an endpoint works with. */
export interface OutboxParts {
  readonly now: () => number;
  readonly wants: (accountId: string, type: string) => boolean;
  readonly ledger: LedgerEvents;
  /** Never rejects, but when it was stopped. */
  readonly send: (event: RecordedEvent) => Promise<Delivery>;
  readonly readStream: (stream: string, from: number, limit: number) => Promise<{ events: readonly RecordedEvent[] }>;
  /** Nothing is to be sent to the endpoint any more. */
  readonly end: (why: 'gone' | 'failing', because: string) => void;
  readonly limits: Pick<WebhookLimits, 'requestsMax' | 'windowEventsMax' | 'windowBytesMax' | 'stuckAccountsMax'>;
}

/** How far an outbox is. */
export type OutboxProgress = Pick<
  Progressed,
  'position' | 'since' | 'failing' | 'stuck' | 'givenUp' | 'lastGivenUp' | 'waiting'
>;

/**
 * The deliveries to one endpoint: of each account one event at a time, in order; of several accounts at the same time. What is
 * read ahead is bounded. An account whose events are not taken is set aside when the room for reading ahead is used up: it
 * then goes on from its own stream, with its own pauses, and the others' events pass it.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #lines = new Map<string, Line>();
  readonly #window: Window;
  #sending = 0;
  #stuck = 0;
  readonly #pace: Pace;
  #failing: Progressed['failing'];
  #givenUp: number;
  #lastGivenUp: GivenUp | null;
  #stopped = false;
  readonly #since: number;
  /** Deliveries and other changes since the start, to tell whether there is something to write down. */
  changes = 0;
  /** The same for events that passed by. */
  passedBy = 0;

  constructor(parts: OutboxParts, from: OutboxProgress) {
    this.#parts = parts;
    this.#window = new Window(parts.limits, from.position as Position);
    this.#pace = new Pace(parts.limits.requestsMax, from.failing !== null);
    this.#since = from.since;
    this.#failing = from.failing;
    this.#givenUp = from.givenUp;
    this.#lastGivenUp = from.lastGivenUp;
    for (const account of from.stuck) this.#restore(account);
  }

  get progress(): OutboxProgress {
    const stuck = [...this.#lines.values()].flatMap((line) => {
      const { accountId, aside, next, failingSince } = line;
      return aside === undefined ? [] : [{ accountId, next, upTo: aside.upTo, since: failingSince }];
    });
    return {
      position: this.#window.settledUpTo,
      since: this.#since,
      failing: this.#failing,
      stuck,
      givenUp: this.#givenUp,
      lastGivenUp: this.#lastGivenUp,
      waiting: whatWaits(this.#lines.values(), this.#pace.restsUntil, this.#parts.now(), this.isFull),
    };
  }

  /** Nothing more should be read from the log for now. */
  get isFull(): boolean {
    return this.#window.isFull;
  }

  /** Takes the next event of the log. */
  take(event: RecordedEvent): void {
    const accountId = toSubject(event.stream, this.#parts.ledger);
    if (accountId === undefined) return;
    if (!isOfLedger(accountId)) this.passedBy += 1;
    if (!this.#wants(accountId, event)) return;
    // What waits is told.
    if (!isOfLedger(accountId)) this.changes += 1;
    const line = this.#ensureLine(accountId);
    if (line.aside !== undefined) {
      line.aside.upTo = Math.max(line.aside.upTo, event.revision);
      return;
    }
    line.waiting.push(this.#window.add(event));
  }

  /** Everything up to a position of the log was taken. */
  seen(position: Position): void {
    this.#window.seen(position);
  }

  /** Sends what can be sent. */
  tick(): void {
    if (this.#stopped) return;
    if (this.isFull) this.#setAside();
    const now = this.#parts.now();
    for (const line of this.#lines.values()) {
      if (line.aside !== undefined && line.waiting.length === 0) this.#readOn(line, line.aside);
      if (this.#sending >= this.#pace.requestsAt(now)) return;
      if (line.isReady(now)) void this.#send(line);
    }
  }

  /** Sends nothing more. */
  stop(): void {
    this.#stopped = true;
  }

  #wants(accountId: string, event: RecordedEvent): boolean {
    return this.#parts.wants(accountId, event.type) && (this.#since === 0 || eventTime(event) >= this.#since);
  }

  #ensureLine(accountId: string): Line {
    let line = this.#lines.get(accountId);
    if (line === undefined) {
      line = new Line(accountId);
      this.#lines.set(accountId, line);
    }
    return line;
  }

  #restore({ accountId, next, upTo, since }: StuckAccount): void {
    const line = this.#ensureLine(accountId);
    line.aside = { readFrom: next, upTo, reading: false };
    line.failingSince = since;
    if (since !== null) line.tries = triesIn(this.#parts.now() - since);
    this.#stuck += 1;
  }

  async #send(line: Line): Promise<void> {
    const [first] = line.waiting;
    if (first === undefined) return;
    line.sending = true;
    this.#sending += 1;
    try {
      this.#sent(line, first.event, await this.#parts.send(first.event));
    } catch {
      // It was stopped; whoever goes on sends it again.
      this.#stopped = true;
    } finally {
      line.sending = false;
      this.#sending -= 1;
    }
    this.tick();
  }

  #sent(line: Line, event: RecordedEvent, delivery: Delivery): void {
    if (this.#stopped) return;
    // That a checkpoint was taken is written down with what comes next: by itself it would be one more event to checkpoint.
    if (delivery.kind !== 'delivered' || !isOfLedger(line.accountId)) this.changes += 1;
    switch (delivery.kind) {
      case 'delivered':
        this.#pace.delivered();
        this.#failing = null;
        this.#done(line);
        return;
      case 'gone':
        this.#end('gone', 'it answered 410');
        return;
      case 'failed':
        this.#failed(line, event, delivery);
        return;
    }
  }

  #failed(line: Line, event: RecordedEvent, { why, askedMs }: Extract<Delivery, { kind: 'failed' }>): void {
    const now = this.#parts.now();
    this.#pace.failed(now + askedMs);
    this.#failing = { since: this.#failing?.since ?? now, why };
    line.failingSince ??= now;
    line.tries += 1;
    const pauseMs = pauseAfter(line.tries, Math.random());
    if (pauseMs !== undefined) {
      line.dueAt = now + Math.max(pauseMs, askedMs);
      return;
    }
    if (this.#failing.since <= line.failingSince) {
      this.#end('failing', why);
      return;
    }
    const { accountId } = line;
    this.#givenUp += 1;
    this.#lastGivenUp = { at: now, accountId, revision: event.revision, eventId: event.id, why };
    this.#done(line);
  }

  #end(why: 'gone' | 'failing', because: string): void {
    this.#stopped = true;
    this.#parts.end(why, because);
  }

  #done(line: Line): void {
    line.shift();
    // Others first.
    this.#lines.delete(line.accountId);
    if (line.waiting.length > 0 || line.aside !== undefined) this.#lines.set(line.accountId, line);
    this.#window.settle();
  }

  /** Sets the accounts aside that are in the way of the others: those that fail, and those that take most of the room. */
  #setAside(): void {
    const { stuckAccountsMax, windowEventsMax } = this.#parts.limits;
    for (const line of this.#lines.values()) {
      if (this.#stuck >= stuckAccountsMax) break;
      const isInTheWay = line.failingSince !== null || line.waiting.length * largeShare > windowEventsMax;
      if (!isInTheWay || line.aside !== undefined) continue;
      line.setAside();
      this.#stuck += 1;
      this.changes += 1;
    }
    this.#window.settle();
  }

  /** Reads on in the stream of an account that is stuck; one that has caught up is stuck no more. */
  #readOn(line: Line, aside: NonNullable<Line['aside']>): void {
    if (aside.readFrom > aside.upTo) {
      line.aside = undefined;
      this.#lines.delete(line.accountId);
      this.#stuck -= 1;
      this.changes += 1;
      return;
    }
    if (aside.reading) return;
    aside.reading = true;
    const limit = Math.min(stuckPageMax, aside.upTo - aside.readFrom + 1);
    this.#parts.readStream(toStream(line.accountId), aside.readFrom, limit).then(
      ({ events }) => {
        aside.reading = false;
        aside.readFrom = Math.max(aside.readFrom, (events.at(-1)?.revision ?? aside.upTo) + 1);
        for (const event of events) {
          if (!this.#wants(line.accountId, event)) continue;
          line.waiting.push({ event, settled: true });
        }
        this.tick();
      },
      () => {
        // The store is away for the moment: the next tick asks again.
        aside.reading = false;
      },
    );
  }
}
