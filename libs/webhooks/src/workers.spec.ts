import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Position } from '#application';
import { lastProgress } from '#webhooks';
import { until } from '../../../test/support/until.ts';
import { Receiver } from '../testing/receiver.ts';
import { cause, done, Ledger, places, Worker, type WorkerOptions } from '../testing/scene.ts';
import { isSignedBy } from '../testing/standard-webhooks.ts';

let ledger: Ledger;
let receiver: Receiver;
let workers: Worker[];

function worker(options: WorkerOptions = {}): Worker {
  const one = new Worker(ledger.store, ledger.clock, options);
  workers.push(one);
  return one;
}

beforeEach(async () => {
  ledger = new Ledger();
  receiver = await Receiver.open();
  workers = [];
});

afterEach(async () => {
  await Promise.all(workers.map(({ delivery }) => delivery.stop()));
  await receiver.close();
});

/** Which of the workers deliver. */
function atWork(): readonly boolean[] {
  return workers.map(({ delivery }) => delivery.state.delivering === 1);
}

describe('of two workers', () => {
  const shared = { soleWriter: false };

  it('one delivers and the other stands by; it goes on at once when the first stops', async () => {
    await worker(shared).endpoint(receiver.url);
    for (const one of workers) one.start();
    await until(() => atWork()[0] === true);
    const second = worker(shared).start();
    await ledger.account('acme', 10);
    await until(() => receiver.received.length === 10 && second.delivery.state.standingBy === 1);
    expect(atWork()).toEqual([true, false]);
    await workers[0]?.delivery.stop();
    await until(() => atWork()[1] === true);
    await ledger.deposits('acme', 5);
    await until(() => receiver.received.length >= 15);
    expect(receiver.order).toEqual(places('acme', 15));
  });

  it('the second takes over when nothing was heard of the first for long enough, and the first finds out', async () => {
    const first = worker(shared);
    await first.endpoint(receiver.url);
    receiver.answer = () => undefined;
    first.start();
    await ledger.account('acme', 3);
    await until(() => receiver.received.length === 1);
    const second = worker({ soleWriter: false, limits: { heartbeatMs: 1_000_000 } }).start();
    await until(() => second.delivery.state.standingBy === 1);
    // The first hangs in the middle of its work: none of its appends comes through.
    const own = new Set<unknown>();
    ledger.store.failAppend = (stream, [event]) => {
      const text = event?.metadata ?? '';
      if (stream !== 'webhook-hook') return undefined;
      if (own.size === 0) own.add(readWriter(text));
      return own.has(readWriter(text)) ? 'store-unavailable' : undefined;
    };
    ledger.clock.time += 61_000;
    await until(() => own.size === 1);
    ledger.clock.time += 88_999;
    receiver.answer = () => 200;
    await until(() => atWork()[0] === false);
    expect(atWork()).toEqual([false, false]);
    ledger.clock.time += 1;
    await until(() => atWork()[1] === true);
    ledger.store.failAppend = () => undefined;
    await until(() => receiver.order.includes('acme 2'));
    await ledger.deposits('acme', 5);
    await until(() => receiver.order.includes('acme 7'));
    expect(atWork()).toEqual([false, true]);
    expect(receiver.order.slice(1)).toEqual(places('acme', 8));
  });

  it('that begin at the same moment only one writes, so only one goes on', async () => {
    await worker(shared).endpoint(receiver.url);
    worker(shared);
    worker(shared);
    for (const one of workers) one.start();
    await until(() => atWork().filter(Boolean).length === 1);
    await ledger.account('acme', 20);
    await until(() => receiver.received.length >= 20);
    expect(receiver.order).toEqual(places('acme', 20));
  });

  it('one that has not the key of the secrets leaves the work to the one that has', async () => {
    const first = worker(shared);
    await first.endpoint(receiver.url);
    const stranger = worker({ soleWriter: false, key: 'another key than that of all others' }).start();
    await ledger.account('acme', 1);
    await until(() => stranger.troubles.length > 0);
    expect(receiver.received).toEqual([]);
    first.start();
    await until(() => receiver.received.length === 1);
    expect(atWork()).toEqual([true, false]);
  });
});

