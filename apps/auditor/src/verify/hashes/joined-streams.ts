import type { StreamsRead } from './streams-reader.ts';

/** A head as the log's own table has it. */
export interface StoredHead {
  readonly stream: number;
  readonly position: number;
}

/** What the log's own tables say of it, all of one moment. */
export interface Extent {
  /** Position of the first event behind the log. */
  readonly end: number;
  /** Position up to which heads are saved. */
  readonly savedUntil: number;
  readonly heads: readonly StoredHead[];
  readonly marks: number;
  /** Of all streams, by their numbers. */
  readonly names: ReadonlyMap<number, string>;
}

/** What all partitions of a log's streams come to. */
export interface JoinedStreams {
  readonly events: number;
  /** Of the streams that have events. */
  readonly names: readonly string[];
  /** Streams whose chains have to be followed one event after the other. */
  readonly suspects: ReadonlySet<string>;
  /** Nothing is wrong with the rows, their places, and what was derived from them. */
  readonly sound: boolean;
}

export function joinedStreams(
  reads: readonly StreamsRead[],
  { end, savedUntil, heads, marks, names }: Extent,
): JoinedStreams {
  const findName = (id: number): string => names.get(id) ?? `stream #${String(id)}`;
  const streams = new Set<number>(reads.flatMap(({ ids }) => [...ids]));
  const suspects = new Set(reads.flatMap((read) => read.suspects.map(findName)));
  const found = [...streams].map(findName);
  for (const name of repeated(found)) suspects.add(name);
  // Each partition has compared those of its streams.
  const fit = savedUntil < end && heads.every(({ stream, position }) => streams.has(stream) && position < end);
  const sum = (figure: (read: StreamsRead) => number): number => reads.reduce((total, read) => total + figure(read), 0);
  const all = reads.find((read) => read.all !== undefined)?.all;
  const sound =
    reads.every((read) => read.sound) &&
    fit &&
    marks === sum((read) => read.marks) &&
    // Each append is of one partition, whatever stands for its stream.
    all?.appends === sum((read) => read.appends) &&
    all.next === end;
  return { events: sum((read) => read.events), names: found, suspects, sound };
}

/** Two numbers with one name would be two sound chains, where there can be only one. */
function repeated(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.filter((name) => {
    const again = seen.has(name);
    seen.add(name);
    return again;
  });
}
