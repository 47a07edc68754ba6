import { LogReader } from './log-reader.ts';

/** Opens a reader of the log in a file: what another thread imports by the address of this module. */
export function openLogReader({ file }: Readonly<Record<string, string | number>>): LogReader {
  return LogReader.open(String(file));
}

/** Where another thread gets a reader of the log in `file` from. */
export function sqliteLogReader(file: string): {
  readonly module: string;
  readonly options: { readonly file: string };
} {
  return { module: import.meta.url, options: { file } };
}
