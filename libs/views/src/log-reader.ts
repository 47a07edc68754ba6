import type { LogPage, Position } from '#operations/ports';

/** What the views' thread reads the store's log with. */
export interface LogReader {
  readAll(after: Position, limit: number): LogPage | Promise<LogPage>;
  close(): void | Promise<void>;
}

/** Texts and numbers: they cross to another thread. */
export type LogReaderOptions = Readonly<Record<string, string | number>>;

/** A module that opens log readers. The views import it by its URL in their own thread, so they know no store. */
export interface LogReaderModule {
  readonly openLogReader: (options: LogReaderOptions) => LogReader | Promise<LogReader>;
}

/** Where to get a log reader from. */
export interface LogReaderSource {
  /** URL of a {@link LogReaderModule}. */
  readonly module: string;
  readonly options: LogReaderOptions;
}
