import { describe, expect, it } from '@jest/globals';
import { verifyWebhook, webhookToleranceMs } from '#client';

/*
 * The example of the Standard Webhooks specification's reference libraries, whose signature others have computed.
 */
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const timestamp = 1_614_265_330;
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const published = '{"test": 2432232314}';
const now = timestamp * 1_000;

function request(more: Readonly<Record<string, string>> = {}, body: string | Uint8Array = published) {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
  return { headers: { ...headers, ...more }, body };
}

/** What a verification says; the published body is no event of ours, which is looked at last. */
function verdict(...asked: Parameters<typeof verifyWebhook>): string {
  try {
    verifyWebhook(...asked);
    return 'verified';
  } catch (error) {
    return (error as Error).message;
  }
}

const verified = 'webhook-id is not the id of the event';
const unsigned = 'no signature was made with the secret';

describe('a webhook as its receiver verifies it', () => {
  it('agrees with the published example', () => {
    expect(verdict(request(), secret, now)).toBe(verified);
    expect(verdict(request({}, new TextEncoder().encode(published)), secret, now)).toBe(verified);
    expect(verdict({ ...request(), headers: new Headers(request().headers) }, secret, now)).toBe(verified);
  });

  it('takes any of several signatures, and any of several secrets', () => {
    const other = `whsec_${'A'.repeat(43)}=`;
    const several = request({ 'webhook-signature': `v1a,abc v1,AAAA ${signature}` });
    expect(verdict(several, [other, secret], now)).toBe(verified);
    expect(verdict(several, [other], now)).toBe(unsigned);
  });

  it.each([
    ['another body', request({}, '{"test": 2432232315}'), unsigned],
    ['another id', request({ 'webhook-id': 'msg' }), unsigned],
    ['another time', request({ 'webhook-timestamp': String(timestamp + 1) }), unsigned],
    ['another version of signature', request({ 'webhook-signature': signature.replace('v1', 'v2') }), unsigned],
    ['no time', request({ 'webhook-timestamp': 'now' }), 'webhook-timestamp is no time'],
    ['no signature', { ...request(), headers: { 'webhook-id': id } }, 'webhook-timestamp is missing'],
  ])('refuses %s', (_, changed, why) => {
    expect(verdict(changed, secret, now)).toBe(why);
  });

  it('refuses what is too old or from the future', () => {
    for (const way of [1, -1]) {
      expect(verdict(request(), secret, now + way * webhookToleranceMs)).toBe(verified);
      expect(verdict(request(), secret, now + way * (webhookToleranceMs + 1))).toMatch('too old');
    }
  });

  it('takes no secret that is none', () => {
    expect(verdict(request(), 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', now)).toBe('a secret begins with whsec_');
  });
});
