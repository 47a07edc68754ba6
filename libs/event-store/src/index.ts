export { MemoryEventStore } from './memory/memory-event-store.ts';
export type { AppendFault } from './memory/memory-event-store.ts';
export { LogReader } from './sqlite/log-reader.ts';
export { SqliteEventStore } from './sqlite/sqlite-event-store.ts';
export { sqliteLogReader } from './sqlite/open-log-reader.ts';
