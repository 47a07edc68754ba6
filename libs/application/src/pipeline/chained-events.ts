import { chainHash, eventIdFromHash } from '#domain';
import { appendBytesMax, appendEventsMax, bytesPerCharacterMax, type NewEvent } from '../ports/event-store.ts';

/** Who caused an event, as it is stored beside it. */
export interface Cause {
  readonly actor: string;
  readonly correlationId: string;
  /** Of a sweep in front of somebody's command: the correlation id of that command, without which it had come later. */
  readonly causationId?: string;
}

/** Who acts where nobody asked: an alarm, the sweeper, the daily run. No API key has this id. */
const ownActor = 'holdfast';

/**
 * The cause of what a lane processes because it is due: the alarm, sweeper or run that was set to do that; or
 * a sweep of its own, in front of the command that woke it.
 */
export function sweepCauseFor(woken: Cause | undefined): Cause {
  if (woken?.actor === ownActor) return { actor: ownActor, correlationId: woken.correlationId };
  const own = { actor: ownActor, correlationId: 'sweep' };
  return woken === undefined ? own : { ...own, causationId: woken.correlationId };
}

/** Turns events into stored form, each chained to the one before it, while a batch is decided. */
export class ChainedEvents {
  readonly stream: string;
  readonly events: NewEvent[] = [];
  #characters = 0;
  /** UTF-8 bytes of the first so many events. */
  #measured = { count: 0, bytes: 0 };
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
    const { actor, correlationId, causationId } = cause;
    const metadata = JSON.stringify({ actor, correlationId, causationId, writer: this.#writer });
    this.#revision += 1;
    this.#hash = chainHash(this.#hash, this.stream, this.#revision, event.type, data, metadata);
    this.events.push({ id: eventIdFromHash(this.#hash), type: event.type, data, metadata, hash: this.#hash });
    this.#characters += data.length + metadata.length;
  }

  /** UTF-16 code units of data and metadata. */
  get characters(): number {
    return this.#characters;
  }

  /** Whether they are more than one append takes. */
  get isTooLarge(): boolean {
    if (this.events.length > appendEventsMax) return true;
    if (this.#characters * bytesPerCharacterMax <= appendBytesMax) return false;
    let { count, bytes } = this.#measured;
    for (const { data, metadata } of this.events.slice(count)) {
      bytes += Buffer.byteLength(data) + Buffer.byteLength(metadata);
      count += 1;
    }
    this.#measured = { count, bytes };
    return bytes > appendBytesMax;
  }

  /** The present place, to go back to if what follows is taken back. */
  mark(): ChainMark {
    return {
      count: this.events.length,
      characters: this.#characters,
      revision: this.#revision,
      hash: this.#hash,
    };
  }

  rollBackTo(mark: ChainMark): void {
    this.events.length = mark.count;
    this.#characters = mark.characters;
    if (this.#measured.count > mark.count) this.#measured = { count: 0, bytes: 0 };
    this.#revision = mark.revision;
    this.#hash = mark.hash;
  }
}

export interface ChainMark {
  readonly count: number;
  readonly characters: number;
  readonly revision: number;
  readonly hash: string;
}
