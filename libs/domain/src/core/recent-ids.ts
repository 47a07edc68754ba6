import type { ChargeRefunded } from '../corrections/events.ts';
import type { AccountEvent, EventOf } from './events.ts';
import type { Metadata } from '../kernel/metadata.ts';
import type { HoldEnding, HoldFacts } from '../holds/hold.ts';
import type { KeptOpening } from '../holds/kept-opening.ts';
import type { UndoLog } from '../kernel/undo-log.ts';

/** A hold as it was kept while it was open, and how it ended. */
export interface EndedHold {
  readonly opening: KeptOpening;
  readonly ending: HoldEnding;
}

/** What came after a hold's ending. */
type Aftermath = Pick<HoldFacts, 'late' | 'uncollected' | 'refunded'>;

/**
 * What an account has finished lately: ended holds and used ids that the id index has not recorded yet. Each is
 * forgotten as soon as the index has it, so that idempotency is exact for ever in bounded memory. Where there is no
 * index (a replay, a rule test) nothing is ever forgotten.
 */
export class RecentPast {
  readonly #ended = new Map<string, EndedHold>();
  readonly #metadata = new Map<string, Metadata>();
  readonly #aftermath = new Map<string, Aftermath>();
  readonly #requests = new Map<string, AccountEvent>();
  /** In order of revision; everything before `#next` is forgotten. */
  #remembered: { revision: number; forget: () => void }[] = [];
  #next = 0;
  readonly #undo: UndoLog;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  /** A hold that ended lately. */
  hold(holdId: string): EndedHold | undefined {
    return this.#ended.get(holdId);
  }

  /** Metadata of a hold that was opened lately, if its state does not keep it. */
  metadata(holdId: string): Metadata | undefined {
    return this.#metadata.get(holdId);
  }

  /** What was recorded lately about a hold after it had ended. */
  aftermath(holdId: string): Aftermath | undefined {
    return this.#aftermath.get(holdId);
  }

  /** The event that used up an id lately; for keys see {@link requestKey}. */
  request(key: string): AccountEvent | undefined {
    return this.#requests.get(key);
  }

  keepMetadata(revision: number, holdId: string, metadata: Metadata): void {
    this.#remember(revision, this.#metadata, holdId, metadata);
  }

  endHold(revision: number, facts: EndedHold): void {
    this.#remember(revision, this.#ended, facts.opening.holdId, facts);
  }

  recordLate(revision: number, event: EventOf<'hold-settled-late.v2'>): void {
    const { holdId } = event.data;
    this.#remember(revision, this.#aftermath, holdId, { ...this.#aftermath.get(holdId), late: event });
  }

  recordUncollected(revision: number, event: EventOf<'charge-uncollected.v1'>): void {
    const { holdId } = event.data;
    this.#remember(revision, this.#aftermath, holdId, { ...this.#aftermath.get(holdId), uncollected: event });
  }

  recordRefund(revision: number, { holdId, refunded }: ChargeRefunded): void {
    this.#remember(revision, this.#aftermath, holdId, { ...this.#aftermath.get(holdId), refunded });
  }

  useId(revision: number, key: string, event: AccountEvent): void {
    this.#remember(revision, this.#requests, key, event);
  }

  /** Forgets everything up to and including a revision: the id index has it. */
  forget(upTo: number): void {
    let entry = this.#remembered[this.#next];
    while (entry !== undefined && entry.revision <= upTo) {
      entry.forget();
      this.#next += 1;
      entry = this.#remembered[this.#next];
    }
    if (this.#next * 2 <= this.#remembered.length) return;
    this.#remembered = this.#remembered.slice(this.#next);
    this.#next = 0;
  }

  /** How many things are remembered. */
  get size(): number {
    return this.#remembered.length - this.#next;
  }

  #remember<Value>(revision: number, map: Map<string, Value>, key: string, value: Value): void {
    const before = map.get(key);
    map.set(key, value);
    this.#remembered.push({
      revision,
      forget: () => {
        // A younger value under the same key is not in the index yet.
        if (map.get(key) === value) map.delete(key);
      },
    });
    this.#undo.record(() => {
      this.#remembered.pop();
      if (before === undefined) map.delete(key);
      if (before !== undefined) map.set(key, before);
    });
  }
}

/**
 * The kinds of ids that callers choose, apart from holds and the account itself. `reversed` stands apart: under the id of
 * a deposit it has the last reversal of it.
 */
export type RequestKind =
  | 'deposit'
  | 'withdrawal'
  | 'adjustment'
  | 'attempt'
  | 'change'
  | 'refund'
  | 'reversal'
  | 'reversed'
  | 'bill'
  | 'order'
  | 'order-closing'
  | 'order-payment'
  | 'pack'
  | 'pack-refund';

/** One key for an id of a kind. An attempt's id is `<holdId>/<attemptId>`; no caller's id has a slash or a space. A bill's id is its date. */
export function requestKey(kind: RequestKind, id: string): string {
  return `${kind} ${id}`;
}
