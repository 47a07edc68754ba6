import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { appendsIn, computeCrc, type GroupRow, type StoredAppend } from '#event-store';
import type { Finding, FindingKind } from '../finding.ts';

/** The appends of a row; undefined if it does not say which they are. */
export function appendsOfRow(row: GroupRow): readonly StoredAppend[] | undefined {
  try {
    return appendsIn(row);
  } catch {
    return undefined;
  }
}

/** What is wrong with a row as such, in words. */
export function rowErrors(row: GroupRow, appends: readonly StoredAppend[]): readonly string[] {
  const last = appends.at(-1);
  const count = appends.reduce((sum, append) => sum + append.count, 0);
  return [
    ...(count === row.count
      ? []
      : [`its appends have ${String(count)} events, where ${String(row.count)} are counted`]),
    ...(last?.until === row.events.length ? [] : ['its texts are longer or shorter than its appends say']),
  ];
}

/** Whether a row is as it was written. */
export function isAsWritten(row: GroupRow): boolean {
  return computeCrc(row) === row.crc;
}

/** Names of the streams by their numbers. */
export class StreamNames {
  readonly #select: StatementSync;
  readonly #names = new Map<number, string | undefined>();

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT name FROM streams WHERE id = ?');
  }

  /** Undefined: no stream has this number, or its name is damaged. */
  of(stream: number): string | undefined {
    if (this.#names.has(stream)) return this.#names.get(stream);
    const name = this.#select.get(stream)?.['name'];
    const known = typeof name === 'string' ? name : undefined;
    this.#names.set(stream, known);
    return known;
  }
}

export function nameOr(name: string | undefined, stream: number): string {
  return name ?? `stream #${String(stream)}`;
}

/** A stream has a mark for the append that brings it past each multiple of this. */
const markEveryRevisions = 256;

/** Whether an append with these first and last revisions has a mark. */
export function isMarked(first: number, last: number): boolean {
  return Math.floor((last + 1) / markEveryRevisions) > Math.floor(first / markEveryRevisions);
}

interface Head {
  readonly stream: number;
  readonly revision: number;
  readonly position: number;
}

interface StreamEnd {
  readonly name: string;
  readonly revision: number;
  readonly position: number;
}

/** The rows of the log as such: their places, and the tables that are derived from them. */
export class LogTables {
  readonly #database: DatabaseSync;
  readonly #mark: StatementSync;
  readonly #row: StatementSync;
  readonly #until: number;
  readonly #heads: SavedHeads;
  readonly #ends = new Map<number, StreamEnd>();
  #nextPosition = 0;
  #marks = 0;

  /** @param until position of the last event that belongs to this audit. */
  constructor(database: DatabaseSync, until: number) {
    this.#database = database;
    this.#until = until;
    this.#mark = database.prepare('SELECT position FROM marks WHERE stream = ? AND revision = ?');
    this.#row = database.prepare('SELECT * FROM groups WHERE position <= ? ORDER BY position DESC LIMIT 1');
    this.#heads = new SavedHeads(database);
  }

  /** A row as such. @param last name of the stream of its last append, if one can be read. */
  seeRow(row: GroupRow, appends: readonly StoredAppend[] | undefined, last: string | undefined): readonly Finding[] {
    const place = `position ${String(row.position)}: `;
    const findings: Finding[] = [];
    if (!isAsWritten(row)) {
      findings.push({ kind: 'log-damaged', stream: 'events.db', detail: `${place}the row is not as it was written` });
    }
    if (appends === undefined) {
      findings.push({ kind: 'append-unreadable', stream: 'events.db', detail: `${place}its appends cannot be read` });
      this.#nextPosition = row.position + row.count;
    }
    for (const error of rowErrors(row, appends ?? [])) {
      findings.push({ kind: 'append-misplaced', stream: last ?? 'events.db', detail: `${place}${error}` });
    }
    return findings;
  }

