import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RedisTime } from '#leases';
import { until } from '../../../../test/support/until.ts';

let server: Server;
let time: RedisTime;
const sockets: Socket[] = [];

afterEach(async () => {
  time.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
  await once(server, 'close');
});

/** To the first words of a client, in Redis's protocol. */
const answers: Readonly<Record<string, string>> = {
  hello: '%0\r\n',
  setinfo: '+OK\r\n',
  info: '$9\r\nloading:0\r\n',
};

/** Says what a client asks at the beginning of a connection, and never the time: like a Redis whose machine is gone. */
async function timelessServer(): Promise<string> {
  server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    socket.on('data', (data) => {
      for (const [word] of data.toString().matchAll(/hello|setinfo|info/gi))
        socket.write(answers[word.toLowerCase()] ?? '');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `redis://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

describe('the time of a Redis that has fallen silent on its connection', () => {
  it('is not known, and is asked for over another connection', async () => {
    time = new RedisTime(await timelessServer());
    await until(async () => {
      expect(await time.time()).toBeUndefined();
      return sockets.length > 1;
    });
  });
});
