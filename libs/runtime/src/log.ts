import type { LoggerService } from '@nestjs/common';
import { destination, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';

export type { Logger } from 'pino';

/** Never to be seen in a log, wherever in a line it turns up. */
const secret = ['authorization', 'key', 'adminKey', '*.authorization', '*.key', '*.adminKey', 'headers.authorization'];

/** A log of JSON lines on standard output. Written at once: the last line before an exit is the one that matters. */
export function makeLogger(level: LogLevel): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: { paths: secret, censor: '[secret]' } },
    destination({ dest: 1, sync: true }),
  );
}

/** What Nest has to say goes into the same log; its talk about routes and modules only when debugging. */
export function nestLogger(logger: Logger): LoggerService {
  return {
    log: (message: unknown) => {
      logger.debug(String(message));
    },
    debug: (message: unknown) => {
      logger.debug(String(message));
    },
    verbose: (message: unknown) => {
      logger.trace(String(message));
    },
    warn: (message: unknown) => {
      logger.warn(String(message));
    },
    error: (message: unknown, stack?: unknown, context?: unknown) => {
      // It rejects with the same error, which its caller reports.
      if (context === 'NestApplication') return;
      logger.error({ stack }, String(message));
    },
    fatal: (message: unknown) => {
      logger.fatal(String(message));
    },
  };
}