  /**
   * @param name of its stream; undefined if that has none.
   * @param events how many its text holds; undefined if it cannot be read.
   */
  see(row: StoredAppend, streamName: string | undefined, events: number | undefined): readonly Finding[] {
    const findings: Finding[] = [];
    const name = nameOr(streamName, row.stream);
    const report = (kind: FindingKind, detail: string): void => {
      findings.push({
        kind,
        stream: name,
        revision: row.revision,
        detail: `position ${String(row.position)}: ${detail}`,
      });
    };
    const end = this.#ends.get(row.stream);
    if (row.position !== this.#nextPosition)
      report('position-gap', `${String(this.#nextPosition)} is the next position`);
    if (events === undefined) report('append-unreadable', 'the events of this append cannot be read');
    if (events !== undefined && events !== row.count) {
      report('append-misplaced', `${String(events)} events, where ${String(row.count)} are counted`);
    }
    if (streamName === undefined) report('append-misplaced', 'its stream has no name');
    if (row.previous !== (end?.position ?? null)) {
      report('append-misplaced', `it follows position ${String(end?.position)}, it says ${String(row.previous)}`);
    }
    const revision = row.revision + row.count - 1;
    if (isMarked(row.revision, revision)) {
      this.#marks += 1;
      if (this.#mark.get(row.stream, revision)?.['position'] !== row.position) report('mark-differs', 'it has no mark');
    }
    this.#nextPosition = row.position + row.count;
    this.#ends.set(row.stream, { name, revision, position: row.position });
    this.#heads.see(row.stream, { revision, position: row.position });
    return findings;
  }

  /** Heads and marks against the log that was read. What was appended since is left alone. */
  compareDerived(): readonly Finding[] {
    const findings: Finding[] = [];
    for (const head of this.#heads.wrong()) {
      const end = this.#ends.get(head.stream);
      if (head.position > this.#until && this.#isSince(head)) continue;
      const said = `the head says revision ${String(head.revision)} at position ${String(head.position)}`;
      const found = `the log ends with ${String(end?.revision)} at ${String(end?.position)}`;
      const stream = end?.name ?? `stream #${String(head.stream)}`;
      findings.push({ kind: 'head-differs', stream, revision: head.revision, detail: `${said}, ${found}` });
    }
    for (const stream of this.#heads.missing()) {
      const { name = '', revision = -1 } = this.#ends.get(stream) ?? {};
      findings.push({ kind: 'head-differs', stream: name, revision, detail: 'it has no head' });
    }
    if (this.#heads.areAhead) {
      const detail = 'heads are said to be saved up to a position that the log does not have';
      findings.push({ kind: 'head-differs', stream: 'events.db', detail });
    }
    const marks = this.#database.prepare('SELECT count(*) AS count FROM marks WHERE position <= ?').get(this.#until);
    if (Number(marks?.['count']) !== this.#marks) {
      const detail = `${String(marks?.['count'])} marks, where the log has ${String(this.#marks)}`;
      findings.push({ kind: 'mark-differs', stream: 'events.db', detail });
    }
    return findings;
  }

  /** Whether a head is that of an append that was made after this audit began, and not of one that is gone. */
  #isSince({ stream, revision, position }: Head): boolean {
    const row = this.#row.get(position) as unknown as GroupRow | undefined;
    const appends = row === undefined ? undefined : appendsOfRow(row);
    const append = appends?.find((one) => one.position === position);
    if (append?.stream !== stream || revision <= (this.#ends.get(stream)?.revision ?? -1)) return false;
    return append.revision + append.count - 1 === revision;
  }
}

/**
 * The heads as the log's own table has them, against the log. They are saved late: each must be where an append stands, at or
 * behind the one that the saving has come to.
 */
export class SavedHeads {
  readonly #until: number;
  readonly #heads = new Map<number, Omit<Head, 'stream'>>();
  readonly #fitting = new Set<number>();
  /** Position of the last append of each stream that must be in its head. */
  readonly #saved = new Map<number, number>();
  /** More is said to be saved than there is. */
  readonly areAhead: boolean;

  /** @param isWanted of which streams. */
  constructor(database: DatabaseSync, isWanted: (stream: number) => boolean = () => true) {
    // In this order: heads are only ever newer than that.
    this.#until = Number(database.prepare('SELECT until FROM heads_saved').get()?.['until']);
    for (const row of database.prepare('SELECT stream, revision, position FROM heads').iterate()) {
      const { stream, revision, position } = row as unknown as Head;
      if (isWanted(stream)) this.#heads.set(stream, { revision, position });
    }
    const last = database
      .prepare('SELECT position + count - 1 AS last FROM groups ORDER BY position DESC LIMIT 1')
      .get();
    this.areAhead = !(this.#until <= Number(last?.['last'] ?? -1));
  }

  see(stream: number, { revision, position }: Omit<Head, 'stream'>): void {
    const head = this.#heads.get(stream);
    if (head?.position === position && head.revision === revision) this.#fitting.add(stream);
    if (position <= this.#until) this.#saved.set(stream, position);
  }

  /** Once all appends were seen. */
  *wrong(): Generator<Head> {
    for (const [stream, head] of this.#heads) {
      if (this.#fitting.has(stream) && head.position >= (this.#saved.get(stream) ?? -1)) continue;
      yield { stream, ...head };
    }
  }

  /** Streams that have none, and must have one. */
  *missing(): Generator<number> {
    for (const stream of this.#saved.keys()) if (!this.#heads.has(stream)) yield stream;
  }
}
