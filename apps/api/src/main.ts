import { configOrExit, openEngine, runProcess } from '#engine';
import { makeLogger } from '#runtime';
import { listen } from './server.ts';

const config = configOrExit(process.env);
const logger = makeLogger(config.logLevel);

runProcess(config, logger, async (onFatalStoreError) => {
  const server = await listen(config, await openEngine(config, logger, onFatalStoreError), logger);
  logger.info({ url: server.url, data: config.dataDirectory, store: config.eventStore.kind }, 'starting');
  await server.started;
  return server;
});
