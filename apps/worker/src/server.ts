import type { RequestListener } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { BullmqAlarms } from '#alarms';
import { AlarmRounds } from '#application';
import { type Engine, EngineModule, measureEngine, serve, type Server, ServiceState } from '#engine';
import { answerBadPaths, guardRequests, measureAnswers, measuredConnections } from '#http';
import { type Config, type Logger, Metrics, nestLogger } from '#runtime';
import { AlarmsModule } from './alarms.module.ts';
import { AlarmsWatch } from './alarms-watch.ts';
import { mountBoard, sendProblem } from './board.ts';
import { WorkerModule } from './worker.module.ts';

/** Most bytes of a body: no route of a worker reads any. */
const bodyBytesMax = 1_024;

export async function listen(config: Config, engine: Engine, alarms: BullmqAlarms, logger: Logger): Promise<Server> {
  const metrics = new Metrics();
  measureEngine(metrics, engine);
  const { clock, commands, readModels } = engine;
  const rounds = new AlarmRounds({ readModels: readModels.lists, commands, alarms, clock });
  const watch = new AlarmsWatch(rounds, logger);
  watch.measure(metrics);
  const connections = measuredConnections(config.httpLimits, metrics);
  const state = new ServiceState(engine, () => [...watch.degraded(), ...connections.troubles()]);
  const adapter = new FastifyAdapter({
    bodyLimit: bodyBytesMax,
    forceCloseConnections: true,
    serverFactory: (serve: RequestListener) => connections.createServer(serve),
    clientErrorHandler: ({ code }: NodeJS.ErrnoException, socket) => {
      connections.malformed(socket, code);
    },
    frameworkErrors: answerBadPaths(metrics, sendProblem),
  });
  const server: FastifyInstance = adapter.getInstance();
  guardRequests(server, connections, sendProblem);
  measureAnswers(server, metrics);
  mountBoard(server, alarms, engine.keys, connections);
  const role = { signs: false, bills: config.billing ?? true };
  const root = WorkerModule.forRoot(
    EngineModule.forRoot(engine, role),
    AlarmsModule.forRoot(rounds, watch),
    metrics,
    state,
  );
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger: nestLogger(logger) });
  return serve(app, state, { port: config.port, host: config.host });
}
