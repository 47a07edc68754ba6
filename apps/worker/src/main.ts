import { BullmqAlarms } from '#alarms';
import { CannotStart, configOrExit, openEngine, runProcess } from '#engine';
import { AlarmRounds } from '#application';
import { makeLogger } from '#runtime';
import { AlarmsWatch } from './alarms-watch.ts';
import { listen } from './server.ts';

/** Beside a ledger on the same machine, which has 3000. */
const portDefault = 3001;

const config = configOrExit(process.env, { port: portDefault });
const logger = makeLogger(config.logLevel);

runProcess(config, logger, async (storeBroke) => {
  const { redisUrl, namespace } = config;
  if (redisUrl === undefined) {
    throw new CannotStart(
      'REDIS_URL is missing: alarms are kept in Redis. Without it there is nothing for a worker to do',
    );
  }
  const engine = await openEngine(config, logger, storeBroke);
  const { clock, commands, views } = engine;
  const alarms = await BullmqAlarms.open({ url: redisUrl, prefix: namespace, clock });
  const rounds = new AlarmRounds({ views: views.lists, commands, alarms, clock });
  const watch = new AlarmsWatch(rounds, logger);
  const server = await listen(config, engine, alarms, watch, logger);
  logger.info({ url: server.url, data: config.dataDirectory, store: config.eventStore.kind }, 'starting');
  await engine.start();
  rounds.start();
  if (config.billing ?? true) engine.billRuns.start();
  watch.start();
  server.serve();
  return {
    url: server.url,
    leave: server.leave,
    stop: async () => {
      await server.stop();
      watch.stop();
      await rounds.stop();
      await engine.close();
    },
  };
});
