import { once } from 'node:events';
import { Agent, createServer, request as ask, type ClientRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../../../test/support/until.ts';
import { limitTheCrowd } from '../src/doors/crowd.ts';

const inFlightMax = 3;

let server: Server;
let agent: Agent;
/** Answers to the requests that were let in. */
let answer: (() => void)[];

beforeEach(async () => {
  agent = new Agent({ keepAlive: true });
  answer = [];
  server = createServer((_, response) => {
    answer.push(() => response.end('done'));
  });
  limitTheCrowd(server, inFlightMax);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  agent.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function send(path: string, body = '{}'): ClientRequest {
  const { port } = server.address() as AddressInfo;
  const asking = ask({ agent, host: '127.0.0.1', port, path, method: 'POST' });
  asking.on('error', () => undefined);
  asking.end(body);
  return asking;
}

async function replyOf(asking: ClientRequest): Promise<{ reply: IncomingMessage; text: string }> {
  const [reply] = (await once(asking, 'response')) as [IncomingMessage];
  return { reply, text: (await reply.toArray()).join('') };
}

async function fill(): Promise<readonly ClientRequest[]> {
  const asking = Array.from({ length: inFlightMax }, () => send('/v1/accounts'));
  await until(() => answer.length === inFlightMax);
  return asking;
}

describe('a process with as many requests under way as it takes', () => {
  it('turns the next away, with its body unread, and says when to come again', async () => {
    await fill();
    const { reply, text } = await replyOf(send('/v1/accounts', 'x'.repeat(1_000_000)));
    expect(reply.statusCode).toBe(503);
    expect(reply.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '1' });
    expect(JSON.parse(text)).toMatchObject({ code: 'overloaded', status: 503 });
    expect(answer).toHaveLength(inFlightMax);
  });

  it('tells how it is all the same', async () => {
    await fill();
    const asked = replyOf(send('/health/live'));
    await until(() => answer.length === inFlightMax + 1);
    answer.at(-1)?.();
    expect((await asked).reply.statusCode).toBe(200);
  });

  it('lets one in for each that it has answered', async () => {
    const [first] = await fill();
    if (first === undefined) throw new Error('nobody was let in');
    const answered = replyOf(first);
    answer[0]?.();
    await answered;
    await until(() => answer.length === inFlightMax);
    const next = replyOf(send('/v1/accounts'));
    await until(() => answer.length === inFlightMax + 1);
    answer.at(-1)?.();
    expect((await next).text).toBe('done');
  });

  it('lets one in for each that has left without its answer', async () => {
    const [first] = await fill();
    first?.destroy();
    for (;;) {
      const asking = send('/v1/accounts');
      const away = once(asking, 'response').then(() => true);
      const taken = until(() => answer.length === inFlightMax + 1).then(() => false);
      if (!(await Promise.race([away, taken]))) break;
    }
    expect(answer).toHaveLength(inFlightMax + 1);
  });
});
