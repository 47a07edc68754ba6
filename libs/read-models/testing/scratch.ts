import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A directory of one test's own, deleted after it. */
export class Scratch {
  #directory: string | undefined;

  get directory(): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'read-models-'));
    return this.#directory;
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  clear(): void {
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }
}

/** Overwrites the first page of a table of a closed read model file. */
export function damageTable(file: string, table: string): void {
  const database = new DatabaseSync(file);
  const { page_size: bytes } = database.prepare('PRAGMA page_size').get() as { page_size: number };
  const schema = database.prepare('SELECT rootpage AS page FROM sqlite_schema WHERE name = ?').get(table);
  const { page } = schema as { page: number };
  database.close();
  const opened = openSync(file, 'r+');
  writeSync(opened, Buffer.alloc(bytes, 0xff), 0, bytes, (page - 1) * bytes);
  closeSync(opened);
}
