import { eventsRead, nextRange, type RangeRead, type ThreadStart } from './range-messages.ts';
import { RangeReader } from './range-reader.ts';

/** Reads one range after the other that no other thread has taken, until there is none left. */
export function* readNext({ file, end, width, counters }: ThreadStart): Generator<RangeRead, void> {
  const shared = new BigInt64Array(counters);
  const reader = new RangeReader(file, (events) => {
    Atomics.add(shared, eventsRead, BigInt(events));
  });
  try {
    for (;;) {
      const number = Number(Atomics.add(shared, nextRange, 1n));
      const from = number * width;
      if (from >= end) return;
      yield reader.read(number, from, Math.min(end, from + width));
    }
  } finally {
    reader.close();
  }
}

/** Leaves no range to any thread. */
export function takeAll({ counters, end }: ThreadStart): void {
  Atomics.store(new BigInt64Array(counters), nextRange, BigInt(end));
}
