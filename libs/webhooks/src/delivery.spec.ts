import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BEGINNING } from '#application';
import { lastProgress, webhooksStream } from '#webhooks';
import { freeze, release, settle } from '../../../test/support/commands.ts';
import { until } from '../../../test/support/until.ts';
import { Receiver } from '../testing/receiver.ts';
import { Ledger, of, places, Worker, type WorkerOptions } from '../testing/scene.ts';
import { isSignedBy } from '../testing/standard-webhooks.ts';

let ledger: Ledger;
let receiver: Receiver;
let workers: Worker[];

function worker(options: WorkerOptions = {}): Worker {
  const one = new Worker(ledger.store, ledger.clock, options);
  workers.push(one);
  return one;
}

async function progress(): Promise<NonNullable<Awaited<ReturnType<typeof lastProgress>>>> {
  const last = await lastProgress(ledger.store, 'hook');
  if (last === undefined) throw new Error('nothing was written down yet');
  return last;
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

describe('an event', () => {
  it('is delivered as a CloudEvent with the stored data, signed as Standard Webhooks has it', async () => {
    const one = worker();
    const secret = await one.endpoint(receiver.url);
    await ledger.account('acme', 2);
    one.start();
    await until(() => receiver.received.length === 2);
    const { events } = await ledger.store.readStream('account-acme', 0, 10);
    for (const [index, { headers, body, event }] of receiver.received.entries()) {
      const stored = events[index];
      expect(event).toEqual({
        specversion: '1.0',
        id: stored?.id,
        source: 'urn:holdfast:spec',
        type: stored?.type,
        subject: 'acme',
        time: new Date(ledger.clock.time).toISOString(),
        sequence: `000000000000000${String(index)}`,
        datacontenttype: 'application/json',
        data: JSON.parse(stored?.data ?? '') as unknown,
      });
      expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      expect(headers['webhook-id']).toBe(stored?.id);
      expect(headers['webhook-timestamp']).toBe(String(Math.floor(ledger.clock.time / 1_000)));
      expect(await isSignedBy(secret, headers, body)).toBe(true);
      expect(await isSignedBy(secret, headers, `${body} `)).toBe(false);
      expect(await isSignedBy(`whsec_${'A'.repeat(43)}=`, headers, body)).toBe(false);
    }
  });

  it('is delivered only from the registration on, and only if it is wanted', async () => {
    await ledger.account('acme', 3);
    const one = worker().start();
    await one.endpoint(receiver.url, {
      eventTypes: ['funds-deposited', 'hold-settled.v1'],
      accountPrefixes: ['ac'],
    });
    await ledger.account('other', 3);
    await ledger.run('acme', freeze('unused', '1'), release('unused'), freeze('h', '1'), settle('h'));
    await ledger.deposits('acme', 1);
    await until(() => receiver.received.length >= 2);
    expect(receiver.order.at(-1)).toBe('acme 7');
    expect(receiver.received.map(({ event }) => event.type.replace(/\.v\d+$/, ''))).toEqual([
      'hold-settled',
      'funds-deposited',
    ]);
  });
});

describe('deliveries', () => {
  it('keep the order of each account, one at a time, while those of several accounts are made at once', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    for (const accountId of ['a', 'b', 'c']) await ledger.account(accountId, 20);
    receiver.answer = (_, response) => {
      setImmediate(() => setImmediate(() => response.writeHead(200).end('ok')));
      return undefined;
    };
    one.start();
    await until(() => receiver.received.length === 60);
    for (const accountId of ['a', 'b', 'c']) expect(of(accountId, receiver.order)).toEqual(places(accountId, 20));
    expect(receiver.mostOfOneAccount).toBe(1);
    expect(receiver.mostAtOnce).toBeGreaterThan(1);
  });

  it('that fail are made again after the pauses of the schedule, and hold only their own account up', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    let failures = 2;
    receiver.answer = ({ event }) => {
      if (event.subject !== 'poor' || Number(event.sequence) !== 1 || failures === 0) return 200;
      failures -= 1;
      return 503;
    };
    one.start();
    await ledger.account('poor', 3);
    await ledger.account('rich', 3);
    await until(() => of('rich', receiver.order).length === 3 && failures === 1);
    expect(of('poor', receiver.order)).toEqual(['poor 0', 'poor 1']);
    // The first pause is 5 s, give or take a fifth.
    ledger.clock.time += 3_999;
    await ledger.deposits('rich', 1);
    await until(() => of('rich', receiver.order).length === 4);
    expect(failures).toBe(1);
    ledger.clock.time += 2_001;
    await until(() => failures === 0);
    // The second is 30 s.
    ledger.clock.time += 23_999;
    await ledger.deposits('rich', 1);
    await until(() => of('rich', receiver.order).length === 5);
    expect(of('poor', receiver.order).at(-1)).toBe('poor 1');
    ledger.clock.time += 12_001;
    await until(() => of('poor', receiver.order).at(-1) === 'poor 2');
    expect(of('poor', receiver.order)).toEqual(['poor 0', 'poor 1', 'poor 1', 'poor 1', 'poor 2']);
  });

  it('go on where they stopped after a restart, and repeat nothing', async () => {
    const first = worker();
    await first.endpoint(receiver.url);
    first.start();
    await ledger.account('acme', 5);
    await until(() => receiver.received.length === 5);
    await first.delivery.stop();
    await ledger.deposits('acme', 5);
    worker().start();
    await until(() => receiver.received.length >= 10);
    expect(receiver.order).toEqual(places('acme', 10));
  });

  it('of a worker that dies in the middle of them are made again from the oldest that is not known to be made', async () => {
    const first = worker({ limits: { progressEveryMs: 3_600_000 } });
    await first.endpoint(receiver.url);
    receiver.answer = ({ event }) => (Number(event.sequence) === 2 ? undefined : 200);
    first.start();
    await ledger.account('acme', 5);
    await until(() => receiver.received.length === 3);
    // It dies: what it would write at its end is not written.
    ledger.store.failAppend = () => 'store-unavailable';
    await first.delivery.stop();
    ledger.store.failAppend = () => undefined;
    receiver.answer = () => 200;
    worker().start();
    await until(() => receiver.received.length === 8);
    expect(receiver.order).toEqual([...places('acme', 3), ...places('acme', 5)]);
  });
});

