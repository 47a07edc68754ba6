export { ConfigFault } from './config-fault.ts';
export { keyFault, namespaceDefault, namespaceShape, readConfig } from './config.ts';
export type { Config, LogLevel } from './config.ts';
export { makeLogger, nestLogger } from './log.ts';
export type { Logger } from './log.ts';
export { Metrics } from './metrics.ts';
export { secretOf } from './secrets.ts';
export type { Environment } from './secrets.ts';
