import { afterAll, describe, expect, it } from '@jest/globals';
import { Dice } from '../support/dice.ts';
import { EventRecord } from '../support/event-record.ts';
import { DataDirectory, Service } from '../support/service.ts';
import { ask, Client } from '../support/traffic.ts';

/** No file of the process may grow beyond this many blocks of 512 bytes: every write beyond it fails. */
const blocksMax = 2_048;
const smallDisk = ['sh', '-c', `trap '' XFSZ; ulimit -f ${String(blocksMax)}; exec "$@"`, 'sh'];

const data = new DataDirectory();

afterAll(() => {
  data.delete();
});

describe('a service whose disk refuses a write', () => {
  it('ends without promising what it cannot keep, and goes on where it was when there is room again', async () => {
    const service = await Service.start(data.path, { through: smallDisk });
    await service.admin.done('/v1/accounts', { accountId: 'acme' });
    await service.admin.done('/v1/accounts/acme/deposits', { depositId: 'first', amount: '1000000' });
    const clients = Array.from({ length: 16 }, (_, n) => new Client(`c${String(n)}`, ['acme'], new Dice(n)));
    const last = await Promise.all(clients.map((client) => client.work(service.admin)));
    expect(last.filter((reply) => reply !== undefined && reply.status < 500)).toEqual([]);
    const { code, stdout } = await service.ended;
    expect(code).toBe(1);
    expect(stdout).toContain('fatal error of the event store: the process exits');

    const again = await Service.start(data.path);
    const { names } = await new EventRecord('acme').readOn(again.admin);
    const errands = clients.flatMap((client) => client.errands);
    const answered = errands.filter(({ answer }) => answer !== undefined);
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.filter(({ event }) => !names.includes(event))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    for (const errand of errands) {
      const reply = await ask(again.admin, errand);
      expect(reply?.text).toBe(errand.answer?.text ?? reply?.text);
    }
    expect((await new EventRecord('acme').readOn(again.admin)).names).toHaveLength(errands.length + 2);
    await again.kill();
  });
});
