/** What each thread is started with. */
export interface ThreadStart {
  readonly file: string;
  /** Position of the first event behind the log. */
  readonly end: number;
  /** Positions of one range. */
  readonly width: number;
  /** Two counters that all threads share: the next range, and how many events were read. */
  readonly counters: SharedArrayBuffer;
}

/** Places of the shared counters. */
export const nextRange = 0;
export const eventsRead = 1;

/** What one range has of one stream. */
export interface StreamPart {
  readonly id: number;
  /** Null: no stream has this number. */
  readonly name: string | null;
  /** What its first append here says that it follows: position of the append before, and revision of its own. */
  readonly previous: number | null;
  readonly revision: number;
  /** What the first hash here was computed with; undefined if there is nothing to compute it with. */
  readonly previousHash: string | undefined;
  readonly last: StreamEnd;
  /** Places, hashes and ids are all as they must be, if the range before ends with what the first event follows. */
  readonly sound: boolean;
}

/** The last event of a stream, as far as it was read. */
export interface StreamEnd {
  readonly revision: number;
  /** Of its append; null where there is none. */
  readonly position: number | null;
  readonly hash: string | undefined;
}

/** One range of positions that was read. */
export interface RangeRead {
  /** From 0, in the log's order. */
  readonly number: number;
  readonly streams: readonly StreamPart[];
  /** Position of the first append, and the one behind the last; undefined if none begins here. */
  readonly places: { readonly first: number; readonly next: number } | undefined;
  readonly events: number;
  /** Marks that its appends must have, and have if it is sound. */
  readonly marks: number;
  /** Nothing is wrong with the rows as such. */
  readonly sound: boolean;
}
