import type { Position, RecordedEvent } from '#application';
import type { WebhookLimits } from './limits.ts';

/** An event on its way to an endpoint. */
export interface Pending {
  readonly event: RecordedEvent;
  /** Delivered, given up, or to be delivered from the account's own stream. */
  settled: boolean;
}

/**
 * What was read from the log, from the oldest event on that is not settled: that much is sent again after a restart, at
 * most.
 */
export class Window {
  readonly #limits: Pick<WebhookLimits, 'windowEventsMax' | 'windowBytesMax'>;
  #pending: Pending[] = [];
  #bytes = 0;
  #settledUpTo: Position;
  #seen: Position;

  constructor(limits: Pick<WebhookLimits, 'windowEventsMax' | 'windowBytesMax'>, from: Position) {
    this.#limits = limits;
    this.#settledUpTo = from;
    this.#seen = from;
  }

  /** Everything up to here is settled or of no concern. */
  get settledUpTo(): Position {
    return this.#settledUpTo;
  }

  /** Nothing more should be read from the log for now. */
  get isFull(): boolean {
    return this.#pending.length >= this.#limits.windowEventsMax || this.#bytes >= this.#limits.windowBytesMax;
  }

  add(event: RecordedEvent): Pending {
    const pending = { event, settled: false };
    this.#pending.push(pending);
    this.#bytes += event.data.length;
    return pending;
  }

  /** Everything up to a position of the log was read. */
  seen(position: Position): void {
    this.#seen = position;
    this.settle();
  }

  /** Moves past everything that is settled. */
  settle(): void {
    let settled = 0;
    for (const { settled: isSettled, event } of this.#pending) {
      if (!isSettled) break;
      this.#settledUpTo = event.position;
      this.#bytes -= event.data.length;
      settled += 1;
    }
    if (settled > 0) this.#pending = this.#pending.slice(settled);
    if (this.#pending.length === 0 && this.#seen > this.#settledUpTo) this.#settledUpTo = this.#seen;
  }
}
