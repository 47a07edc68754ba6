import type { UndoLog } from './undo-log.ts';

/** How long after its deadline a hold that ended unused can still be charged: 24 hours. */
export const lateWindowMs = 24 * 60 * 60 * 1_000;

interface Bucket {
  readonly holds: number;
  /** The latest deadline among them. */
  readonly latest: number;
}

/**
 * How many expired holds of an account could still be settled late, counted by the second of their deadlines: at most
 * 86 401 small entries, whatever the traffic. An account cannot be closed while there are any.
 *
 * When one of several holds of one second is settled late, the others' latest deadline is kept as it was, so a close may
 * be refused for up to a second longer than need be; it is never allowed too early.
 */
export class LateWindow {
  readonly #buckets = new Map<number, Bucket>();
  readonly #undo: UndoLog;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  expired(deadline: number): void {
    const second = secondOf(deadline);
    const bucket = this.#buckets.get(second);
    this.#put(second, { holds: (bucket?.holds ?? 0) + 1, latest: Math.max(deadline, bucket?.latest ?? 0) });
    this.#forgetBefore(deadline - lateWindowMs);
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

  /**
   * Deadlines come in order, so the oldest bucket is mostly the map's first; one that came back because its end was
   * taken back is found later, and does no harm until then.
   */
  #forgetBefore(deadline: number): void {
    for (const [second, bucket] of this.#buckets) {
      if (bucket.latest > deadline) return;
      this.#put(second, undefined);
    }
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
