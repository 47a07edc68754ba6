/** Where another thread gets a reader of a store's log: a module that exports `openLogReader`, and what to call it with. */
export interface LogReaderSource {
  /** URL of the module. */
  readonly module: string;
  /** Texts and numbers: they cross to another thread. */
  readonly options: Readonly<Record<string, string | number>>;
}
