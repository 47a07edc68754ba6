import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { BullmqAlarms } from '#alarms';
import { addressOf, measureEngine, ServiceState, type Engine } from '#engine';
import { Metrics, nestLogger, type Config, type Logger } from '#runtime';
import type { AlarmsWatch } from './alarms-watch.ts';
import { mountBoard } from './board.ts';
import { WorkerModule } from './worker.module.ts';

/** The doors of a worker, listening. */
export interface Server {
  readonly url: string;
  /** Says that the worker is at work. */
  readonly serve: () => void;
  /** Says that it is about to stop. */
  readonly leave: () => void;
  readonly stop: () => Promise<void>;
}

export async function listen(
  config: Config,
  engine: Engine,
  alarms: BullmqAlarms,
  watch: AlarmsWatch,
  logger: Logger,
): Promise<Server> {
  const metrics = new Metrics();
  measureEngine(metrics, engine);
  watch.measure(metrics);
  const state = new ServiceState(engine, () => watch.degraded());
  const adapter = new FastifyAdapter({ forceCloseConnections: true });
  const server: FastifyInstance = adapter.getInstance();
  mountBoard(server, alarms, engine.keys);
  const app = await NestFactory.create<NestFastifyApplication>(WorkerModule.over(metrics, state), adapter, {
    logger: nestLogger(logger),
  });
  await app.listen(config.port, config.host);
  return {
    url: addressOf(server, config.host),
    serve: () => {
      state.started();
    },
    leave: () => {
      state.leaving();
    },
    stop: async () => {
      state.stopping();
      await app.close();
    },
  };
}
