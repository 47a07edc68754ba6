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

/**
 * How many holds that ended unused could still be settled late, counted by the second of their deadlines: of holds that
 * expired twice 86 401 small entries at most, whatever the traffic. An account cannot be closed while there are any, and
 * no pack refunded that they had units of.
 *
 * When one of several holds of one second is settled late, the others' latest deadline is kept as it was, so a close may
 * be refused for up to a second longer than need be; it is never allowed too early.
 */
export class LateWindow {
  readonly #buckets = new Map<number, Bucket>();
  readonly #undo: UndoLog;
  #keptMax = keptMin;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  /** @param now of the ending: a hold that is released ends before its deadline. */
  endedUnused(deadline: number, now: number): void {
    const second = secondOf(deadline);
    const bucket = this.#buckets.get(second);
    this.#put(second, { holds: (bucket?.holds ?? 0) + 1, latest: Math.max(deadline, bucket?.latest ?? 0) });
    this.#forget(now);
  }

  settledLate(deadline: number): void {
    const second = secondOf(deadline);
    const bucket = this.#buckets.get(second);
    if (bucket === undefined) return;
    this.#put(second, bucket.holds > 1 ? { ...bucket, holds: bucket.holds - 1 } : undefined);
  }

  /** Whether any hold could still be settled late at `now`. */
  isOpen(now: number): boolean {
    for (const bucket of this.#buckets.values()) {
      if (now < bucket.latest + lateWindowMs) return true;
    }
    return false;
  }

  /**
   * What a snapshot keeps, in the order of seconds. A window that is over at `now` may be remembered or forgotten
   * already, depending on what was taken back on the way: it is left out, so that equal histories give equal snapshots.
   */
  entries(now: number): [second: number, holds: number, latest: number][] {
    return [...this.#buckets]
      .filter(([, { latest }]) => now < latest + lateWindowMs)
      .map(([second, { holds, latest }]): [number, number, number] => [second, holds, latest])
      .sort(([left], [right]) => left - right);
  }

  restore(entries: readonly (readonly [number, number, number])[]): void {
    for (const [second, holds, latest] of entries) this.#buckets.set(second, { holds, latest });
  }

  /** Deadlines need not come in order, so the windows are looked through now and then, and not each time. */
  #forget(now: number): void {
    if (this.#buckets.size < this.#keptMax) return;
    for (const [second, bucket] of this.#buckets) {
      if (bucket.latest + lateWindowMs <= now) this.#put(second, undefined);
    }
    this.#keptMax = Math.max(keptMin, 2 * this.#buckets.size);
  }

  #put(second: number, bucket: Bucket | undefined): void {
    const before = this.#buckets.get(second);
    this.#undo.record(() => {
      set(this.#buckets, second, before);
    });
    set(this.#buckets, second, bucket);
  }
}

function set(buckets: Map<number, Bucket>, second: number, bucket: Bucket | undefined): void {
  if (bucket === undefined) buckets.delete(second);
  if (bucket !== undefined) buckets.set(second, bucket);
}

function secondOf(deadline: number): number {
  return Math.floor(deadline / 1_000);
}
