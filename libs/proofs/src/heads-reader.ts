import type { Position } from '#application/ports';
import type { Head } from './heads-tree.ts';

/** A head, and where in the store its event stands. */
export interface PlacedHead extends Head {
  readonly position: Position;
}

/** The heads of all streams at one moment, in the order of their names. */
export interface HeadsThen {
  /** They are those after everything up to here. */
  readonly position: Position;
  readonly heads: Iterable<PlacedHead>;
}

/** Reads the heads of all streams as of one moment. */
export interface HeadsReader {
  /** Hands them over; they can be gone through once, while `take` runs, so that a million of them need no room. */
  read<Result>(take: (then: HeadsThen) => Result): Result;
  close(): void;
}

/** A module that opens such readers. It is imported by its URL in a thread of its own, so nobody here knows the read models. */
export interface HeadsReaderModule {
  readonly openHeadsReader: (options: Readonly<Record<string, string | number>>) => HeadsReader;
}

/** Where to get a reader of heads from. */
export interface HeadsReaderSource {
  /** URL of a {@link HeadsReaderModule}. */
  readonly module: string;
  readonly options: Readonly<Record<string, string | number>>;
}
