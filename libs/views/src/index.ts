export type { EventPlace } from './checkpoint.ts';
export { headsReaderOf } from './heads-reader-source.ts';
export type { LogReader, LogReaderModule, LogReaderOptions, LogReaderSource } from './log-reader.ts';
export type { ParkedEvent } from './parked.ts';
export { rebuildViews, ViewsInUse } from './rebuild.ts';
export { SqliteViews } from './sqlite-views.ts';
export type { ViewsOptions } from './sqlite-views.ts';
export { hashInStore } from './views-file.ts';
export type { HashAt } from './views-file.ts';
