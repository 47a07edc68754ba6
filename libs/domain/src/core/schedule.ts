import type { UndoLog } from '../kernel/undo-log.ts';

/** What can fall due besides holds, in the order in which it happens at one moment; holds come before all of it. */
export const dueKinds = ['pack-expiry', 'arrears-suspension', 'order-closing', 'pack-notice'] as const;

export type DueKind = (typeof dueKinds)[number];

/** Something of an account that happens by itself when its time comes. */
export interface Due {
  /** When it happens, ms since 1970. */
  readonly at: number;
  readonly kind: DueKind;
  /** Which of its kind: an id that is unique in the account for the kind. */
  readonly subject: string;
  /** Revision of the event that made it due. */
  readonly order: number;
}

/** What an event makes due, or takes off again. */
export type ScheduleChange =
  | { readonly change: 'put'; readonly kind: DueKind; readonly subject: string; readonly at: number }
  | { readonly change: 'remove'; readonly kind: DueKind; readonly subject: string }
  | { readonly change: 'remove-all' };

/**
 * What of an account falls due besides holds, in the order in which it happens: by time, then by kind, then by opening
 * order. A short sorted list: an account that has none of it pays one comparison.
 */
export class Schedule {
  #sorted: readonly Due[] = [];
  #nextAt = Number.POSITIVE_INFINITY;
  readonly #undo: UndoLog;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  /** Time of the first, ms since 1970; `Infinity` if there is none. */
  get nextAt(): number {
    return this.#nextAt;
  }

  get first(): Due | undefined {
    return this.#sorted[0];
  }

  get all(): readonly Due[] {
    return this.#sorted;
  }

  /** @param revision of the event that the change comes from. */
  apply(change: ScheduleChange, revision: number): void {
    switch (change.change) {
      case 'put':
        this.put(change.kind, change.subject, change.at, revision);
        return;
      case 'remove':
        this.remove(change.kind, change.subject);
        return;
      case 'remove-all':
        if (this.#sorted.length > 0) this.#replace([]);
        return;
    }
  }

  /**
   * Another time for the same subject takes the place of the first.
   *
   * @param order revision of the event that makes it due.
   */
  put(kind: DueKind, subject: string, at: number, order: number): void {
    const due: Due = { at, kind, subject, order };
    const others = this.#without(kind, subject);
    const place = others.findIndex((other) => precedes(due, other));
    this.#replace(place < 0 ? [...others, due] : others.toSpliced(place, 0, due));
  }

  remove(kind: DueKind, subject: string): void {
    const others = this.#without(kind, subject);
    if (others.length < this.#sorted.length) this.#replace(others);
  }

  /** What a snapshot kept. */
  restore(sorted: readonly Due[]): void {
    this.#replace(sorted);
  }

  #without(kind: DueKind, subject: string): readonly Due[] {
    return this.#sorted.filter((due) => due.kind !== kind || due.subject !== subject);
  }

  #replace(sorted: readonly Due[]): void {
    const before = this.#sorted;
    this.#undo.record(() => {
      this.#set(before);
    });
    this.#set(sorted);
  }

  #set(sorted: readonly Due[]): void {
    this.#sorted = sorted;
    this.#nextAt = sorted[0]?.at ?? Number.POSITIVE_INFINITY;
  }
}

function precedes(left: Due, right: Due): boolean {
  if (left.at !== right.at) return left.at < right.at;
  if (left.kind !== right.kind) return dueKinds.indexOf(left.kind) < dueKinds.indexOf(right.kind);
  return left.order < right.order;
}
