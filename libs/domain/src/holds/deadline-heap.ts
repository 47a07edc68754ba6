import type { OpenHold } from './hold.ts';

/** Entries of ended holds that are not worth a rebuild. */
const staleSlack = 64;

/**
 * The open holds of an account by deadline, then by opening order: a binary heap.
 *
 * A hold that ended early stays behind as a stale entry until it comes to the top or until stale entries outnumber live
 * ones and the heap is rebuilt; so ending a hold costs nothing here, and the heap never holds more than twice the open
 * holds (and a few).
 */
export class DeadlineHeap {
  #heap: OpenHold[] = [];
  readonly #isOpen: (hold: OpenHold) => boolean;

  /** @param isOpen whether this very hold (not another of the same id) is open. */
  constructor(isOpen: (hold: OpenHold) => boolean) {
    this.#isOpen = isOpen;
  }

  /** Entries kept, of open and of ended holds. */
  get size(): number {
    return this.#heap.length;
  }

  push(hold: OpenHold): void {
    this.#heap.push(hold);
    this.#siftUp(this.#heap.length - 1);
  }

  /** The open hold with the nearest deadline. */
  peek(): OpenHold | undefined {
    let top = this.#heap[0];
    while (top !== undefined && !this.#isOpen(top)) {
      this.#removeTop();
      top = this.#heap[0];
    }
    return top;
  }

  /** Forgets ended holds if they outnumber the `open` ones. */
  compact(open: number): void {
    if (this.#heap.length <= 2 * open + staleSlack) return;
    // An ending that was undone pushes its hold a second time, perhaps with another count of attempts: one of each stays.
    const live = [...new Map(this.#heap.filter(this.#isOpen).map((hold) => [hold.opening, hold])).values()];
    // A sorted list is a heap.
    this.#heap = live.sort((left, right) => (precedes(left, right) ? -1 : 1));
  }

  #removeTop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(start: number): void {
    const heap = this.#heap;
    const hold = heap[start];
    if (hold === undefined) return;
    let index = start;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !precedes(hold, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = hold;
  }

  #siftDown(start: number): void {
    const heap = this.#heap;
    const hold = heap[start];
    if (hold === undefined) return;
    let index = start;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      if (left === undefined) break;
      const takeRight = right !== undefined && precedes(right, left);
      const child = takeRight ? right : left;
      if (!precedes(child, hold)) break;
      heap[index] = child;
      index = 2 * index + (takeRight ? 2 : 1);
    }
    heap[index] = hold;
  }
}

/** Earlier deadline first, then earlier opening. */
function precedes(left: OpenHold, right: OpenHold): boolean {
  if (left.opening.expiresAt !== right.opening.expiresAt) return left.opening.expiresAt < right.opening.expiresAt;
  return left.order < right.order;
}
