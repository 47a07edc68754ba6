/** The yardstick: a Fastify route that reads a body and answers with a text of the same size, and does nothing else. */
import { fastify } from 'fastify';

const answer = process.env.BARE_ANSWER ?? '{}';
const server = fastify();
server.post('/v1/accounts/:accountId/holds', (request, reply) => {
  void request.body.holdId;
  reply.status(201).header('content-type', 'application/json; charset=utf-8').send(answer);
});
process.send({ ready: await server.listen({ host: '127.0.0.1', port: 0 }) });
