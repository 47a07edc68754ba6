import { chainHash, eventIdOf } from '#ledger';
import type { NewEvent } from '../ports/event-store.ts';

/** Who caused an event, as it is stored beside it. */
export interface Cause {
  readonly actor: string;
  readonly correlationId: string;
}

/** The expiries that a lane writes because their time has come. */
export const sweepCause: Cause = { actor: 'holdfast', correlationId: 'sweep' };

/** Turns events into stored form, each chained to the one before it, while a batch is decided. */
export class ChainedEvents {
  readonly stream: string;
  readonly events: NewEvent[] = [];
  /** UTF-8 bytes of data and metadata. */
  bytes = 0;
  readonly #writer: string | undefined;
  #revision: number;
  #hash: string;

  /**
   * @param revision and `hash` of the stream's last event; -1 and the chain's start for a new stream.
   * @param writer is stored beside each event where several processes write. Two that decide the same on the same state
   * would make the same event with the same id otherwise, and the store would tell the later one, who knows nothing of
   * what came after it, that its append is written.
   */
  constructor(stream: string, revision: number, hash: string, writer?: string) {
    this.stream = stream;
    this.#writer = writer;
    this.#revision = revision;
    this.#hash = hash;
  }

  /** Hash of the last event. */
  get hash(): string {
    return this.#hash;
  }

  /** Revision of the last event. */
  get revision(): number {
    return this.#revision;
  }

  /** Revision that the first of the events follows. */
  get expected(): number {
    return this.#revision - this.events.length;
  }

  /** `event.data` is plain JSON data: no number in it but safe integers. */
  add(event: { readonly type: string; readonly data: object }, cause: Cause): void {
    const data = JSON.stringify(event.data);
    const { actor, correlationId } = cause;
    const metadata = JSON.stringify({ actor, correlationId, writer: this.#writer });
    this.#revision += 1;
    this.#hash = chainHash(this.#hash, this.stream, this.#revision, event.type, data, metadata);
    this.events.push({ id: eventIdOf(this.#hash), type: event.type, data, metadata, hash: this.#hash });
    this.bytes += Buffer.byteLength(data) + Buffer.byteLength(metadata);
  }

  /** The present place, to go back to if what follows is taken back. */
  mark(): ChainMark {
    return { count: this.events.length, bytes: this.bytes, revision: this.#revision, hash: this.#hash };
  }

  rollBackTo(mark: ChainMark): void {
    this.events.length = mark.count;
    this.bytes = mark.bytes;
    this.#revision = mark.revision;
    this.#hash = mark.hash;
  }
}

export interface ChainMark {
  readonly count: number;
  readonly bytes: number;
  readonly revision: number;
  readonly hash: string;
}
