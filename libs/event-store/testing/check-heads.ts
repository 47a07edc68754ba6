import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { appendsIn, computeCrc, type GroupRow, type StoredAppend } from '../src/sqlite/group-row.ts';
import { isMarked, openForReading } from '../src/sqlite/schema.ts';

/** Most rows that are read at once; in between the store's writer can fold its write-ahead log back. */
const pageRowsMax = 1_000;

/** A check ends after so many findings. */
export const storeFindingsMax = 1_000;

/**
 * What is not as the log says it must be.
 *
 * - `row-damaged`: a row is not as it was written.
 * - `position-gap`: an append does not begin where the one before it ended.
 * - `revision-gap`: an append does not go on where its stream was.
 * - `link-differs`: an append does not lead to the one before it in its stream.
 * - `name-missing`: a stream has no name, so nobody can read it.
 * - `head-differs`, `mark-differs`: what is kept beside the log is missing, wrong or of nothing in the log.
 */
export type StoreFindingKind =
  'row-damaged' | 'position-gap' | 'revision-gap' | 'link-differs' | 'name-missing' | 'head-differs' | 'mark-differs';

export interface StoreFinding {
  readonly kind: StoreFindingKind;
  /** The stream's name, or its number where it has none. */
  readonly stream: string;
  /** What the log says, for a reader. */
  readonly expected: string;
  readonly found: string;
}

interface Place {
  readonly revision: number;
  readonly position: number;
}

interface PlaceRow extends Place {
  readonly stream: number;
}

/**
 * Compares the order of a store's log, its heads and its marks with the log itself; at most `storeFindingsMax` findings.
 * The store may be written meanwhile. Takes time in proportion to the number of appends, and memory to that of streams.
 *
 * @throws Error if there is no store, or one of another schema version.
 */
export function checkHeads(file: string): readonly StoreFinding[] {
  const database = openForReading(file);
  try {
    return new HeadCheck(database).run();
  } finally {
    database.close();
  }
}