describe('a rotated secret', () => {
  it('signs beside the one before it for as long as was asked, and then alone', async () => {
    const one = worker();
    const old = await one.endpoint(receiver.url);
    const { secret = '' } = done(await one.register.rotate('hook', 'second', 3_600_000, cause));
    expect(secret).not.toBe(old);
    one.start();
    await ledger.account('acme', 1);
    await until(() => receiver.received.length === 1);
    ledger.clock.time += 3_599_999;
    await ledger.deposits('acme', 1);
    await until(() => receiver.received.length === 2);
    ledger.clock.time += 1;
    await ledger.deposits('acme', 1);
    await until(() => receiver.received.length === 3);
    const signedBy = (text: string): Promise<boolean[]> =>
      Promise.all(receiver.received.map(({ headers, body }) => isSignedBy(text, headers, body)));
    expect(await signedBy(secret)).toEqual([true, true, true]);
    expect(await signedBy(old)).toEqual([true, true, false]);
  });

  it('is made once for one id', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    done(await one.register.rotate('hook', 'second', 0, cause));
    const refused = { code: 'idempotency_conflict', field: 'secretId' };
    expect(await one.register.rotate('hook', 'second', 0, cause)).toEqual(refused);
    expect(await one.register.rotate('hook', 'first', 0, cause)).toEqual(refused);
  });
});

describe('a replay', () => {
  async function positionAfter(place: number): Promise<Position> {
    const { events } = await ledger.store.readStream('account-acme', place, 1);
    const position = events[0]?.position;
    if (position === undefined) throw new RangeError(`there is no event ${String(place)}`);
    return position;
  }

  it('delivers again what comes after a position, and goes on', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    one.start();
    await ledger.account('acme', 6);
    await until(() => receiver.received.length === 6);
    done(await one.register.replay('hook', { after: await positionAfter(2) }, cause));
    await until(() => receiver.received.length === 9);
    await ledger.deposits('acme', 1);
    await until(() => receiver.received.length === 10);
    expect(receiver.order).toEqual([...places('acme', 6), ...places('acme', 4, 3)]);
  });

  it('delivers again what happened at a time or later', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    one.start();
    await ledger.account('acme', 3);
    ledger.clock.time += 1_000;
    const since = ledger.clock.time;
    await ledger.deposits('acme', 3);
    await until(() => receiver.received.length === 6);
    done(await one.register.replay('hook', { since }, cause));
    await until(() => receiver.received.length === 9);
    done(await one.register.replay('hook', { since: since + 1 }, cause));
    await until(async () => (await lastProgress(ledger.store, 'hook'))?.ask === 2);
    ledger.clock.time += 1;
    await ledger.deposits('acme', 1);
    await until(() => receiver.received.length === 10);
    expect(receiver.order).toEqual([...places('acme', 6), ...places('acme', 3, 3), 'acme 6']);
  });

  it('reaches what happened before the endpoint was registered, and passes over what is not wanted any more', async () => {
    await ledger.account('acme', 3);
    const one = worker();
    await one.endpoint(receiver.url);
    done(await one.register.replay('hook', { after: '' }, cause));
    one.start();
    await until(() => receiver.received.length === 3);
    await one.delivery.stop();
    await ledger.deposits('acme', 3);
    done(await one.register.replay('hook', { after: await positionAfter(4) }, cause));
    worker().start();
    await until(() => receiver.received.length >= 4);
    expect(receiver.order).toEqual([...places('acme', 3), 'acme 5']);
  });

  it('never passes over what has not happened yet', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    done(await one.register.replay('hook', { after: 'f'.repeat(16) }, cause));
    one.start();
    await ledger.account('acme', 2);
    await until(() => receiver.received.length === 2);
    expect((await lastProgress(ledger.store, 'hook'))?.ask).toBe(1);
  });

  it('is told to a worker that is at work by another process', async () => {
    const one = worker({ soleWriter: false });
    await one.endpoint(receiver.url);
    one.start();
    await ledger.account('acme', 2);
    await until(() => receiver.received.length === 2);
    const elsewhere = worker({ soleWriter: false });
    done(await elsewhere.register.replay('hook', { after: '' }, cause));
    await until(() => receiver.received.length === 4);
    expect(receiver.order).toEqual([...places('acme', 2), ...places('acme', 2)]);
  });
});

function readWriter(metadata: string): unknown {
  return (JSON.parse(metadata) as { writer?: unknown }).writer;
}
