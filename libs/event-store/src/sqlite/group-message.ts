import type { AppendAsked } from './log-writer.ts';

/*
 * A group of appends as it goes to the writer's thread: a list for each field, not an object for each append, which takes
 * longer to copy.
 */

export interface GroupMessage {
  readonly streams: readonly string[];
  readonly expected: readonly number[];
  readonly counts: readonly number[];
  readonly events: readonly string[];
}

export function messageOf(group: readonly AppendAsked[]): GroupMessage {
  return {
    streams: group.map(({ stream }) => stream),
    expected: group.map(({ expected }) => expected),
    counts: group.map(({ count }) => count),
    events: group.map(({ events }) => events),
  };
}

export function groupOf({ streams, expected, counts, events }: GroupMessage): AppendAsked[] {
  return streams.map((stream, index) => ({
    stream,
    expected: expected[index] ?? 0,
    count: counts[index] ?? 0,
    events: events[index] ?? '',
  }));
}
