import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemMediaType, problemOf, type ProblemCode } from '#contract';
import { jobBoard, type BullmqAlarms } from '#alarms';
import type { KeyRegistry, Principal } from '#operations';

/** Where the pages are. */
const boardPath = '/board';

/** Shows the alarms to who has a key with the scope `admin`: as a bearer's, or as the password that a browser asks for. */
export function mountBoard(server: FastifyInstance, alarms: BullmqAlarms, keys: KeyRegistry): void {
  void server.register(
    (scope, _, done) => {
      scope.addHook('onRequest', async (request, reply) => {
        // The keys may not be there to be read.
        const refusal = await whyNot(request, keys).catch(() => 'store_unavailable' as const);
        if (refusal !== undefined) await refuse(reply, refusal);
      });
      void scope.register(jobBoard(alarms, boardPath));
      done();
    },
    { prefix: boardPath },
  );
}

async function whyNot({ method, headers }: FastifyRequest, keys: KeyRegistry): Promise<ProblemCode | undefined> {
  const caller = await callerOf(keys, headers.authorization);
  if (caller === undefined) return 'unauthenticated';
  return caller.scopes.has('admin') && ['GET', 'HEAD'].includes(method) ? undefined : 'forbidden';
}

async function callerOf(keys: KeyRegistry, authorization = ''): Promise<Principal | undefined> {
  const [scheme, text = ''] = authorization.split(' ');
  if (scheme === 'Bearer') return keys.authenticate(text) ?? (await keys.lookFor(text));
  if (scheme !== 'Basic') return undefined;
  const password = Buffer.from(text, 'base64').toString().split(':').slice(1).join(':');
  return keys.authenticate(password) ?? (await keys.lookFor(password));
}

function refuse(reply: FastifyReply, code: ProblemCode): FastifyReply {
  const problem = problemOf(code);
  if (code === 'unauthenticated') reply.header('www-authenticate', 'Basic realm="holdfast"');
  return reply.status(problem.status).header('content-type', problemMediaType).send(JSON.stringify(problem));
}
