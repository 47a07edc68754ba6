export { addressOf } from './address.ts';
export { CannotStart } from './cannot-start.ts';
export { openEngine } from './engine.ts';
export type { Engine } from './engine.ts';
export { measureEngine } from './engine-metrics.ts';
export { HealthController } from './health.controller.ts';
export { configOrExit, runProcess, stopMaxMs } from './run-process.ts';
export type { Running } from './run-process.ts';
export { ServiceState } from './service-state.ts';
