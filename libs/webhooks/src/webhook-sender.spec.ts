import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AddressGuard, type Delivery, type Resolve, webhookLimits, WebhookSender } from '#webhooks';
import { until } from '../../../test/support/until.ts';
import { Receiver } from '../testing/receiver.ts';
import { validateUrl } from './webhook-url.ts';

const body = JSON.stringify({ subject: 'acme', sequence: '0' });
const never = new AbortController().signal;
const here = ['127.0.0.0/8'];

let receiver: Receiver;
let senders: WebhookSender[];

interface Setting {
  readonly allowed?: readonly string[];
  readonly plain?: boolean;
  readonly resolve?: Resolve;
  readonly attemptTimeoutMs?: number;
}

function post(url: string, setting: Setting = {}, signal = never): Promise<Delivery> {
  const { allowed = here, plain = true, resolve, attemptTimeoutMs = 5_000 } = setting;
  const rules = { guard: new AddressGuard(allowed), plain };
  const sender = new WebhookSender(rules, { ...webhookLimits, attemptTimeoutMs }, resolve);
  senders.push(sender);
  return sender.post(url, { 'content-type': 'application/json' }, body, signal);
}

/** A name server that gives one answer after the other. */
function answers(...lists: readonly (readonly string[])[]): Resolve {
  let asked = 0;
  return (_, answer) => {
    const addresses = lists[Math.min(asked, lists.length - 1)] ?? [];
    asked += 1;
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
}

function named(host: string): string {
  return `http://${host}:${String(receiver.port)}/hooks`;
}

beforeEach(async () => {
  receiver = await Receiver.open();
  senders = [];
});

afterEach(async () => {
  for (const sender of senders) sender.close();
  await receiver.close();
});

describe('an address', () => {
  const guard = new AddressGuard([]);

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '192.31.196.1',
    '192.52.193.1',
    '192.175.48.1',
    '2620:4f:8000::1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.19.255.255',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '100.100.100.200',
    '::',
    '::1',
    'fe80::1',
    'febf::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    'fe80::1%eth0',
    'localhost',
    '',
    '127.1',
    '0x7f000001',
    '2130706433',
  ])('%s is refused', (address) => {
    expect(guard.refuses(address)).toBe(true);
  });

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '223.255.255.255',
    '2400:cb00::1',
    '2606:4700::1111',
    '2a00::1',
  ])('%s is not', (address) => {
    expect(guard.refuses(address)).toBe(false);
  });

  it('of a network that the configuration allows is not refused, and its neighbours are', () => {
    const allowing = new AddressGuard(['10.1.0.0/16', 'fd00::/8']);
    expect(['10.1.0.1', '10.1.255.255', 'fd12::1'].map((address) => allowing.refuses(address))).toEqual([
      false,
      false,
      false,
    ]);
    expect(['10.0.255.255', '10.2.0.0', 'fc00::1'].map((address) => allowing.refuses(address))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each(['10.1.0.0', '10.1.0.0/33', 'fd00::/129', 'localhost/8', ''])('no network is %j', (text) => {
    expect(() => new AddressGuard([text])).toThrow(TypeError);
  });
});

describe('a URL', () => {
  const rules = { guard: new AddressGuard([]), plain: false };

  it.each([
    ['http://hooks.example/', 'it is not https'],
    ['ftp://hooks.example/', 'it is not https'],
    ['file:///etc/passwd', 'it is not https'],
    ['https://user:secret@hooks.example/', 'it has a user name or a password in it'],
    ['https://hooks.example/#here', 'it has a fragment'],
    ['hooks.example', 'it is no URL'],
    ['https://hooks.example\\@127.0.0.1/', 'it has a space, a backslash or a control character in it'],
    ['https://hooks.example/\r\nHost: else', 'it has a space, a backslash or a control character in it'],
    ['https://hooks.example/\u202e', 'it has a space, a backslash or a control character in it'],
    [' https://hooks.example/', 'it has a space, a backslash or a control character in it'],
    // However an address is spelled, it is one.
    ['https://127.0.0.1/', '127.0.0.1 is no public address'],
    ['https://127.1/', '127.0.0.1 is no public address'],
    ['https://2130706433/', '127.0.0.1 is no public address'],
    ['https://0x7f.1/', '127.0.0.1 is no public address'],
    ['https://0177.0.0.1/', '127.0.0.1 is no public address'],
    ['https://①②⑦.0.0.1/', '127.0.0.1 is no public address'],
    ['https://169.254.169.254/latest/meta-data', '169.254.169.254 is no public address'],
    ['https://[::1]/', '::1 is no public address'],
    ['https://[::ffff:127.0.0.1]/', '::ffff:7f00:1 is no public address'],
  ])('%s is refused: %s', (url, why) => {
    expect(validateUrl(url, rules)).toBe(why);
  });

  it.each(['https://hooks.example/path?query', 'https://hooks.example:8443', 'https://1.1.1.1/'])(
    '%s is not',
    (url) => {
      expect(validateUrl(url, rules)).toBeUndefined();
    },
  );
});

describe('a request', () => {
  it('is not sent to an address of this machine, unless that is allowed', async () => {
    expect(await post(receiver.url, { allowed: [] })).toMatchObject({
      kind: 'failed',
      why: '127.0.0.1 is no public address',
    });
    expect(receiver.received).toEqual([]);
    expect(await post(receiver.url)).toEqual({ kind: 'delivered' });
  });

  it('is not sent to a name that leads to such an address', async () => {
    const setting = { allowed: [], resolve: answers(['127.0.0.1']) };
    expect(await post(named('hooks.example'), setting)).toMatchObject({ why: 'its address may not be reached' });
    expect(await post(named('localhost'), { allowed: [] })).toMatchObject({ why: 'its address may not be reached' });
    expect(receiver.received).toEqual([]);
  });

  it('goes to the address that was looked at, though the name leads elsewhere the next time it is asked', async () => {
    // The first answer is allowed; were the name asked again for the connection, it would lead to this machine.
    const rebinding = { allowed: ['127.0.0.2/32'], resolve: answers(['127.0.0.2'], ['127.0.0.1']) };
    const first = await post(named('rebinding.example'), rebinding);
    expect(first).toMatchObject({ kind: 'failed', why: expect.stringContaining('127.0.0.2') as unknown });
    expect(receiver.received).toEqual([]);
    const second = { allowed: ['127.0.0.2/32'], resolve: answers(['127.0.0.1']) };
    expect(await post(named('rebinding.example'), second)).toMatchObject({ why: 'its address may not be reached' });
    expect(receiver.received).toEqual([]);
  });

  it('goes to the allowed one of several addresses of a name', async () => {
    const setting = { allowed: ['127.0.0.1/32'], resolve: answers(['::1', '10.0.0.1', '127.0.0.1']) };
    expect(await post(named('mixed.example'), setting)).toEqual({ kind: 'delivered' });
  });

  it('follows no redirect', async () => {
    const other = await Receiver.open();
    receiver.answer = (_, response) => {
      response.writeHead(307, { location: other.url }).end();
      return undefined;
    };
    expect(await post(receiver.url)).toEqual({ kind: 'failed', why: 'it answered 307', askedMs: 0 });
    expect(other.received).toEqual([]);
    await other.close();
  });

  it('is not sent over http unless that is allowed', async () => {
    expect(await post(receiver.url, { plain: false })).toMatchObject({ kind: 'failed', why: 'it is not https' });
    expect(receiver.received).toEqual([]);
  });

  it.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [299, 'delivered'],
    [300, 'failed'],
    [400, 'failed'],
    [404, 'failed'],
    [410, 'gone'],
    [500, 'failed'],
  ])('that is answered %i is %s', async (status, kind) => {
    receiver.answer = () => status;
    expect((await post(receiver.url)).kind).toBe(kind);
  });

  it('tells how long the receiver asks to be left alone, an hour at most', async () => {
    const asked = async (text: string): Promise<unknown> => {
      receiver.answer = (_, response) => {
        response.writeHead(429, { 'retry-after': text }).end();
        return undefined;
      };
      return post(receiver.url);
    };
    expect(await asked('120')).toMatchObject({ askedMs: 120_000 });
    expect(await asked('3601')).toMatchObject({ askedMs: 3_600_000 });
    expect(await asked('99999999')).toMatchObject({ askedMs: 3_600_000 });
    expect(await asked('9'.repeat(400))).toMatchObject({ askedMs: 3_600_000 });
    expect(await asked('soon')).toMatchObject({ askedMs: 0 });
    expect(await asked('-5')).toMatchObject({ askedMs: 0 });
    expect(await asked('1.5')).toMatchObject({ askedMs: 0 });
  });

  it.each([
    ['Sun, 06 Nov 1994 08:51:37 GMT', 120_000],
    ['Sunday, 06-Nov-94 08:51:37 GMT', 120_000],
    ['Sun Nov  6 08:51:37 1994', 120_000],
    ['Mon, 07 Nov 1994 08:49:37 GMT', 3_600_000],
    ['Sun, 06 Nov 1994 08:48:37 GMT', 0],
    ['Sun, 99 Nov 1994 08:51:37 GMT', 0],
  ])('tells until when the receiver asks to be left alone, by its own clock: %s', async (text, askedMs) => {
    receiver.answer = (_, response) => {
      response.writeHead(503, { 'retry-after': text, date: 'Sun, 06 Nov 1994 08:49:37 GMT' }).end();
      return undefined;
    };
    expect(await post(receiver.url)).toMatchObject({ kind: 'failed', askedMs });
  });

  it('goes by the scheme, however it is written', async () => {
    expect(await post(receiver.url.replace('http:', 'HTTP:'))).toEqual({ kind: 'delivered' });
    // The receiver speaks no TLS: that it is asked to shows that the connection is made by the scheme.
    const secure = await post(receiver.url.replace('http:', 'HTTPS:'));
    expect(secure).toMatchObject({ kind: 'failed', why: expect.stringMatching(/SSL|TLS|EPROTO/) as unknown });
  });

  it.each(['https:example.com', 'https:/example.com', 'https:///example.com', 'HTTPS:example.com'])(
    'is not sent to %s, which is read as something else than it shows',
    async (url) => {
      expect(await post(url)).toMatchObject({ kind: 'failed', why: 'it is no URL of the form https://host/path' });
    },
  );

  it('waits no longer for an answer than it may', async () => {
    receiver.answer = () => undefined;
    expect(await post(receiver.url, { attemptTimeoutMs: 50 })).toMatchObject({ why: 'no answer within 50 ms' });
  });

  it('reads no more of an answer than it may', async () => {
    let sent = 0;
    let cutOff = false;
    receiver.answer = (_, response) => {
      response.writeHead(200);
      response.once('close', () => {
        cutOff = true;
      });
      const more = (): void => {
        while (!cutOff && response.write('x'.repeat(16_384))) sent += 16_384;
        response.once('drain', more);
      };
      more();
      return undefined;
    };
    expect(await post(receiver.url)).toEqual({ kind: 'delivered' });
    await until(() => cutOff);
    expect(sent).toBeLessThan(16 * 1024 * 1024);
  });

  it('that is stopped ends at once', async () => {
    receiver.answer = () => undefined;
    const stopping = new AbortController();
    const posting = post(receiver.url, {}, stopping.signal);
    await until(() => receiver.received.length === 1);
    stopping.abort();
    await expect(posting).rejects.toThrow('aborted');
  });

  it('fails when the connection breaks, is refused, or speaks no HTTP', async () => {
    let greet: (socket: Socket) => void = (socket) => socket.destroy();
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      greet(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    expect((await post(url)).kind).toBe('failed');
    greet = (socket) => socket.end('hello\r\n\r\n');
    expect((await post(url)).kind).toBe('failed');
    server.close();
    await once(server, 'close');
    expect(await post(url)).toMatchObject({ why: expect.stringContaining('ECONNREFUSED') as unknown });
  });
});
