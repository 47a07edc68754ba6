import type { UndoLog } from './undo-log.ts';

/** How long after its deadline a hold that ended unused can still be charged: 24 hours. */
export const lateWindowMs = 24 * 60 * 60 * 1_000;

interface Bucket {
  readonly holds: number;
  /** The latest deadline among them. */
  readonly latest: number;
}

/** Windows are looked through for such as are over when there are this many, then at each doubling. */
const keptMin = 1_024;

/** When a hold was opened, and its deadline; ms since 1970. */
export interface HoldLife {
  readonly openedAt: number;
  readonly expiresAt: number;
}

const secondMs = 1_000;

/** Holds that live longer than a day are counted together by the minute: a hold lives up to 30 days. */
const minuteMs = 60_000;

/**
 * How many holds that ended unused, by their deadline or by a release, could still be settled late, counted by the second
 * of their deadlines, or the minute: some 220 000 small entries at most, whatever the traffic. An account cannot be closed
 * while there are any, and no pack refunded that they had units of.
 *
 * When one of several holds of one second is settled late, the others' latest deadline is kept as it was, so a close may
 * be refused for up to a second (a minute) longer than need be; it is never allowed too early.
 */
export class LateWindow {
  readonly #buckets = new Map<number, Bucket>();
  readonly #undo: UndoLog;
  #keptMax = keptMin;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  /** @param now of the ending: a hold that is released ends before its deadline. */
  endedUnused(life: HoldLife, now: number): void {
    const start = windowStart(life);
    const bucket = this.#buckets.get(start);
    this.#put(start, { holds: (bucket?.holds ?? 0) + 1, latest: Math.max(life.expiresAt, bucket?.latest ?? 0) });
    this.#forget(now);
  }

  settledLate(life: HoldLife): void {
    const start = windowStart(life);
    const bucket = this.#buckets.get(start);
    if (bucket === undefined) return;
    this.#put(start, bucket.holds > 1 ? { ...bucket, holds: bucket.holds - 1 } : undefined);
  }

  /** Whether any hold could still be settled late at `now`. */
  isOpen(now: number): boolean {
    for (const bucket of this.#buckets.values()) {
      if (now < bucket.latest + lateWindowMs) return true;
    }
    return false;
  }

  /**
   * What a snapshot keeps, by when they start. A window that is over at `now` may be remembered or forgotten
   * already, depending on what was taken back on the way: it is left out, so that equal histories give equal snapshots.
   */
  entries(now: number): [start: number, holds: number, latest: number][] {
    return [...this.#buckets]
      .filter(([, { latest }]) => now < latest + lateWindowMs)
      .map(([start, { holds, latest }]): [number, number, number] => [start, holds, latest])
      .sort(([left], [right]) => left - right);
  }

  restore(entries: readonly (readonly [number, number, number])[]): void {
    for (const [start, holds, latest] of entries) this.#buckets.set(start, { holds, latest });
  }

  /** Deadlines need not come in order, so the windows are looked through now and then, and not each time. */
  #forget(now: number): void {
    if (this.#buckets.size < this.#keptMax) return;
    for (const [start, bucket] of this.#buckets) {
      if (bucket.latest + lateWindowMs <= now) this.#put(start, undefined);
    }
    this.#keptMax = Math.max(keptMin, 2 * this.#buckets.size);
  }

  #put(start: number, bucket: Bucket | undefined): void {
    const before = this.#buckets.get(start);
    this.#undo.record(() => {
      set(this.#buckets, start, before);
    });
    set(this.#buckets, start, bucket);
  }
}

function set(buckets: Map<number, Bucket>, start: number, bucket: Bucket | undefined): void {
  if (bucket === undefined) buckets.delete(start);
  if (bucket !== undefined) buckets.set(start, bucket);
}

/** A millisecond that only holds of one second, or only those of one minute, are counted under. */
function windowStart({ openedAt, expiresAt }: HoldLife): number {
  const isLong = expiresAt - openedAt > lateWindowMs;
  const width = isLong ? minuteMs : secondMs;
  return expiresAt - (expiresAt % width) + (isLong ? 1 : 0);
}
