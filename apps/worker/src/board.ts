import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BullmqAlarms, jobBoard } from '#alarms';
import type { KeyRegistry, Principal } from '#application';
import {
  createProblem,
  type Problem,
  type ProblemCode,
  problemMediaType,
  problems,
  retryAfterSeconds,
} from '#contract';
import type { Connections } from '#http';

/** Where the pages are. */
const boardPath = '/board';

/** Shows the alarms to who has a key with the scope `admin`: as a bearer's, or as the password that a browser asks for. */
export function mountBoard(
  server: FastifyInstance,
  alarms: BullmqAlarms,
  keys: KeyRegistry,
  connections: Connections,
): void {
  void server.register(
    (scope, _, done) => {
      scope.addHook('onRequest', async (request, reply) => {
        // The keys may not be there to be read.
        const caller = await findCaller(keys, request.headers.authorization).catch(() => 'unknown' as const);
        const refusal = rejectionReason(request, caller);
        if (refusal !== undefined) return refuse(reply, refusal);
        if (typeof caller === 'object') connections.of(request.raw)?.letIn(caller.keyId, 'ordinary');
        return undefined;
      });
      void scope.register(jobBoard(alarms, boardPath));
      done();
    },
    { prefix: boardPath },
  );
}

function rejectionReason(
  { method }: FastifyRequest,
  caller: Principal | 'unknown' | undefined,
): ProblemCode | undefined {
  if (caller === 'unknown') return 'store_unavailable';
  if (caller === undefined) return 'unauthenticated';
  return caller.scopes.has('admin') && ['GET', 'HEAD'].includes(method) ? undefined : 'forbidden';
}

async function findCaller(keys: KeyRegistry, authorization = ''): Promise<Principal | undefined> {
  const [, scheme = '', text = ''] = /^(\S+) +(.*)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return keys.authenticate(text) ?? (await keys.findKey(text));
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const password = Buffer.from(text, 'base64').toString().split(':').slice(1).join(':');
  return keys.authenticate(password) ?? (await keys.findKey(password));
}

function refuse(reply: FastifyReply, code: ProblemCode): FastifyReply {
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Basic realm="holdfast"');
  sendProblem(reply, createProblem(code));
  return reply;
}

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  reply.problemCode = problem.code;
  if (problems[problem.code].retry) reply.header('retry-after', String(retryAfterSeconds));
  reply.status(problem.status).header('content-type', problemMediaType).send(JSON.stringify(problem));
}
