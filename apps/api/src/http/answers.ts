import { type Answer, type EndingRefused, type Page, type Refused, timeText } from '#application';
import {
  createInvalidRequest,
  createProblem,
  type Problem,
  type ProblemCode,
  problemMediaType,
  problems,
  retryAfterSeconds,
  withFacts,
} from '#contract';
import type { RouteReply } from './caller.ts';
import { RequestRefused } from './request-refused.ts';

const json = 'application/json; charset=utf-8';

/** Sends what a command came to. The body is the text that the lane made, so a replay is the same byte for byte. */
export function sendAnswer(reply: RouteReply, answer: Answer): void {
  if (answer.kind === 'refused') {
    sendProblem(reply, problemOfRefusal(answer, sentWith(reply.request)));
    return;
  }
  if (answer.replayed) reply.header('idempotent-replayed', 'true');
  if (answer.holdNow !== undefined) reply.header('holdfast-hold-status', answer.holdNow);
  sendText(reply, answer.body, answer.created ? 201 : 200);
}

function sentWith({ params, body }: RouteReply['request']): unknown {
  return { ...(params as object), ...(body as object | undefined) };
}

export function sendJson(reply: RouteReply, body: object, status = 200): void {
  sendText(reply, JSON.stringify(body), status);
}

/** Sends what is there already, or has just been made, for a request that may have come before. */
export function sendReplayable(reply: RouteReply, replayed: boolean, body: object, status = 200): void {
  if (replayed) reply.header('idempotent-replayed', 'true');
  sendJson(reply, body, status);
}

/**
 * Sends a page of a list.
 *
 * @param name of the list in the answer, and of what it is a list of, with its article.
 * @throws RequestRefused if there is no page: an empty one would look like the end of the list.
 */
export function sendPage<Row>(
  reply: RouteReply,
  page: Page<Row>,
  [name, one]: readonly [name: string, one: string],
  show: (row: Row, asOf: number) => unknown,
): void {
  if (page === 'unknown_cursor') {
    throw new RequestRefused(
      createInvalidRequest([{ pointer: '/after', detail: `${one} of this id is not in the list` }]),
    );
  }
  const { rows, after, asOf, asOfPosition } = found(page);
  sendJson(reply, { [name]: rows.map((row) => show(row, asOf)), after, asOf: timeText(asOf), asOfPosition });
}

/** @throws RequestRefused if it is the code of the problem that there is nothing. */
export function found<What extends object>(what: What | ProblemCode): What {
  if (typeof what === 'string') throw new RequestRefused(createProblem(what));
  return what;
}

/** @param text JSON. */
export function sendText(reply: RouteReply, text: string, status = 200): void {
  reply.status(status).header('content-type', json).send(text);
}

export function sendProblem(reply: RouteReply, problem: Problem): void {
  reply.problemCode = problem.code;
  if (problems[problem.code].retry) reply.header('retry-after', String(retryAfterSeconds));
  if (problem.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  if (problem.code === 'unsupported_media_type') reply.header('accept', 'application/json');
  const instance = `urn:holdfast:request:${reply.request.id}`;
  reply
    .status(problem.status)
    .header('content-type', problemMediaType)
    .send(JSON.stringify({ ...problem, instance }));
}

/**
 * A rule's no, or that nothing could be decided, as callers see it.
 *
 * @param sent what the caller said, by field: what was not sent is missing, rather than wrong.
 */
export function problemOfRefusal({ code, field, facts }: Refused | EndingRefused, sent?: unknown): Problem {
  if (field === undefined) return createProblem(code, { ...facts });
  const { title } = problems[code];
  if (aboutContent.has(code)) return createProblem(code, { detail: `${title}: ${field} differs`, field, ...facts });
  if (problems[code].status !== 400) {
    return createProblem(code, { detail: `${field}: ${createProblem(code, { ...facts }).detail}`, field, ...facts });
  }
  const why = wasSent(field, sent) ? 'the ledger cannot take this value' : 'it is missing, and needed here';
  const detail = `${field}: ${withFacts(why, { ...facts })}`;
  const errors = [{ pointer: `/${field.replaceAll('.', '/')}`, detail: why }];
  return createProblem(code, { detail, field, errors, ...facts });
}

/** @param sent if it is not known, nothing is said to be missing. */
function wasSent(field: string, sent: unknown): boolean {
  if (sent === undefined) return true;
  let value: unknown = sent;
  for (const part of field.split('.')) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[part];
  return value !== undefined && value !== null;
}

/** Codes whose field is the first in which a request differs from the one that used its id. */
const aboutContent: ReadonlySet<ProblemCode> = new Set([
  'idempotency_conflict',
  'account_already_exists',
  'hold_already_settled',
  'hold_already_released',
]);
