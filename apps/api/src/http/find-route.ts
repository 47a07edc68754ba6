import type { FastifyRequest } from 'fastify';
import { type Route, routes } from '#contract';

/** Routes of the contract by method and pattern, as the router names them. */
const byPattern = new Map<string, Route>(
  Object.values<Route>(routes).map((route) => [`${route.method} ${route.path.replace(/\{(\w+)\}/g, ':$1')}`, route]),
);

/** The contract's route that a request is to; undefined if it is to none of them. A HEAD is to the route of its GET. */
export function findRoute({ method, routeOptions }: FastifyRequest): Route | undefined {
  return byPattern.get(`${method === 'HEAD' ? 'GET' : method} ${routeOptions.url ?? ''}`);
}
