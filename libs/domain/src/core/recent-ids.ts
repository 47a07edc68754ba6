import type { UndoLog } from '../kernel/undo-log.ts';
import type { AccountEvent } from './events.ts';

/**
 * What an account has done lately and the id index has not recorded yet, by id. Each entry is forgotten as soon as the index
 * has it, so that idempotency is exact for ever in bounded memory. Where there is no index (a replay, a rule test) nothing
 * is ever forgotten.
 */
export class RecentIds {
  readonly #requests = new Map<string, AccountEvent>();
  /** In order of revision; everything before `#next` is forgotten. */
  #remembered: { revision: number; forget: () => void }[] = [];
  #next = 0;
  readonly #undo: UndoLog;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  /** The event that used up an id lately; for keys see {@link requestKey}. */
  request(key: string): AccountEvent | undefined {
    return this.#requests.get(key);
  }

  useId(revision: number, key: string, event: AccountEvent): void {
    this.remember(revision, this.#requests, key, event);
  }

  /** Puts a value into a topic's own map until the index has the event of `revision`. */
  remember<Value>(revision: number, map: Map<string, Value>, key: string, value: Value): void {
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
