import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import {
  createInvalidRequest,
  createProblem,
  type FieldError,
  JsonMeter,
  measureJson,
  type Problem,
  readJson,
  routes,
} from '#contract';
import { findRoute } from './find-route.ts';
import { RequestRefused } from './request-refused.ts';

/** Most values in a body, members and elements alike: what the largest batch of the longest operations has. */
const bodyValuesMax = 262_144;

/** Most members of one object: a price book names 200 products. */
const bodyMembersMax = 512;

/** The same in a batch, in which there is room for thousands of objects, each read by itself. An operation has 20 at most. */
const batchMembersMax = 32;

const ordinaryBounds = { valuesMax: bodyValuesMax, membersMax: bodyMembersMax };
const batchBounds = { valuesMax: bodyValuesMax, membersMax: batchMembersMax };

type Done = (error: Error | null, body?: unknown) => void;

/**
 * Bodies are JSON in UTF-8 and nothing else; what its sender has signed stays the text that it is, and is parsed by who
 * has verified it. What is wrong with one is said by name, where the server would only say that it is.
 */
export function addBodyParser(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done: Done) => {
    const read = readBody(request, bytes);
    if ('problem' in read) done(new RequestRefused(read.problem));
    if (!('problem' in read)) done(null, read.body);
  });
  server.addContentTypeParser('*', (request, _, done: Done) => {
    if (isEmpty(request) && findRoute(request)?.body === undefined) done(null);
    else done(new RequestRefused(createProblem('unsupported_media_type')));
  });
}

/** Of bodies that were measured as they came. */
const meters = new WeakMap<IncomingMessage, JsonMeter>();

/**
 * Measures a large body as it comes: what is too deep or has too much in it is refused before the rest of it is taken, and
 * nobody waits for one long look at the whole. For routes whose bodies may be large.
 */
export function measureBody(
  { raw }: FastifyRequest,
  _: FastifyReply,
  payload: RequestPayload,
  done: (error: Error | null, payload: RequestPayload) => void,
): void {
  const meter = new JsonMeter(batchBounds);
  meters.set(raw, meter);
  const measure = (piece: Buffer): void => {
    const error = meter.add(piece.toString('latin1'));
    if (error === undefined) return;
    payload.off('data', measure);
    payload.emit('error', new RequestRefused(createInvalidRequest([{ pointer: '', detail: error }])));
  };
  payload.on('data', measure);
  done(null, payload);
}

type BodyRead = { readonly body: unknown } | { readonly problem: Problem };

function readBody(request: FastifyRequest, bytes: Buffer): BodyRead {
  const unsupported = validateEncoding(request);
  if (unsupported !== undefined) return { problem: createProblem('unsupported_media_type', { detail: unsupported }) };
  const route = findRoute(request);
  const { body: schema, signed } = route ?? {};
  const bounds = route === routes.batch ? batchBounds : ordinaryBounds;
  // Clients name a type with requests that have no body, too.
  if (bytes.length === 0 && schema === undefined) return { body: undefined };
  if (!isUtf8(bytes)) return malformed({ pointer: '', detail: 'the body is not UTF-8' });
  const text = bytes.toString('utf8');
  if (signed === true) {
    const measured = measureJson(text, bounds);
    return typeof measured === 'string' ? malformed({ pointer: '', detail: measured }) : { body: text };
  }
  const read = readJson(text, bounds, meters.get(request.raw)?.measured);
  if (!read.ok) return malformed(read.error);
  if (schema === undefined && !isEmptyObject(read.value)) {
    return malformed({ pointer: '', detail: 'no body is taken here' });
  }
  return { body: read.value };
}

function malformed(error: FieldError): BodyRead {
  return { problem: createInvalidRequest([error]) };
}

/** What of the headers says that the bytes are not JSON in UTF-8 as it stands. */
function validateEncoding({ headers }: FastifyRequest): string | undefined {
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') return 'bodies are not compressed';
  for (const [, quoted, plain] of (headers['content-type'] ?? '').matchAll(charsets)) {
    if ((quoted ?? plain ?? '').toLowerCase() !== 'utf-8')
      return 'bodies are application/json in UTF-8, in no other charset';
  }
  return undefined;
}

const charsets = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/gi;

function isEmpty({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
