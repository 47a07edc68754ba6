import { problemMediaType, problemOf, problems, retryAfterSeconds, type Problem, type ProblemCode } from '#contract';
import type { Answer, EndingRefused, Refused } from '#operations';
import type { DoorReply } from './caller.ts';

const json = 'application/json; charset=utf-8';

/** Sends what a command came to. The body is the text that the lane made, so a replay is the same byte for byte. */
export function sendAnswer(reply: DoorReply, answer: Answer): void {
  if (answer.kind === 'refused') {
    sendProblem(reply, problemOfRefusal(answer));
    return;
  }
  if (answer.replayed) reply.header('idempotent-replayed', 'true');
  if (answer.holdNow !== undefined) reply.header('holdfast-hold-status', answer.holdNow);
  sendText(reply, answer.body, answer.created ? 201 : 200);
}

export function sendJson(reply: DoorReply, body: object, status = 200): void {
  sendText(reply, JSON.stringify(body), status);
}

/** @param text JSON. */
export function sendText(reply: DoorReply, text: string, status = 200): void {
  reply.status(status).header('content-type', json).send(text);
}

export function sendProblem(reply: DoorReply, problem: Problem): void {
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

/** A rule's no, or that nothing could be decided, as callers see it. */
export function problemOfRefusal({ code, field, facts }: Refused | EndingRefused): Problem {
  if (field === undefined) return problemOf(code, { ...facts });
  const { title } = problems[code];
  if (aboutContent.has(code)) return problemOf(code, { detail: `${title}: ${field} differs`, field, ...facts });
  const detail = `${field}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
  if (problems[code].status !== 400) return problemOf(code, { detail, field, ...facts });
  const errors = [{ pointer: `/${field.replaceAll('.', '/')}`, detail: 'the ledger cannot take this value' }];
  return problemOf(code, { detail, field, errors, ...facts });
}

/** Codes whose field is the first in which a request differs from the one that used its id. */
const aboutContent: ReadonlySet<ProblemCode> = new Set([
  'idempotency_conflict',
  'account_already_exists',
  'hold_already_settled',
  'hold_already_released',
]);

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the problem that was answered, for the metrics. */
    problemCode: string | undefined;
  }
}
