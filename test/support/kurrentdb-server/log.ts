/** An event as the server stores it. */
export interface StoredEvent {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  /** Place of its record in the transaction log, which is both its commit and its prepare position. */
  readonly position: bigint;
  readonly createdMs: number;
}

export type ProposedEvent = Pick<StoredEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/**
 * What the server makes of an append.
 *
 * - `written`: answered once `replicated` says true; false means that a new leader has thrown it away.
 * - `already`: the very same events stand there.
 * - `dropped`: they stand there, but are not replicated yet: the server says nothing at all.
 */
export type Verdict =
  | { readonly kind: 'written'; readonly last: StoredEvent; readonly replicated: Promise<boolean> }
  | { readonly kind: 'already'; readonly last: StoredEvent }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'wrong'; readonly current: number };

interface Held {
  readonly upTo: number;
  readonly settle: (kept: boolean) => void;
}

/** The transaction log that the nodes of a cluster share, with the server's rules of appending to a named revision. */
export class TransactionLog {
  readonly #records: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #watchers = new Set<() => void>();
  #held: Held[] | undefined;
  #replicated = 0;
  #end = 0n;

  /** The replicated events: what readers see. */
  get visible(): readonly StoredEvent[] {
    return this.#held === undefined ? this.#records : this.#records.slice(0, this.#replicated);
  }

  /** How many appends are written and not replicated. */
  get heldBack(): number {
    return this.#held?.length ?? 0;
  }

  /** The replicated events of a stream. */
  stream(name: string): readonly StoredEvent[] {
    const events = this.#streams.get(name) ?? [];
    return this.#held === undefined ? events : events.filter(({ position }) => this.#isReplicated(position));
  }

  append(stream: string, expected: number, proposed: readonly ProposedEvent[]): Verdict {
    const stored = this.#streams.get(stream) ?? [];
    const current = stored.length - 1;
    if (expected === current) return this.#write(stream, stored, proposed);
    const places = stored.slice(expected + 1, expected + 1 + proposed.length);
    const last = places.at(-1);
    const same = places.length === proposed.length && places.every(({ id }, index) => id === proposed[index]?.id);
    if (!same || last === undefined) return { kind: 'wrong', current };
    return this.#isReplicated(last.position) ? { kind: 'already', last } : { kind: 'dropped' };
  }

  /** From now on what is written is not replicated. */
  holdReplication(): void {
    if (this.#held !== undefined) return;
    this.#replicated = this.#records.length;
    this.#held = [];
  }

  /** Replicates what was held back, but for the last `lost` appends, which are as if they had never been. */
  releaseReplication(lost = 0): void {
    const held = this.#held ?? [];
    const kept = held.slice(0, Math.max(0, held.length - lost));
    const length = kept.at(-1)?.upTo ?? this.#replicated;
    for (const record of this.#records.splice(length)) this.#streams.get(record.stream)?.pop();
    this.#held = undefined;
    for (const append of held) append.settle(append.upTo <= length);
    this.#report();
  }

  /** Calls `watch` whenever more can be read; returns how to stop that. */
  watch(watch: () => void): () => void {
    this.#watchers.add(watch);
    return () => this.#watchers.delete(watch);
  }

  #write(stream: string, stored: StoredEvent[], proposed: readonly ProposedEvent[]): Verdict {
    for (const event of proposed) {
      const record = { ...event, stream, revision: stored.length, position: this.#end, createdMs: Date.now() };
      this.#end += BigInt(100 + event.data.length + event.metadata.length);
      stored.push(record);
      this.#records.push(record);
    }
    this.#streams.set(stream, stored);
    const last = stored.at(-1);
    if (last === undefined) throw new RangeError('an append without events');
    return { kind: 'written', last, replicated: this.#replicate() };
  }

  #replicate(): Promise<boolean> {
    const held = this.#held;
    if (held !== undefined) {
      return new Promise((settle) => held.push({ upTo: this.#records.length, settle }));
    }
    this.#report();
    return Promise.resolve(true);
  }

  #isReplicated(position: bigint): boolean {
    if (this.#held === undefined) return true;
    const last = this.#records[this.#replicated - 1];
    return last !== undefined && position <= last.position;
  }

  #report(): void {
    for (const watch of this.#watchers) watch();
  }
}
