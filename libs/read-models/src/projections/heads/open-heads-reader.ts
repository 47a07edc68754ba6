import type { DatabaseSync } from 'node:sqlite';
import type { Position } from '#application/ports';
import { readCheckpoint } from '../../file/checkpoint.ts';
import { openReader } from '../../file/database.ts';

/*
 * A module of its own: the thread that makes checkpoints loads it by its URL, so that it need not know the read models.
 */

interface HeadRow {
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  readonly hash: string;
}

/** Reads the heads of all streams, in the order of their names, with the position that they are of. */
export class HeadsReader {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** In one transaction, so that everything is of one moment; the rows are read while `take` goes through them, once. */
  read<Result>(take: (then: { readonly position: Position; readonly heads: Iterable<HeadRow> }) => Result): Result {
    this.#database.exec('BEGIN');
    try {
      const { position } = readCheckpoint(this.#database);
      const rows = this.#database
        .prepare('SELECT stream, revision, position, hash FROM heads ORDER BY stream')
        .iterate();
      try {
        return take({ position, heads: rows as unknown as Iterable<HeadRow> });
      } finally {
        rows.return?.();
      }
    } finally {
      this.#database.exec('COMMIT');
    }
  }

  close(): void {
    this.#database.close();
  }
}

/**
 * @param options.file a read model file.
 * @throws TypeError if no file is named, and Error if it is missing.
 */
export function openHeadsReader(options: Readonly<Record<string, string | number>>): HeadsReader {
  const { file } = options;
  if (typeof file !== 'string') throw new TypeError('a reader of heads needs the name of a read model file');
  return new HeadsReader(openReader(file));
}
