import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { adminKey, InProcess } from '../../../../test/support/in-process.ts';
import { until } from '../../../../test/support/until.ts';

/** As many as are let in at once. */
const batchesAtOnce = 16;

let service: InProcess;

beforeAll(async () => {
  service = await InProcess.open();
  await service.api.app.listen(0, '127.0.0.1');
});

afterAll(async () => {
  jest.restoreAllMocks();
  await service.close();
});

describe('a client that leaves while its key is looked for', () => {
  it('takes no place among the batches under way', async () => {
    const { keys } = service.engine;
    const admin = keys.authenticate(adminKey);
    const waiting: (() => void)[] = [];
    jest.spyOn(keys, 'findKey').mockImplementation(async () => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
      return admin;
    });
    const { port } = service.api.server.server.address() as AddressInfo;
    let gone = 0;
    service.api.server.server.on('connection', (socket) => {
      socket.once('close', () => {
        gone += 1;
      });
    });
    for (let count = 0; count < batchesAtOnce; count += 1) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write('POST /v1/batch HTTP/1.1\r\nhost: x\r\nauthorization: Bearer new\r\ncontent-length: 9\r\n\r\n');
      await until(() => waiting.length > count);
      socket.destroy();
    }
    await until(() => gone === batchesAtOnce);
    for (const found of waiting) found();
    await new Promise((resolve) => setImmediate(resolve));
    const { status } = await service.post('/v1/batch', { commands: [] });
    expect(status).not.toBe(503);
  });
});
