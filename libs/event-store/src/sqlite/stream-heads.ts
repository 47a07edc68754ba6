import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { appendsIn, type GroupPlaces } from './group-row.ts';

/** After so many events the heads of their streams are saved: whoever opens the store reads about as many at most. */
const savedLatestEvents = 65_536;

/** Already after so many where they are of few streams, with so many events for each, so that saving costs little. */
const savedEarliestEvents = 8_192;
const eventsPerHeadMin = 8;

/** Most heads saved with one group, so that no group waits for all of them. */
const savedAtOnceMax = 1_024;

/** Heads kept in memory though they are saved. */
const savedKeptMax = 200_000;

/** Where a stream ends: its last revision, and the position at which its last append begins. */
export interface StreamEnd {
  readonly revision: number;
  readonly position: number;
}

interface Head {
  revision: number;
  position: number;
  /** The round of saving in which it was changed last. */
  round: number;
}

/**
 * The heads of the streams as the writer needs them: in memory as far as they are not saved. All calls must be within a
 * transaction in which nobody else writes.
 */
export class StreamHeads {
  readonly #after: StatementSync;
  readonly #saved: StatementSync;
  readonly #savedUntil: StatementSync;
  readonly #save: StatementSync;
  readonly #saveUntil: StatementSync;
  readonly #heads = new Map<number, Head>();
  /** Streams that were changed in this round, and those of the round before that are not saved yet. */
  #changed: number[] = [];
  #toSave: number[] = [];
  #round = 1;
  #roundBegan = 0;
  #end: number | undefined;

  constructor(database: DatabaseSync) {
    this.#after = database.prepare('SELECT position, count, appends FROM groups WHERE position >= ? ORDER BY position');
    this.#saved = database.prepare('SELECT revision, position FROM heads WHERE stream = ?');
    this.#savedUntil = database.prepare('SELECT until FROM heads_saved');
    this.#save = database.prepare('INSERT OR REPLACE INTO heads VALUES (?, ?, ?)');
    this.#saveUntil = database.prepare('UPDATE heads_saved SET until = max(until, ?)');
  }

  /** Takes in what was written since the last look, by whomever. @returns the position behind the last event. */
  readForward(): number {
    if (this.#end === undefined) this.#roundBegan = Number(this.#savedUntil.get()?.['until']) + 1;
    let end = this.#end ?? this.#roundBegan;
    for (const row of this.#after.iterate(end)) {
      const group = row as unknown as GroupPlaces & { readonly count: number };
      for (const { stream, revision, count, position } of appendsIn(group)) {
        this.move(stream, revision + count - 1, position);
      }
      end = group.position + group.count;
    }
    this.#end = end;
    return end;
  }

  of(stream: number): StreamEnd | undefined {
    const known = this.#heads.get(stream);
    if (known !== undefined) return known;
    const saved = this.#saved.get(stream);
    if (saved === undefined) return undefined;
    const head = { revision: Number(saved['revision']), position: Number(saved['position']), round: 0 };
    this.#heads.set(stream, head);
    return head;
  }

  move(stream: number, revision: number, position: number): void {
    const head = this.#heads.get(stream);
    if (head?.round !== this.#round) this.#changed.push(stream);
    if (head === undefined) {
      this.#heads.set(stream, { revision, position, round: this.#round });
      return;
    }
    head.revision = revision;
    head.position = position;
    head.round = this.#round;
  }

  /** To be called before a commit. @param end position behind the last event. */
  save(end: number): void {
    this.#end = end;
    if (this.#toSave.length === 0) {
      if (!this.#isTimeToSave(end - this.#roundBegan)) return;
      this.#beginRound(end);
    }
    for (const stream of this.#toSave.splice(-savedAtOnceMax)) {
      const head = this.#heads.get(stream);
      if (head !== undefined) this.#save.run(stream, head.revision, head.position);
    }
    if (this.#toSave.length > 0) return;
    this.#saveUntil.run(this.#roundBegan - 1);
    if (this.#heads.size > savedKeptMax + this.#changed.length) this.#forgetSaved();
  }

  /** To be called after a rollback: what is in memory may never have been written. */
  forget(): void {
    this.#heads.clear();
    this.#changed = [];
    this.#toSave = [];
    this.#end = undefined;
  }

  #isTimeToSave(events: number): boolean {
    if (events >= savedLatestEvents) return true;
    return events >= savedEarliestEvents && this.#changed.length * eventsPerHeadMin <= events;
  }

  /** In the order of their numbers, so that few pages are changed with one group. */
  #beginRound(end: number): void {
    this.#toSave = this.#changed.sort((one, other) => other - one);
    this.#changed = [];
    this.#round += 1;
    this.#roundBegan = end;
  }

  #forgetSaved(): void {
    for (const [stream, { round }] of this.#heads) if (round < this.#round) this.#heads.delete(stream);
  }
}
