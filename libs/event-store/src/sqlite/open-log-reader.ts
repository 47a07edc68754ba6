import { LogReader } from './log-reader.ts';

/*
 * A module of its own, for readers of the log in other threads: they load it by its URL and so need no store.
 */

/**
 * @param options.file the store's file; it must exist.
 * @throws TypeError if no file is named, and Error if it is missing or of another schema version.
 */
export function openLogReader(options: Readonly<Record<string, string | number>>): LogReader {
  const { file } = options;
  if (typeof file !== 'string') throw new TypeError('a log reader needs the name of the store’s file');
  return LogReader.open(file);
}
