import { z } from 'zod';
import { pathSchema } from '../kernel/paths.ts';
import { listMediaTypes, type Route } from '../kernel/route.ts';
import { type ProblemCode, problemMediaType, problems } from '../problems/problems.ts';
import { everyRouteProblems } from '../problems/route-problems.ts';
import { routes } from '../routes.ts';
import { webhookRoutes } from '../webhooks.ts';

type Json = Readonly<Record<string, unknown>>;

const parameterNotes: Readonly<Record<string, string>> = {
  accountId: 'Id of the account.',
  holdId: 'Id of the hold, as its freeze chose it.',
  depositId: 'Id of the deposit.',
  orderId: 'Id of the order, as it was opened.',
  channel: 'Name of the channel.',
  paymentId: 'Id of the unmatched payment.',
  keyId: 'Id of the API key.',
  date: 'Local date of the day, `YYYY-MM-DD`.',
  month: 'The month, `YYYY-MM`.',
  webhookId: 'Id of the endpoint.',
  packId: 'Id of the pack, as it was chosen when it came.',
  priceBook: '`name` or `name@version`.',
  name: 'Name of the budget, with the characters of an id.',
};

/** The OpenAPI 3.1 document of all routes, made from the route catalogue; the same bytes for the same version. */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries(routes)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: toOperation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version,
      description:
        'A prepaid-balance ledger for paid verification. Amounts are decimal strings, times RFC 3339 UTC. ' +
        'The same id with the same content is answered as the first time, for ever, with `Idempotent-Replayed: true`.',
    },
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: problemSchema() },
    },
  };
}

function toOperation(name: string, route: Route): Json {
  const parameters = [...pathParameters(route), ...queryParameters(route)];
  return {
    operationId: name,
    summary: route.summary,
    description: whoMay(route),
    ...(route.signed && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: toSchema(route.body, 'input') } } },
    }),
    responses: {
      [String(route.status)]: {
        description: 'Done.',
        ...answerHeaders(name, route),
        content: answerContent(route),
      },
      ...problemResponses([
        ...everyRouteProblems.filter((code) => route.signed !== true || !ofKeys.has(code)),
        ...route.problems,
      ]),
    },
  };
}

function whoMay({ signed, wholeLedger, scopes }: Route): string {
  if (signed) return 'Needs no key: the notice is signed.';
  const bound = wholeLedger ? ' A key that is bound to accounts is refused.' : '';
  return `Scopes: ${scopes.join(', ')}.${bound}`;
}

function answerContent(route: Route): Json {
  const contents = listMediaTypes(route).map((type) => {
    return [type, type === 'application/json' ? { schema: toSchema(route.answer, 'output') } : text] as const;
  });
  return Object.fromEntries(contents);
}

/** Problems of routes that need a key. */
const ofKeys: ReadonlySet<ProblemCode> = new Set(['unauthenticated', 'forbidden']);

const text = { schema: { type: 'string' } };

/** Routes with a body that never answer as the first time. */
const neverReplayed: ReadonlySet<string> = new Set(['batch', 'quote', 'createKey', ...Object.keys(webhookRoutes)]);

/** Reads are never replays. */
function answerHeaders(name: string, { body, status }: Route): Json {
  if (body === undefined || neverReplayed.has(name)) return {};
  if (name === 'setBudget') {
    return { headers: { 'Idempotent-Replayed': { description: '`true`: it was so already.', ...text } } };
  }
  const replayed = { 'Idempotent-Replayed': { description: '`true`: answered as the first time.', ...text } };
  if (status !== 201 || name !== 'freeze') return { headers: replayed };
  return { headers: { ...replayed, 'Holdfast-Hold-Status': { description: 'What the hold is now.', ...text } } };
}

function pathParameters({ path }: Route): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: parameterNotes[name],
    schema: toSchema(pathSchema(name), 'input'),
  }));
}

function queryParameters({ query }: Route): Json[] {
  if (query === undefined) return [];
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    // As read: OpenAPI writes a number of a query as an integer, though it comes as text.
    schema: toSchema(schema as z.ZodType, 'output'),
  }));
}

function problemResponses(codes: readonly ProblemCode[]): Record<string, Json> {
  const byStatus = Map.groupBy(new Set(codes), (code) => problems[code].status);
  const statuses = [...byStatus].sort(([left], [right]) => left - right);
  return Object.fromEntries(
    statuses.map(([status, says]) => [
      String(status),
      {
        description: says.map((code) => `\`${code}\`: ${problems[code].title}.`).join(' '),
        ...(says.some((code) => problems[code].retry) && {
          headers: { 'Retry-After': { description: 'Seconds.', ...text } },
        }),
        content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}

function problemSchema(): Json {
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'code'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      instance: { type: 'string' },
      code: { type: 'string', enum: Object.keys(problems) },
      field: { type: 'string', description: 'The field of the request that the problem is about.' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
        },
      },
    },
    additionalProperties: true,
  };
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const json: Record<string, unknown> = { ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) };
  delete json['$schema'];
  return json;
}
