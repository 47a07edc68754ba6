import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ChainedEvents } from '#application';
import { until } from '../../../test/support/until.ts';
import { Receiver } from '../testing/receiver.ts';
import { cause, Ledger, Worker } from '../testing/scene.ts';

let ledger: Ledger;
let receiver: Receiver;
let worker: Worker;
let chain: ChainedEvents;

beforeEach(async () => {
  ledger = new Ledger();
  receiver = await Receiver.open();
  worker = new Worker(ledger.store, ledger.clock);
  chain = new ChainedEvents('checkpoints', -1, '0'.repeat(64));
});

afterEach(async () => {
  await worker.delivery.stop();
  await receiver.close();
});

/** Some of what a ledger writes about itself. */
async function write(...types: readonly string[]): Promise<void> {
  const before = chain.revision;
  const written = chain.events.length;
  for (const type of types) chain.add({ type, data: { at: ledger.clock.time } }, cause);
  await ledger.store.append('checkpoints', before, chain.events.slice(written));
}

const wanted = { eventTypes: ['checkpoint-signed'] };

describe('events of the ledger itself', () => {
  it('are sent to an endpoint that names their type, in their order, beside those of accounts', async () => {
    await worker.endpoint(receiver.url, { eventTypes: ['checkpoint-signed', 'account-opened'] });
    worker.start();
    await ledger.account('checkpoints', 2);
    await write('signing-key-announced.v1', 'checkpoint-signed.v1', 'checkpoint-signed.v1');
    await until(() => receiver.received.length === 3);
    expect(receiver.received.map(({ event: { type, sequence } }) => `${type} ${sequence.slice(-2)}`).sort()).toEqual([
      'account-opened.v1 00',
      'checkpoint-signed.v1 01',
      'checkpoint-signed.v1 02',
    ]);
  });

  it('are sent again until they are taken, and no later one before', async () => {
    await worker.endpoint(receiver.url, wanted);
    receiver.answer = () => (receiver.received.length === 1 ? 503 : 200);
    worker.start();
    await write('checkpoint-signed.v1', 'checkpoint-signed.v1');
    await until(() => receiver.received.length === 1);
    ledger.clock.time += 6_001;
    await until(() => receiver.received.length === 3);
    expect(receiver.order).toEqual(['checkpoints 0', 'checkpoints 0', 'checkpoints 1']);
  });

  it.each([
    ['names no types', { eventTypes: null }],
    ['has account prefixes', { ...wanted, accountPrefixes: ['c'] }],
  ])('are not sent to an endpoint that %s', async (_, more) => {
    const types = more.eventTypes === null ? null : [...more.eventTypes, 'account-opened'];
    await worker.endpoint(receiver.url, { ...more, eventTypes: types });
    worker.start();
    await write('checkpoint-signed.v1');
    await ledger.account('camp', 1);
    await until(() => receiver.received.length === 1);
    expect(receiver.order).toEqual(['camp 0']);
  });

  it('that were taken are no reason to write down how far the delivery is: that would be one more to checkpoint', async () => {
    await worker.endpoint(receiver.url, wanted);
    worker.start();
    await write('checkpoint-signed.v1');
    await until(() => receiver.received.length === 1);
    const { head } = await ledger.store.readStream('webhook-hook', 0, 10);
    await write('checkpoint-signed.v1');
    await until(() => receiver.received.length === 2);
    await write('checkpoint-signed.v1');
    await until(() => receiver.received.length === 3);
    expect((await ledger.store.readStream('webhook-hook', 0, 10)).head).toBe(head);
  });

  it('are tried again when their data could not be had', async () => {
    let failures = 1;
    worker = new Worker(ledger.store, ledger.clock, {
      readData: ({ data }) => {
        failures -= 1;
        return failures < 0 ? Promise.resolve(data) : Promise.reject(new Error('the store is away'));
      },
    });
    await worker.endpoint(receiver.url, wanted);
    worker.start();
    await write('checkpoint-signed.v1');
    await until(() => failures === 0);
    ledger.clock.time += 6_001;
    await until(() => receiver.received.length === 1);
    expect(worker.troubles).toEqual([]);
  });
});
