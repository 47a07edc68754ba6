import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { verifyWebhook } from '#client';
import { PriceBookCatalog, shippedPriceBooks } from '#domain';
import { auditDirectory, outsideCheckpoints } from '../../apps/auditor/src/index.ts';
import { Receiver } from '../../libs/webhooks/testing/receiver.ts';
import type { Caller } from '../support/caller.ts';
import { Fleet } from '../support/fleet.ts';
import { DataDirectory, Service } from '../support/service.ts';
import { describeWith, redis as redisServer } from '../support/tools.ts';
import { until } from '../support/until.ts';

const describe = describeWith(redisServer);

const allowed = { HOLDFAST_WEBHOOK_NETWORKS: '127.0.0.0/8', HOLDFAST_WEBHOOK_HTTP: 'true' };

let receiver: Receiver;

beforeEach(async () => {
  receiver = await Receiver.open();
});

afterEach(async () => {
  await receiver.close();
});

async function register(caller: Caller): Promise<string> {
  const { text } = await caller.done('/v1/webhooks', { webhookId: 'hook', url: receiver.url });
  return (JSON.parse(text) as { secret: string }).secret;
}

async function deposits(caller: Caller, count: number, from = 0): Promise<void> {
  for (let number = from; number < from + count; number += 1) {
    await caller.done('/v1/accounts/acme/deposits', { depositId: `d${String(number)}`, amount: '1' });
  }
}

/** Sequences in the order in which each was received for the first time. */
function firstTimes(): readonly number[] {
  return [...new Set(receiver.received.map(({ event }) => Number(event.sequence)))];
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe('the service alone', () => {
  let data: DataDirectory;
  let service: Service;

  beforeEach(async () => {
    data = new DataDirectory();
    service = await Service.start(data.path, { environment: allowed });
  });

  afterEach(async () => {
    await service.kill();
    data.delete();
  });

  it('that is killed in the middle of deliveries loses none, and keeps their order and its secret', async () => {
    const secret = await register(service.admin);
    await service.admin.done('/v1/accounts', { accountId: 'acme' });
    receiver.answer = ({ event }) => (Number(event.sequence) < 7 ? 200 : undefined);
    await deposits(service.admin, 20);
    await until(() => receiver.received.some(({ event }) => Number(event.sequence) === 7));
    await service.kill();
    receiver.answer = () => 200;
    service = await Service.start(data.path, { environment: allowed });
    await until(() => firstTimes().length === 21);
    expect(firstTimes()).toEqual(upTo(21));
    for (const received of receiver.received) verifyWebhook(received, secret);
  });

  it('says that nothing is taken and why, and no longer once it is', async () => {
    await register(service.admin);
    receiver.answer = () => 503;
    await service.admin.done('/v1/accounts', { accountId: 'acme' });
    await until(() => receiver.received.length === 1);
    const delivery = async (): Promise<unknown> => {
      return (await service.admin.read<{ delivery: unknown }>('/v1/webhooks/hook')).delivery;
    };
    await until(async () => JSON.stringify(await delivery()).includes('it answered 503'));
    receiver.answer = () => 200;
    await until(() => receiver.received.length === 2);
    await until(async () => JSON.stringify(await delivery()).includes('"failing":null'));
  });
});

describe('checkpoints', () => {
  let data: DataDirectory;
  let service: Service;

  beforeEach(async () => {
    data = new DataDirectory();
    service = await Service.start(data.path, { environment: allowed });
  });

  afterEach(async () => {
    await service.kill();
    data.delete();
  });

  it('are sent to an endpoint that asks for them, and convict the ledger as those that are kept in a file do', async () => {
    const wanted = { webhookId: 'hook', url: receiver.url, eventTypes: ['checkpoint-signed'] };
    const { text } = await service.admin.done('/v1/webhooks', wanted);
    const { secret } = JSON.parse(text) as { secret: string };
    await service.admin.done('/v1/accounts', { accountId: 'acme' });
    for (const count of [1, 2]) {
      await deposits(service.admin, 1, count);
      await service.admin.done('/v1/checkpoints', {});
      await until(() => receiver.received.length === count);
    }
    const events = receiver.received.map((received) => verifyWebhook(received, secret));
    expect(events).toEqual([
      expect.objectContaining({ type: 'checkpoint-signed.v1', subject: 'checkpoints', sequence: '0000000000000001' }),
      expect.objectContaining({ type: 'checkpoint-signed.v1', subject: 'checkpoints', sequence: '0000000000000002' }),
    ]);
    await service.kill();
    const kept = join(data.path, 'kept.jsonl');
    const found = async (change: (line: string) => string): Promise<number> => {
      writeFileSync(kept, events.map((event) => `${change(JSON.stringify(event.data))}\n`).join(''));
      const priceBooks = new PriceBookCatalog(shippedPriceBooks);
      return (await auditDirectory(data.path, { priceBooks, outside: outsideCheckpoints(kept).checkpoints })).found;
    };
    expect(await found((line) => line)).toBe(0);
    expect(await found((line) => line.replace(/"root":"./, '"root":"g'))).toBeGreaterThan(0);
  });

  it('are of the whole ledger: an endpoint of some accounts cannot ask for them', async () => {
    const wanted = {
      webhookId: 'hook',
      url: receiver.url,
      eventTypes: ['checkpoint-signed.v1'],
      accountPrefixes: ['a'],
    };
    const { status, text } = await service.admin.post('/v1/webhooks', wanted);
    expect([status, text]).toEqual([400, expect.stringContaining('/eventTypes/0')]);
  });
});

describe('a ledger and two workers', () => {
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await Fleet.open('one file', allowed);
    await fleet.addLedger({ HOLDFAST_WEBHOOKS: 'false' });
  });

  afterEach(async () => {
    await fleet.close();
  });

  /** How many endpoints a process delivers to. */
  async function delivering(service: Service | undefined): Promise<number> {
    const text = await (await fetch(`${service?.url ?? ''}/metrics`)).text();
    return Number(/^holdfast_webhooks_delivering (\d+)$/m.exec(text)?.[1]);
  }

  it('deliver by one of the workers; the other goes on when that one stops', async () => {
    const caller = fleet.at(0);
    await register(caller);
    const first = await fleet.addWorker();
    await until(async () => (await delivering(first)) === 1);
    const second = await fleet.addWorker();
    await caller.done('/v1/accounts', { accountId: 'acme' });
    await deposits(caller, 10);
    await until(() => receiver.received.length === 11);
    expect([await delivering(fleet.ledgers[0]), await delivering(second)]).toEqual([0, 0]);
    await first.stop();
    await until(async () => (await delivering(second)) === 1);
    await deposits(caller, 5, 10);
    await until(() => receiver.received.length >= 16);
    expect(receiver.received.map(({ event }) => Number(event.sequence))).toEqual(upTo(16));
  });
});