describe('an account whose events are not taken', () => {
  const limits = { windowEventsMax: 10 };

  /** Everything of `poison` is refused; others pass it for ever. */
  async function poisoned(): Promise<Worker> {
    const one = worker({ limits });
    await one.endpoint(receiver.url);
    receiver.answer = ({ event }) => (event.subject === 'poison' ? 400 : 200);
    one.start();
    await ledger.account('poison', 15);
    await ledger.account('rich', 40);
    await until(() => of('rich', receiver.order).length === 40);
    return one;
  }

  it('is set aside when there is no more room, and catches up in order when it is taken again', async () => {
    await poisoned();
    expect(of('rich', receiver.order)).toEqual(places('rich', 40));
    await until(async () => (await progress()).stuck.length === 1);
    await ledger.deposits('poison', 2);
    await ledger.deposits('rich', 1);
    await until(() => of('rich', receiver.order).length === 41);
    expect((await progress()).stuck).toMatchObject([{ accountId: 'poison', next: 0 }]);
    receiver.answer = () => 200;
    ledger.clock.time += 3_600_000;
    await until(() => of('poison', receiver.order).includes('poison 16'));
    await until(async () => (await progress()).stuck.length === 0);
    await ledger.deposits('poison', 1);
    await until(() => of('poison', receiver.order).includes('poison 17'));
    const tries = of('poison', receiver.order).filter((place) => place === 'poison 0').length;
    expect(of('poison', receiver.order).slice(tries - 1)).toEqual(places('poison', 18));
  });

  it('stays aside over a restart', async () => {
    const one = await poisoned();
    await until(async () => (await progress()).stuck.length === 1);
    await one.delivery.stop();
    const before = receiver.received.length;
    receiver.answer = () => 200;
    worker({ limits }).start();
    await until(() => of('poison', receiver.order.slice(before)).length >= 15);
    await ledger.deposits('rich', 1);
    await until(() => receiver.order.includes('rich 40'));
    expect(of('poison', receiver.order.slice(before))).toEqual(places('poison', 15));
    // Others' events are not sent again but for what the window held.
    expect(of('rich', receiver.order.slice(before)).length).toBeLessThanOrEqual(11);
  });

  it('or are taken slowly holds up no other, however many they are', async () => {
    const one = worker({ limits });
    await one.endpoint(receiver.url);
    const kept: (() => void)[] = [];
    receiver.answer = ({ event }, response) => {
      if (event.subject !== 'slow') return 200;
      kept.push(() => response.writeHead(200).end());
      return undefined;
    };
    one.start();
    await ledger.account('slow', 30);
    await ledger.account('rich', 30);
    await until(() => of('rich', receiver.order).length === 30);
    expect(of('slow', receiver.order)).toEqual(['slow 0']);
    await until(() => {
      for (const answer of kept.splice(0)) answer();
      return of('slow', receiver.order).length === 30;
    });
    for (const answer of kept.splice(0)) answer();
    expect(of('slow', receiver.order)).toEqual(places('slow', 30));
  });

  it('loses an event after the last try, by name, and goes on with the next', async () => {
    await poisoned();
    receiver.answer = ({ event }) => (event.subject === 'poison' && Number(event.sequence) === 0 ? 400 : 200);
    await until(async () => {
      ledger.clock.time += 24 * 3_600_000;
      await ledger.deposits('rich', 1);
      return (await progress()).givenUp > 0;
    });
    expect(await progress()).toMatchObject({
      givenUp: 1,
      lastGivenUp: { accountId: 'poison', revision: 0, why: 'it answered 400' },
    });
    await until(() => of('poison', receiver.order).includes('poison 14'));
    expect(of('poison', receiver.order).filter((place) => place === 'poison 0').length).toBe(13);
  });
});

