import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createProblem, openApiDocument } from '#contract';
import { type Engine, EngineModule, type EngineRole, measureEngine, serve, type Server, ServiceState } from '#engine';
import { answerBadPaths, type Connections, guardRequests, measureAnswers, measuredConnections } from '#http';
import { type Config, type Logger, Metrics, nestLogger } from '#runtime';
import { AppModule } from './app.module.ts';
import { preferred } from './http/accept.ts';
import { sendProblem } from './http/answers.ts';
import { addBodyParser, measureBody } from './http/body-parser.ts';
import type { RouteReply } from './http/caller.ts';
import { addKeyHook } from './http/key-hook.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { version } from './version.ts';

/** Most bytes of a body. */
const bodyBytesMax = 16 * 1024;

/** Most bytes of the body of a batch. */
const batchBodyBytesMax = 8 * 1024 * 1024;

/** Most bytes of a request's path parameter; what is longer than an id is refused by name. */
const pathParameterMax = 1_024;

/**
 * Connections that wait to be accepted; the system takes fewer if its own limit is lower. With Node's 511 some of a few
 * thousand clients that come at once were reset.
 */
const acceptBacklog = 4_096;

/** How often a stop looks for connections that have become idle, in ms. */
const idleCloseIntervalMs = 50;

/** How long a stop waits for clients who have begun to send something and do not go on, in ms. */
const slowClientsMaxMs = 10_000;

/** The service, made but not open to the network. */
export interface Api {
  readonly app: NestFastifyApplication;
  readonly server: FastifyInstance;
  readonly state: ServiceState;
  readonly connections: Connections;
}

/** Makes the service over an engine, which starts when the service listens. */
export async function makeApi(config: Config, engine: Engine, logger: Logger, role: EngineRole): Promise<Api> {
  const metrics = new Metrics();
  const connections = measuredConnections(config.httpLimits, metrics);
  const state = new ServiceState(engine, () => connections.troubles());
  const adapter = makeAdapter(connections, metrics);
  const server: FastifyInstance = adapter.getInstance();
  guardRequests(server, connections, sendProblem);
  prepare(server);
  measureEngine(metrics, engine);
  measureAnswers(server, metrics);
  addKeyHook(server, engine.keys, state, connections);
  const root = AppModule.forRoot(EngineModule.forRoot(engine, role), metrics, state, connections);
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    logger: nestLogger(logger),
  });
  app.useGlobalFilters(new ProblemFilter(logger));
  serveDocuments(app, config);
  return { app, server, state, connections };
}

/** Makes the service and starts to listen. */
export async function listen(config: Config, engine: Engine, logger: Logger): Promise<Server> {
  // With Redis there are workers, which bill.
  const role = { signs: true, bills: config.billing ?? config.redisUrl === undefined };
  const { app, server, state } = await makeApi(config, engine, logger, role);
  const where = { port: config.port, host: config.host, backlog: acceptBacklog };
  return serve(app, state, where, () => closeConnections(server.server, () => app.close()));
}

/** The server by itself closes only the connections that are idle when it is closed, and waits for all others. */
async function closeConnections(server: FastifyInstance['server'], close: () => Promise<void>): Promise<void> {
  const idle = setInterval(() => {
    server.closeIdleConnections();
  }, idleCloseIntervalMs);
  const slow = setTimeout(() => {
    server.closeAllConnections();
  }, slowClientsMaxMs);
  try {
    await close();
  } finally {
    clearInterval(idle);
    clearTimeout(slow);
  }
}

function makeAdapter(connections: Connections, metrics: Metrics): FastifyAdapter {
  // Tells the requests of this process from those of every other.
  const process = randomBytes(6).toString('base64url');
  let requests = 0;
  return new FastifyAdapter({
    bodyLimit: bodyBytesMax,
    serverFactory: (serve: RequestListener) => connections.createServer(serve),
    clientErrorHandler: ({ code }: NodeJS.ErrnoException, socket) => {
      connections.malformed(socket, code);
    },
    forceCloseConnections: 'idle',
    // Who comes during a stop is told so by its routes, as a problem like any other.
    return503OnClosing: false,
    routerOptions: { maxParamLength: pathParameterMax },
    genReqId: (request: IncomingMessage) => {
      const given = request.headers['x-correlation-id'];
      if (typeof given === 'string' && /^[\x21-\x7e]{1,64}$/.test(given)) return given;
      requests += 1;
      return `${process}-${requests.toString(36)}`;
    },
    frameworkErrors: answerBadPaths(metrics, sendProblem),
  });
}

function prepare(server: FastifyInstance): void {
  addBodyParser(server);
  server.addHook('onRoute', (route) => {
    if (route.url !== '/v1/batch') return;
    route.bodyLimit = batchBodyBytesMax;
    route.preParsing = measureBody;
  });
}

function serveDocuments(app: NestFastifyApplication, { publicUrl, showDocs }: Config): void {
  const document = { ...openApiDocument(version), ...(publicUrl !== undefined && { servers: [{ url: publicUrl }] }) };
  // As bytes, which all answers share.
  const text = Buffer.from(JSON.stringify(document));
  app.getHttpAdapter().get('/openapi.json', ({ headers }: FastifyRequest, reply: RouteReply) => {
    if (preferred(headers.accept, ['application/json']) === undefined) {
      sendProblem(reply, createProblem('not_acceptable', { detail: 'the document is application/json' }));
      return;
    }
    void reply.header('content-type', 'application/json; charset=utf-8').send(text);
  });
  if (showDocs) SwaggerModule.setup('docs', app, document as unknown as OpenAPIObject, { raw: false });
}
