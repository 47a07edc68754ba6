import type { LogPage, Position } from '#application/ports';

/** What the read models' thread reads the store's log with. */
export interface LogReader {
  readAll(after: Position, limit: number, characters?: number): LogPage | Promise<LogPage>;
  /** How long nothing has been heard of the store, in ms; undefined where it is at hand. */
  readonly quietMs?: number;
  /** Why nothing is heard of it at present; undefined while all is well. */
  readonly trouble?: string | undefined;
  close(): void | Promise<void>;
}

/** Texts and numbers: they cross to another thread. */
export type LogReaderOptions = Readonly<Record<string, string | number>>;

/** A module that opens log readers. The read models import it by its URL in their own thread, so they know no store. */
export interface LogReaderModule {
  /** @param onNews may be called when there is something new to read, so that nobody waits for the next look. */
  readonly openLogReader: (options: LogReaderOptions, onNews: () => void) => LogReader | Promise<LogReader>;
}

/** Where to get a log reader from. */
export interface LogReaderSource {
  /** URL of a {@link LogReaderModule}. */
  readonly module: string;
  readonly options: LogReaderOptions;
}
