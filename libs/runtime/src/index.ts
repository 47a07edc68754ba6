export { ConfigFault, keyFault, readConfig } from './config.ts';
export type { Config, LogLevel } from './config.ts';
export { makeLogger, nestLogger } from './log.ts';
export type { Logger } from './log.ts';
export { Metrics } from './metrics.ts';
