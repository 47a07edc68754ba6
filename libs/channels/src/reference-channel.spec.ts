import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { NoticeReading } from '#application/ports';
import { formatMoney } from '#domain';
import { ReferenceChannel, signedWithinMs, signNotice } from './index.ts';

// The secret and the signature of the Standard Webhooks' own example.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const now = Date.UTC(2026, 2, 1, 8);
const channel = new ReferenceChannel(secret);

const said = {
  transactionId: 'T-1',
  order: 'acme/o1',
  amount: '100.50',
  currency: 'CNY',
  paidAt: '2026-03-01T15:59:59.5+08:00',
};

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

function read(body: unknown, change: Headers = {}, at = now): NoticeReading {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return channel.read({ headers: { ...signNotice(secret, 'msg_1', now, text), ...change }, body: text }, at);
}

function readDetail(reading: NoticeReading): string {
  if (reading.kind === 'notice') return 'notice';
  return reading.kind === 'malformed' ? `malformed ${reading.field}` : reading.kind;
}

describe('a notice of the channel for tests and demos', () => {
  it('is read once its signature is verified', () => {
    const reading = read(said);
    if (reading.kind !== 'notice') throw new TypeError(readDetail(reading));
    const { amount, ...rest } = reading.notice;
    expect(rest).toEqual({ transactionId: 'T-1', order: 'acme/o1', currency: 'CNY', paidAt: now - 500 });
    expect(formatMoney(amount)).toBe('100.5');
  });

  it('is signed as the Standard Webhooks’ own example is', () => {
    const body = '{"test": 2432232314}';
    const signed = signNotice(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_000, body);
    expect(signed['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
    expect(signed['webhook-timestamp']).toBe('1614265330');
  });

  it('is believed if any of several signatures is right, and the first five are looked at', () => {
    const right = signNotice(secret, 'msg_1', now, JSON.stringify(said))['webhook-signature'] ?? '';
    const wrong = `v1,${'A'.repeat(43)}=`;
    expect(readDetail(read(said, { 'webhook-signature': `${wrong} v1a,x ${right}` }))).toBe('notice');
    expect(readDetail(read(said, { 'webhook-signature': `${`${wrong} `.repeat(4)}${right}` }))).toBe('notice');
    expect(readDetail(read(said, { 'webhook-signature': `${`${wrong} `.repeat(5)}${right}` }))).toBe('not-signed');
  });

  it.each<[string, Headers]>([
    ['without a signature', { 'webhook-signature': undefined }],
    ['with an empty one', { 'webhook-signature': '' }],
    ['with one of another length', { 'webhook-signature': 'v1,abc' }],
    ['with one of another version', { 'webhook-signature': `v2,${'A'.repeat(43)}=` }],
    ['with two headers of it', { 'webhook-signature': ['v1,a', 'v1,b'] }],
    ['without an id', { 'webhook-id': undefined }],
    ['with another id', { 'webhook-id': 'msg_2' }],
    ['without a timestamp', { 'webhook-timestamp': undefined }],
    ['with another timestamp', { 'webhook-timestamp': String(now / 1_000 + 1) }],
    ['with a timestamp that is no number', { 'webhook-timestamp': 'now' }],
    ['with a negative timestamp', { 'webhook-timestamp': '-1' }],
    [
      'signed with another secret',
      signNotice('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'msg_1', now, JSON.stringify(said)),
    ],
    ['signed for another body', signNotice(secret, 'msg_1', now, `${JSON.stringify(said)} `)],
  ])('is not believed %s', (_, headers) => {
    expect(readDetail(read(said, headers))).toBe('not-signed');
  });

  it('is not believed when one byte of its body is another', () => {
    const body = JSON.stringify(said);
    const headers = signNotice(secret, 'msg_1', now, body);
    for (let place = 0; place < body.length; place += 1) {
      const other = body.charAt(place) === '1' ? '2' : '1';
      const changed = body.slice(0, place) + other + body.slice(place + 1);
      expect(channel.read({ headers, body: changed }, now).kind).toBe('not-signed');
    }
  });

  it.each([
    [-signedWithinMs - 1, 'not-signed'],
    [-signedWithinMs, 'notice'],
    [0, 'notice'],
    [signedWithinMs, 'notice'],
    [signedWithinMs + 1, 'not-signed'],
  ])('that comes %d ms after it was signed reads %s', (afterMs, expected) => {
    expect(readDetail(read(said, {}, now + afterMs))).toBe(expected);
  });

  it('is not read before it is believed: what is in it does not matter then', () => {
    const headers = signNotice('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'msg_1', now, '{');
    expect(channel.read({ headers, body: '{' }, now).kind).toBe('not-signed');
  });

  it.each<[string, unknown]>([
    ['', '{'],
    ['', 'null'],
    ['', '"text"'],
    ['', ''],
    ['transactionId', []],
    ['transactionId', { ...said, transactionId: 'a/b' }],
    ['transactionId', { ...said, transactionId: '..' }],
    ['transactionId', { ...said, transactionId: 'x'.repeat(65) }],
    ['transactionId', { ...said, transactionId: 7 }],
    ['order', { ...said, order: '' }],
    ['order', { ...said, order: 'x'.repeat(201) }],
    ['order', { ...said, order: undefined }],
    ['amount', { ...said, amount: 100 }],
    ['amount', { ...said, amount: '0.00' }],
    ['amount', { ...said, amount: '-1' }],
    ['amount', { ...said, amount: '1e2' }],
    ['amount', { ...said, amount: '0.000000001' }],
    ['currency', { ...said, currency: 'yuan' }],
    ['currency', { ...said, currency: '' }],
    ['paidAt', { ...said, paidAt: 1_772_352_000 }],
    ['paidAt', { ...said, paidAt: '2026-03-01' }],
    ['paidAt', { ...said, paidAt: '2026-03-01T08:00:00' }],
    ['paidAt', { ...said, paidAt: '2026-13-01T08:00:00Z' }],
    ['paidAt', { ...said, paidAt: '1969-12-31T23:59:59Z' }],
    ['paidAt', { ...said, paidAt: '2026-02-30T08:00:00Z' }],
    ['paidAt', { ...said, paidAt: '2026-03-01T24:00:00Z' }],
  ])('is refused by name where it says nothing that can be understood: %s', (field, body) => {
    expect(readDetail(read(body))).toBe(`malformed ${field}`);
  });

  it('is signed over its bytes, whatever language it is in', () => {
    const body = JSON.stringify({ ...said, note: 'Ächme \u{1F642}' });
    const key = Buffer.from(secret.slice(6), 'base64');
    const text = Buffer.from(`msg_1.${String(now / 1_000)}.${body}`, 'utf8');
    const signature = `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
    expect(readDetail(read(body, { 'webhook-signature': signature }))).toBe('notice');
  });
});
