import { ConfigFault, makeLogger, readConfig, type Config } from '#runtime';
import { CannotStart } from './cannot-start.ts';
import { openEngine } from './engine.ts';
import { listen } from './server.ts';

/** How long a stop may take before the process ends regardless, in ms. Nothing that was answered is lost either way. */
const stopMaxMs = 20_000;

const config = configOrExit();
const logger = makeLogger(config.logLevel);

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    process.stderr.write(`The configuration cannot be used:\n${error.message}\n`);
    process.exit(2);
  }
}

function endAtOnce(cause: unknown, what: string): never {
  logger.fatal({ err: cause }, what);
  process.exit(1);
}

async function main(): Promise<void> {
  const engine = await openEngine(config, logger, (cause) => endAtOnce(cause, 'the event store is broken'));
  const server = await listen(config, engine, logger);
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => endAtOnce(undefined, 'the stop took too long'), stopMaxMs).unref();
    void server
      .stop()
      .then(() => engine.close())
      .then(
        () => {
          logger.info('stopped');
          process.exit(0);
        },
        (error: unknown) => endAtOnce(error, 'the stop failed'),
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  logger.info({ url: server.url, data: config.dataDirectory }, 'starting');
  await engine.start();
  server.serve();
  logger.info({ url: server.url }, 'ready');
  // Whoever started this process with a channel need not ask again and again.
  process.send?.({ ready: server.url });
}

process.on('uncaughtException', (error) => endAtOnce(error, 'an error that nobody caught'));
process.on('unhandledRejection', (error) => endAtOnce(error, 'a rejection that nobody caught'));

main().catch((error: unknown) => {
  const { code } = error as { code?: unknown };
  if (error instanceof CannotStart || code === 'store-in-use' || code === 'EADDRINUSE') {
    logger.fatal((error as Error).message);
    process.exit(1);
  }
  endAtOnce(error, 'the service cannot start');
});
