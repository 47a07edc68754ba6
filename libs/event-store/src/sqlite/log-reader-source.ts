import { moduleUrl } from './module-url.ts';

/** Where another thread gets a reader of a store's log: a module that exports `openLogReader`, and what to call it with. */
export interface SqliteLogReaderSource {
  /** URL of the module. */
  readonly module: string;
  readonly options: Readonly<{ file: string }>;
}

/** How to read the log of a store on SQLite from any thread of this machine. */
export function sqliteLogReader(file: string): SqliteLogReaderSource {
  return { module: moduleUrl('open-log-reader').href, options: { file } };
}