class HeadCheck {
  readonly #database: DatabaseSync;
  readonly #page: StatementSync;
  readonly #mark: StatementSync;
  readonly #name: StatementSync;
  readonly #findings: StoreFinding[] = [];
  /** Of every stream seen so far: its last revision, and where its last append begins. */
  readonly #ends = new Map<number, Place>();
  /** Where streams ended when the heads were saved. */
  readonly #saved = new Map<number, Place>();
  /** Heads at which an append stands. */
  readonly #fitting = new Set<number>();
  #nextPosition = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#page = database.prepare(
      'SELECT position, count, recorded_at, crc, appends, events FROM groups WHERE position >= ? ORDER BY position LIMIT ?',
    );
    this.#mark = database.prepare('SELECT position FROM marks WHERE stream = ? AND revision = ?');
    this.#name = database.prepare('SELECT name FROM streams WHERE id = ?');
  }

  run(): readonly StoreFinding[] {
    while (this.#readPage() === pageRowsMax && !this.#isFull);
    // What is left of the log, and all that is kept beside it, must be of one moment.
    this.#database.exec('BEGIN');
    while (this.#readPage() > 0 && !this.#isFull);
    this.#checkHeads();
    this.#checkMarks();
    this.#database.exec('ROLLBACK');
    return this.#findings;
  }

  get #isFull(): boolean {
    return this.#findings.length >= storeFindingsMax;
  }

  #readPage(): number {
    const rows = this.#page.all(this.#nextPosition, pageRowsMax) as unknown as GroupRow[];
    for (const row of rows) {
      const appends = appendsIn(row);
      for (const append of appends) this.#follow(append);
      const last = appends.at(-1);
      const isWhole = this.#nextPosition === row.position + row.count && last?.until === row.events.length;
      if (isWhole && computeCrc(row) === row.crc) continue;
      this.#find('row-damaged', last?.stream ?? 0, 'the row as it was written', `another at ${String(row.position)}`);
    }
    return rows.length;
  }

  #follow({ position, stream, revision, count, previous }: StoredAppend): void {
    const before = this.#ends.get(stream);
    const last = revision + count - 1;
    if (before === undefined && this.#name.get(stream) === undefined)
      this.#find('name-missing', stream, 'a name', 'none');
    if (position !== this.#nextPosition) {
      this.#find('position-gap', stream, `position ${String(this.#nextPosition)}`, `position ${String(position)}`);
    }
    if (revision !== (before?.revision ?? -1) + 1) {
      const expected = `revision ${String((before?.revision ?? -1) + 1)} at position ${String(position)}`;
      this.#find('revision-gap', stream, expected, `revision ${String(revision)}`);
    }
    if (previous !== (before?.position ?? null)) {
      const expected = `a link from position ${String(position)} to ${String(before?.position ?? 'nothing')}`;
      this.#find('link-differs', stream, expected, `one to ${String(previous ?? 'nothing')}`);
    }
    if (isMarked(revision - 1, last)) this.#checkMark(stream, { revision: last, position });
    this.#ends.set(stream, { revision: last, position });
    this.#nextPosition = position + count;
  }

  #checkMark(stream: number, expected: Place): void {
    const mark = this.#mark.get(stream, expected.revision);
    if (mark?.['position'] === expected.position) return;
    const found = mark === undefined ? 'no mark' : `one at position ${String(mark['position'])}`;
    this.#find('mark-differs', stream, `a mark of ${placeText(expected)}`, found);
  }

  /** A head may be older than the log's end, but not than the last saving. */
  #checkHeads(): void {
    const until = Number(this.#database.prepare('SELECT until FROM heads_saved').get()?.['until']);
    const heads = new Map<number, Place>();
    for (const row of this.#database.prepare('SELECT stream, revision, position FROM heads').iterate()) {
      const { stream, ...head } = row as unknown as PlaceRow;
      heads.set(stream, head);
    }
    this.#nextPosition = 0;
    for (const row of this.#page.iterate(0, -1)) {
      for (const { stream, revision, count, position } of appendsIn(row as unknown as GroupRow)) {
        const end = { revision: revision + count - 1, position };
        const head = heads.get(stream);
        if (position <= until) this.#saved.set(stream, end);
        if (head?.position === position && head.revision === end.revision) this.#fitting.add(stream);
      }
    }
    for (const [stream, head] of heads) {
      const saved = this.#saved.get(stream);
      this.#saved.delete(stream);
      if (this.#fitting.has(stream) && head.position >= (saved?.position ?? -1)) continue;
      const end = saved ?? this.#ends.get(stream);
      this.#find('head-differs', stream, end === undefined ? 'no head' : placeText(end), placeText(head));
    }
    for (const [stream, saved] of this.#saved) this.#find('head-differs', stream, placeText(saved), 'no head');
  }

  /** Marks of nothing in the log: with them a stream would be read from the wrong place. */
  #checkMarks(): void {
    const row = this.#database.prepare(
      'SELECT position, appends FROM groups WHERE position <= ? ORDER BY position DESC LIMIT 1',
    );
    for (const found of this.#database.prepare('SELECT stream, revision, position FROM marks').iterate()) {
      const { stream, ...mark } = found as unknown as PlaceRow;
      const group = row.get(mark.position) as unknown as GroupRow | undefined;
      const append = group === undefined ? undefined : appendsIn(group).find((one) => one.position === mark.position);
      if (append?.stream === stream && append.revision + append.count - 1 === mark.revision) continue;
      this.#find('mark-differs', stream, 'no such mark', placeText(mark));
    }
  }

  #find(kind: StoreFindingKind, stream: number, expected: string, found: string): void {
    if (this.#isFull) return;
    const name = this.#name.get(stream)?.['name'];
    this.#findings.push({
      kind,
      stream: typeof name === 'string' ? name : `number ${String(stream)}`,
      expected,
      found,
    });
  }
}

function placeText({ revision, position }: Place): string {
  return `revision ${String(revision)} at position ${String(position)}`;
}
