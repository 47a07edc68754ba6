import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Where a server listens, e.g. `http://127.0.0.1:3000`. */
export function addressOf(server: FastifyInstance, host: string): string {
  const { port } = server.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}
