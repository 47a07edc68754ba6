import type { z } from 'zod';
import type { RouteName, routes } from './routes.ts';

/** What a caller sends to a door; `undefined` where a door takes no body. */
export type RouteBody<Name extends RouteName> = (typeof routes)[Name] extends { readonly body: infer Body }
  ? z.input<Body>
  : undefined;

/** What a door answers when it says yes. */
export type RouteAnswer<Name extends RouteName> = z.output<(typeof routes)[Name]['answer']>;
