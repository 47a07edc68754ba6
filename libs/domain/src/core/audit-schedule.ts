import type { ScheduleChange } from './schedule.ts';
import type { Violation } from './violation.ts';

/** What falls due in one account besides holds: kind and subject, and when. */
export class ScheduleAudit {
  readonly #schedule = new Map<string, number>();

  /** Kind and subject of what is due, and when. */
  get open(): ReadonlyMap<string, number> {
    return this.#schedule;
  }

  /**
   * What should have happened before an event; it is told once.
   *
   * @param isByItself nobody asked for the event.
   * @param change what it makes due, or takes off.
   */
  follow(at: number, isByItself: boolean, change: ScheduleChange | undefined): Violation | undefined {
    const missed = this.#schedule.size === 0 ? undefined : this.missedAt(at, isByItself);
    if (missed !== undefined) this.#schedule.delete(missed);
    if (change?.change === 'put') this.#schedule.set(`${change.kind} ${change.subject}`, change.at);
    if (change?.change === 'remove') this.#schedule.delete(`${change.kind} ${change.subject}`);
    if (change?.change === 'remove-all') this.#schedule.clear();
    return missed === undefined ? undefined : dueViolation(missed);
  }

  putOn(due: string, at: number): void {
    this.#schedule.set(due, at);
  }

  takeOff(due: string): void {
    this.#schedule.delete(due);
  }

  /** No unit of a pack is left: it does not expire, and nobody is told that it would. */
  clearPack(packId: string): void {
    this.#schedule.delete(`pack-expiry ${packId}`);
    this.#schedule.delete(`pack-notice ${packId}`);
  }

  /** What is still due at the end, though the account's last event is later. */
  finish(lastAt: number, lastCommandAt: number): readonly Violation[] {
    return [...this.#schedule].filter(([, at]) => at < lastAt || at <= lastCommandAt).map(([due]) => dueViolation(due));
  }

  /** A command comes after all that is due at its moment; of what happens by itself one may wait for another. */
  missedAt(at: number, byItself: boolean): string | undefined {
    for (const [due, dueAt] of this.#schedule) {
      if (byItself ? dueAt < at : dueAt <= at) return due;
    }
    return undefined;
  }
}

function dueViolation(due: string): Violation {
  return { kind: 'due-missed', detail: `${due} was due and did not happen` };
}
