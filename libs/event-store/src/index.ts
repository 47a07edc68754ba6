export { MemoryEventStore } from './memory/memory-event-store.ts';
export type { AppendFault } from './memory/memory-event-store.ts';
export { LogReader } from './sqlite/log-reader.ts';
export { sqliteLogReader } from './sqlite/log-reader-source.ts';
export type { SqliteLogReaderSource } from './sqlite/log-reader-source.ts';
export { StoreInUse } from './sqlite/presence.ts';
export { ReadOnlyEventStore } from './sqlite/read-only-event-store.ts';
export { SqliteEventStore } from './sqlite/sqlite-event-store.ts';
