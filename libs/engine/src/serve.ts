import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EngineLifecycle } from './engine-lifecycle.ts';
import type { Running } from './run-process.ts';
import type { ServiceState } from './service-state.ts';

/** A program over an engine, listening. */
export interface Server extends Running {
  /** Resolves when it is at work; rejects if the engine cannot start. Until then routes under `/v1` answer 503. */
  readonly started: Promise<void>;
}

/**
 * Lets an application listen.
 *
 * @param close the application, as its connections need it.
 */
export async function serve(
  app: NestFastifyApplication,
  state: ServiceState,
  where: { readonly port: number; readonly host: string; readonly backlog?: number },
  close: () => Promise<void> = () => app.close(),
): Promise<Server> {
  const lifecycle = app.get(EngineLifecycle);
  await app.listen(where);
  const { port } = app.getHttpAdapter().getInstance().server.address() as AddressInfo;
  const { host } = where;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`,
    started: lifecycle.started.then(() => {
      state.started();
    }),
    leave: () => {
      state.leaving();
    },
    stop: async () => {
      await close();
      await lifecycle.close();
    },
  };
}
