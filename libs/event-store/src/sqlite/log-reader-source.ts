import type { LogReaderSource } from '../log-reader-source.ts';
import { moduleUrl } from './module-url.ts';

/** How to read the log of a store on SQLite from any thread of this machine. */
export function sqliteLogReader(file: string): LogReaderSource {
  return { module: moduleUrl('open-log-reader').href, options: { file } };
}
