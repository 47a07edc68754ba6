import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Finding, FindingKind } from '../finding.ts';

export interface AppendRow {
  readonly position: number;
  readonly stream: number;
  /** Null: no stream has this number. Bytes: it is damaged. */
  readonly name: string | Uint8Array | null;
  readonly revision: number;
  readonly count: number;
  readonly previous: number | null;
  readonly recorded_at: number;
  readonly events: string;
}

/** Of the stream that a row belongs to. */
export function eventName({ name, stream }: Pick<AppendRow, 'name' | 'stream'>): string {
  return typeof name === 'string' ? name : `stream #${String(stream)}`;
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
  readonly #append: StatementSync;
  readonly #until: number;
  readonly #ends = new Map<number, StreamEnd>();
  #nextPosition = 0;
  #marks = 0;

  /** @param until position of the last append that belongs to this audit. */
  constructor(database: DatabaseSync, until: number) {
    this.#database = database;
    this.#until = until;
    this.#mark = database.prepare('SELECT position FROM marks WHERE stream = ? AND revision = ?');
    this.#append = database.prepare('SELECT stream, revision, count FROM appends WHERE position = ?');
  }

  /** @param events how many the row's text holds; undefined if it cannot be read. */
  see(row: AppendRow, events: number | undefined): readonly Finding[] {
    const findings: Finding[] = [];
    const name = eventName(row);
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
    if (typeof row.name !== 'string') report('append-misplaced', 'its stream has no name');
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
    return findings;
  }

  /** Heads and marks against the log that was read. What was appended since is left alone. */
  compareDerived(): readonly Finding[] {
    const findings: Finding[] = [];
    let seen = 0;
    for (const row of this.#database.prepare('SELECT stream, revision, position FROM heads').iterate()) {
      const head = row as unknown as Head;
      const end = this.#ends.get(head.stream);
      if (end !== undefined) seen += 1;
      if (head.position > this.#until && this.#isSince(head)) continue;
      if (head.revision === end?.revision && head.position === end.position) continue;
      const said = `the head says revision ${String(head.revision)} at position ${String(head.position)}`;
      const found = `the log ends with ${String(end?.revision)} at ${String(end?.position)}`;
      const stream = end?.name ?? `stream #${String(head.stream)}`;
      findings.push({ kind: 'head-differs', stream, revision: head.revision, detail: `${said}, ${found}` });
    }
    if (seen < this.#ends.size) findings.push(...this.#withoutHead());
    const marks = this.#database.prepare('SELECT count(*) AS count FROM marks WHERE position <= ?').get(this.#until);
    if (Number(marks?.['count']) !== this.#marks) {
      const detail = `${String(marks?.['count'])} marks, where the log has ${String(this.#marks)}`;
      findings.push({ kind: 'mark-differs', stream: 'events.db', detail });
    }
    return findings;
  }

  /** Whether a head is that of an append that was made after this audit began, and not of one that is gone. */
  #isSince({ stream, revision, position }: Head): boolean {
    const row = this.#append.get(position);
    if (row?.['stream'] !== stream || revision <= (this.#ends.get(stream)?.revision ?? -1)) return false;
    return Number(row['revision']) + Number(row['count']) - 1 === revision;
  }

  #withoutHead(): readonly Finding[] {
    const head = this.#database.prepare('SELECT 1 FROM heads WHERE stream = ?');
    return [...this.#ends]
      .filter(([stream]) => head.get(stream) === undefined)
      .map(([, { name, revision }]) => ({ kind: 'head-differs', stream: name, revision, detail: 'it has no head' }));
  }
}
