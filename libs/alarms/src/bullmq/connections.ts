import { Redis } from 'ioredis';
import type { AlarmLimits } from '../limits.ts';

/** Bounds of the pause before Redis is connected to again, in ms; it grows with each failure. */
const reconnectPauseMinMs = 50;
const reconnectPauseMaxMs = 2_000;

const retryStrategy = (times: number): number => Math.min(times * reconnectPauseMinMs, reconnectPauseMaxMs);
/** A replica that was a primary until now: connecting again finds the new one. */
const reconnectOnError = (error: Error): boolean => error.message.startsWith('READONLY');

/** For those who ask and want to know at once that nobody answers. */
export function askingConnection(url: string, { commandTimeoutMs, silentMaxMs }: AlarmLimits): Redis {
  return new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    socketTimeout: silentMaxMs,
    retryStrategy,
    reconnectOnError,
  });
}

/** For the worker, who waits for as long as it takes: BullMQ wants every question asked again until it is answered. */
export function waitingConnection(url: string, { silentMaxMs }: AlarmLimits): Redis {
  return new Redis(url, {
    maxRetriesPerRequest: null,
    socketTimeout: silentMaxMs,
    retryStrategy,
    reconnectOnError,
  });
}
