import { configOrExit, openEngine, runProcess } from '#engine';
import { makeLogger } from '#runtime';
import { listen } from './server.ts';

const config = configOrExit(process.env);
const logger = makeLogger(config.logLevel);

runProcess(config, logger, async (storeBroke) => {
  const engine = await openEngine(config, logger, storeBroke);
  const server = await listen(config, engine, logger);
  logger.info({ url: server.url, data: config.dataDirectory, store: config.eventStore.kind }, 'starting');
  await engine.start({ signs: true });
  engine.checkpoints.start();
  // With Redis there are workers.
  if (config.billing ?? config.redisUrl === undefined) engine.billRuns.start();
  server.serve();
  return {
    url: server.url,
    leave: server.leave,
    stop: async () => {
      await server.stop();
      await engine.close();
    },
  };
});
