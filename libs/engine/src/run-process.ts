import { type Config, ConfigError, keepFilesPrivate, type Logger, readConfig } from '#runtime';
import { addressError } from './address.ts';

/** How long a stop may take before the process ends regardless, in ms. Nothing that was answered is lost either way. */
export const stopMaxMs = 20_000;

/** A program as it is started and stopped. */
export interface Running {
  /** Where it listens. */
  readonly url: string;
  /** Says that it is about to stop, and goes on. */
  readonly leave: () => void;
  readonly stop: () => Promise<void>;
}

/** Begins a program with its configuration; ends the process with 2, naming what is wrong, if it cannot be used. */
export function configOrExit(...read: Parameters<typeof readConfig>): Config {
  keepFilesPrivate();
  try {
    const [, , ...args] = process.argv;
    if (args.length > 0)
      throw new ConfigError(`${args.join(' ')}: no arguments are taken, configure it by environment variables`);
    return readConfig(...read);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`The configuration cannot be used:\n${error.message}\n`);
    process.exit(2);
  }
}

/** Errors that say by themselves what to do: no stack is needed to understand them. */
const plainErrors: ReadonlySet<unknown> = new Set([
  'CannotStart',
  'StoreInUse',
  'OtherFormats',
  'RestoreUnfinished',
  'AlarmsNotSafe',
  'ConnectionStringError',
  'SigningKeyError',
]);
const plainCodes: ReadonlySet<unknown> = new Set(['EACCES', 'store-unavailable']);

/**
 * Runs a program until a signal stops it. Exit codes: 0 stopped, 1 failed.
 *
 * @param start gets what to call when the process must end at once, because its event store is broken.
 */
export function runProcess(
  config: Config,
  logger: Logger,
  start: (onFatalStoreError: (cause: unknown) => void) => Promise<Running>,
): void {
  const endAtOnce = (cause: unknown, what: string): never => {
    logger.fatal({ err: cause }, what);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => endAtOnce(error, 'uncaught exception: the process exits'));
  process.on('unhandledRejection', (error) => endAtOnce(error, 'unhandled promise rejection: the process exits'));

  let running: Running | undefined;
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    if (running === undefined) {
      // Nothing was promised to anybody yet.
      logger.info({ signal }, 'stopped while starting');
      process.exit(0);
    }
    logger.info({ signal }, 'stopping');
    running.leave();
    setTimeout(
      () => endAtOnce(undefined, 'shutdown timed out: the process exits'),
      config.stopDelayMs + stopMaxMs,
    ).unref();
    setTimeout(() => {
      running?.stop().then(
        () => {
          logger.info('stopped');
          process.exit(0);
        },
        (error: unknown) => endAtOnce(error, 'shutdown failed: the process exits'),
      );
    }, config.stopDelayMs);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  start((cause) => endAtOnce(cause, 'fatal error of the event store: the process exits')).then(
    (started) => {
      running = started;
      logger.info({ url: started.url }, 'ready');
      // Whoever started this process with a channel need not ask again and again.
      process.send?.({ ready: started.url });
    },
    (error: unknown) => {
      const { name, code, message } = error as Error & { readonly code?: unknown };
      const notListening = addressError(error, config);
      const isPlain = notListening !== undefined || plainErrors.has(name) || plainCodes.has(code);
      if (!isPlain) endAtOnce(error, 'the service cannot start');
      logger.fatal(notListening ?? message);
      process.exit(1);
    },
  );
}