describe('an endpoint', () => {
  it('that answers 410 gets nothing more until it is enabled, and then what it missed', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    receiver.answer = ({ event }) => (Number(event.sequence) === 1 ? 410 : 200);
    one.start();
    await ledger.account('acme', 3);
    await until(() => one.register.get('hook')?.disabledFor === 'gone');
    await until(() => one.delivery.state.delivering === 0);
    expect(receiver.order).toEqual(places('acme', 2));
    receiver.answer = () => 200;
    await one.register.enable('hook', 'it is back', { actor: 'operator', correlationId: 'spec' });
    await until(() => receiver.received.length === 4);
    expect(receiver.order).toEqual([...places('acme', 2), ...places('acme', 2, 1)]);
  });

  it('that takes nothing for days is asked by one request at a time, and disabled after the last try', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    receiver.answer = () => 500;
    for (let account = 0; account < 30; account += 1) await ledger.account(`a${String(account)}`, 1);
    one.start();
    await until(() => receiver.received.length === 30);
    const before = receiver.mostAtOnce;
    expect(before).toBeLessThanOrEqual(16);
    receiver.mostAtOnce = 0;
    await until(() => {
      ledger.clock.time += 24 * 3_600_000;
      return one.register.get('hook')?.disabledFor === 'failing';
    });
    expect(receiver.mostAtOnce).toBe(1);
    expect(one.register.get('hook')?.disabledBecause).toBe('it answered 500');
  });

  it('that is back after an outage is sent what has waited step by step, not all at once', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    receiver.answer = () => 500;
    for (let account = 0; account < 30; account += 1) await ledger.account(`a${String(account)}`, 1);
    one.start();
    await until(() => receiver.received.length === 30);
    const held: ServerResponse[] = [];
    receiver.mostAtOnce = 0;
    receiver.answer = (_, response) => {
      held.push(response);
      return undefined;
    };
    ledger.clock.time += 3_600_000;
    for (let taken = 0; taken < 30; taken += 1) {
      await until(() => held.length > 0);
      expect(receiver.mostAtOnce).toBeLessThanOrEqual(taken + 1);
      held.shift()?.writeHead(200).end();
    }
    await until(async () => (await progress()).waiting === null);
  });

  it('that asks to be left alone is left alone with all accounts, and says what waits', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    receiver.answer = (_, response) => {
      response.writeHead(503, { 'retry-after': '600' }).end();
      return undefined;
    };
    await ledger.account('acme', 1);
    one.start();
    await until(() => receiver.received.length === 1);
    await ledger.account('beta', 2);
    await until(async () => (await progress()).waiting?.accounts === 2);
    const nextAt = ledger.clock.time + 600_000;
    expect((await progress()).waiting).toEqual({ accounts: 2, events: 3, nextAt, more: false });
    expect(receiver.received).toHaveLength(1);
    receiver.answer = () => 204;
    ledger.clock.time = nextAt;
    await until(async () => (await progress()).waiting === null);
    expect(receiver.order.slice(1).sort()).toEqual(['acme 0', 'beta 0', 'beta 1']);
  });

  it('that hangs holds no other endpoint up', async () => {
    const hanging = await Receiver.open();
    hanging.answer = () => undefined;
    const one = worker();
    await one.endpoint(hanging.url, { webhookId: 'hanging' });
    await one.endpoint(receiver.url);
    one.start();
    await ledger.account('acme', 50);
    await until(() => receiver.received.length === 50);
    expect(hanging.order).toEqual(['acme 0']);
    await hanging.close();
  });

  it('that is deleted gets nothing more, and its id is not given again', async () => {
    const one = worker();
    await one.endpoint(receiver.url);
    one.start();
    await ledger.account('acme', 1);
    await until(() => receiver.received.length === 1);
    await one.register.delete('hook', { actor: 'operator', correlationId: 'spec' });
    await until(() => one.delivery.state.delivering + one.delivery.state.standingBy === 0);
    await expect(one.endpoint(receiver.url)).rejects.toThrow('webhook_already_exists');
    expect(receiver.received.length).toBe(1);
  });

  it('has no secret in the event store', async () => {
    const secret = await worker().endpoint(receiver.url);
    const { events } = await ledger.store.readStream(webhooksStream, 0, 10);
    const stored = JSON.stringify(events);
    const bytes = Buffer.from(secret.slice(6), 'base64');
    for (const form of [secret.slice(6), bytes.toString('base64url'), bytes.toString('hex')]) {
      expect(stored).not.toContain(form.replace(/=+$/, ''));
    }
  });
});

describe('how far a delivery is', () => {
  it('is written down no more often than it is told, and not at all while nothing happens', async () => {
    const one = worker({ limits: { progressEveryMs: 3_600_000, passingByEveryMs: 3_600_000 } });
    await one.endpoint(receiver.url);
    one.start();
    await ledger.account('acme', 30);
    await until(() => receiver.received.length === 30);
    const written = await ledger.store.readStream('webhook-hook', 0, 100);
    expect(written.events.length).toBe(1);
    await one.delivery.stop();
    const after = await ledger.store.readStream('webhook-hook', 0, 100);
    expect(after.events.length).toBe(2);
    const { events } = await ledger.store.readAll(BEGINNING, 1_000);
    const lastOfAccount = events.findLast(({ stream }) => stream === 'account-acme');
    expect((await progress()).position >= (lastOfAccount?.position ?? '')).toBe(true);
    expect((await progress()).worker).toBeNull();
  });
});
