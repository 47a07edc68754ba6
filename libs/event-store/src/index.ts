export { MemoryEventStore } from './memory/memory-event-store.ts';
export type { AppendFault } from './memory/memory-event-store.ts';
