import type { z } from 'zod';
import { accountRoutes } from './accounts.ts';
import { balanceRoutes } from './balances.ts';
import { batchRoutes } from './batch.ts';
import { billRoutes } from './bills/bills.ts';
import { budgetRoutes } from './budgets.ts';
import { correctionRoutes } from './corrections.ts';
import { eventRoutes } from './events.ts';
import { fundRoutes } from './funds.ts';
import { holdRoutes } from './holds.ts';
import type { Route } from './kernel/route.ts';
import { keyRoutes } from './keys.ts';
import { orderRoutes } from './orders.ts';
import { packRoutes } from './packs.ts';
import { paymentRoutes } from './payments.ts';
import { priceBookRoutes } from './price-books.ts';
import { proofRoutes } from './proofs.ts';
import { quoteRoutes } from './quotes.ts';
import { termsRoutes } from './terms.ts';
import { warningRoutes } from './warnings.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every route under `/v1`: what the service serves, whom it lets in, and what the documents say. */
export const routes = {
  ...accountRoutes,
  ...balanceRoutes,
  ...fundRoutes,
  ...termsRoutes,
  ...priceBookRoutes,
  ...holdRoutes,
  ...quoteRoutes,
  ...batchRoutes,
  ...correctionRoutes,
  ...budgetRoutes,
  ...packRoutes,
  ...orderRoutes,
  ...paymentRoutes,
  ...billRoutes,
  ...warningRoutes,
  ...webhookRoutes,
  ...eventRoutes,
  ...proofRoutes,
  ...keyRoutes,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

/** What a caller sends to a route; `undefined` where a route takes no body. */
export type RouteBody<Name extends RouteName> = (typeof routes)[Name] extends { readonly body: infer Body }
  ? z.input<Body>
  : undefined;

/** What may stand behind a path, with numbers as numbers; `undefined` where a route takes no query. */
export type RouteQuery<Name extends RouteName> = (typeof routes)[Name] extends {
  readonly query: infer Query extends z.ZodType;
}
  ? Partial<z.output<Query>>
  : undefined;

/** What a route answers when it says yes. */
export type RouteAnswer<Name extends RouteName> = z.output<(typeof routes)[Name]['answer']>;
