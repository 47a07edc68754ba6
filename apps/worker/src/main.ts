import { BullmqAlarms } from '#alarms';
import { CannotStart, configOrExit, openEngine, runProcess } from '#engine';
import { makeLogger } from '#runtime';
import { listen } from './server.ts';

/** Beside a ledger on the same machine, which has 3000. */
const portDefault = 3001;

const config = configOrExit(process.env, { port: portDefault });
const logger = makeLogger(config.logLevel);

runProcess(config, logger, async (onFatalStoreError) => {
  const { redisUrl, namespace } = config;
  if (redisUrl === undefined) {
    throw new CannotStart(
      'REDIS_URL is missing: alarms are kept in Redis. Without it there is nothing for a worker to do',
    );
  }
  const engine = await openEngine(config, logger, onFatalStoreError);
  const alarms = await BullmqAlarms.open({ url: redisUrl, prefix: namespace, clock: engine.clock });
  const server = await listen(config, engine, alarms, logger);
  logger.info({ url: server.url, data: config.dataDirectory, store: config.eventStore.kind }, 'starting');
  await server.started;
  return server;
});
