import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { eventsOfText } from '#event-store';
import { chainHash, chainStart, eventIdOf } from '#ledger';
import type { NewEvent } from '#operations/ports';
import { isDamage } from '../log-damage.ts';
import { isMarked } from '../log-tables.ts';
import type { RangeRead, StreamPart } from './range-messages.ts';

/** How long a read waits for a lock of the service, in ms. */
const lockWaitMs = 2_000;

/** position, stream, revision, count, previous, events: as a list, which is made faster than an object. */
type Row = readonly [number, number, number, number, number | null, string];

/** Events between two reports of progress. */
const toldEveryEvents = 1_024;

type Part = { -readonly [Key in keyof StreamPart]: StreamPart[Key] };

/** Reads ranges of the log's positions by a connection of its own. Says whether they are sound, not what is wrong. */
export class RangeReader {
  readonly #database: DatabaseSync;
  readonly #rows: StatementSync;
  readonly #row: StatementSync;
  readonly #name: StatementSync;
  readonly #mark: StatementSync;
  readonly #told: (events: number) => void;
  #parts = new Map<number, Part>();
  #sound = true;
  #marks = 0;

  /** @param told is told now and then how many more events were read. */
  constructor(file: string, told: (events: number) => void) {
    this.#told = told;
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: lockWaitMs });
    const columns = 'position, stream, revision, count, previous, events';
    this.#rows = this.#database.prepare(
      `SELECT ${columns} FROM appends WHERE position >= ? AND position < ? ORDER BY position`,
    );
    this.#row = this.#database.prepare(`SELECT ${columns} FROM appends WHERE position = ?`);
    this.#name = this.#database.prepare('SELECT name FROM streams WHERE id = ?');
    this.#mark = this.#database.prepare('SELECT position FROM marks WHERE stream = ? AND revision = ?');
    this.#rows.setReturnArrays(true);
    this.#row.setReturnArrays(true);
  }

  close(): void {
    this.#database.close();
  }

  /** The appends that begin at a position from `from` on and before `until`. */
  read(number: number, from: number, until: number): RangeRead {
    this.#parts = new Map();
    this.#sound = true;
    this.#marks = 0;
    let [first, next, events, untold] = [-1, -1, 0, 0];
    try {
      for (const row of this.#rows.iterate(from, until)) {
        const [position, , , count] = row as unknown as Row;
        if (first < 0) first = position;
        if (next >= 0 && position !== next) this.#sound = false;
        next = position + count;
        const taken = this.#take(row as unknown as Row);
        events += taken;
        untold += taken;
        if (untold < toldEveryEvents) continue;
        this.#told(untold);
        untold = 0;
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#sound = false;
    }
    this.#told(untold);
    const places = first < 0 ? undefined : { first, next };
    return { number, streams: [...this.#parts.values()], places, events, marks: this.#marks, sound: this.#sound };
  }

  /** Returns how many events the row has. */
  #take(row: Row): number {
    const [position, stream, revision, count, previous, text] = row;
    const events = readable(text);
    const part = this.#parts.get(stream) ?? this.#begin(row);
    const before = part.last;
    if (before.revision + 1 !== revision || before.position !== previous) part.sound = false;
    if (events?.length !== count || count === 0) this.#sound = false;
    let hash = before.hash;
    const name = part.name ?? '';
    for (const [index, event] of (events ?? []).entries()) {
      const right =
        hash === undefined ? '' : chainHash(hash, name, revision + index, event.type, event.data, event.metadata);
      if (right !== event.hash || eventIdOf(right) !== event.id) part.sound = false;
      ({ hash } = event);
    }
    const last = revision + count - 1;
    part.last = { revision: last, position, hash };
    if (isMarked(revision, last)) this.#checkMark(stream, last, position);
    return events?.length ?? 0;
  }

  #begin([, id, revision, , previous]: Row): Part {
    const row = this.#name.get(id);
    const name = row === undefined ? null : String(row['name']);
    const previousHash = previous === null ? chainStart : this.#lastHash(previous, id);
    // What it says that it follows is compared with the end of the range before, once that is known.
    const last = { revision: revision - 1, position: previous, hash: previousHash };
    const part = { id, name, previous, revision, previousHash, last, sound: name !== null };
    this.#parts.set(id, part);
    return part;
  }

  /** Of the last event of an append; undefined if there is none, or it is another stream's. */
  #lastHash(position: number, stream: number): string | undefined {
    const row = this.#row.get(position) as unknown as Row | undefined;
    return row?.[1] === stream ? readable(row[5])?.at(-1)?.hash : undefined;
  }

  #checkMark(stream: number, revision: number, position: number): void {
    this.#marks += 1;
    if (this.#mark.get(stream, revision)?.['position'] !== position) this.#sound = false;
  }
}

function readable(text: string): readonly NewEvent[] | undefined {
  try {
    return eventsOfText(text);
  } catch {
    return undefined;
  }
}
