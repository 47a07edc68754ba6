import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '#runtime';

function readError(variables: Record<string, string>): string {
  try {
    readConfig(variables);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

const encoded = (bytes: string | Uint8Array): string => `whsec_${Buffer.from(bytes).toString('base64')}`;

describe.each(['HOLDFAST_ADMIN_KEY', 'HOLDFAST_WEBHOOK_KEY'])('a secret that is none: %s', (name) => {
  it.each([
    ['has fewer than 8', 'a'.repeat(32)],
    ['has fewer than 8', 'bench'.repeat(8)],
    ['has fewer than 8', '00000000000000000000000000000001'],
    ['repeats itself', 'admin-key-admin-key-admin-key-0001'],
    ['repeats itself', 'secret1secret2secret3secret4secret5'],
    ['repeats itself', '0123456789abcdef0123456789abcdef'],
    ['is a sequence', 'abcdefghijklmnopqrstuvwxyz012345'],
    ['is a sequence', 'ZYXWVUTSRQPONMLKJIHGFEDCBA987654'],
    ['is a placeholder', 'changeme-please-changeme-0123456789'],
    ['is a placeholder', 'CHANGE_THIS_TO_A_LONG_RANDOM_TEXT'],
    ['is a placeholder', 'replace-this-by-what-openssl-rand-hex-32-says'],
    ['is a placeholder', 'your-admin-key-of-32-characters-01'],
    ['is a placeholder', '<the-output-of-openssl-rand-hex-32>'],
    ['is a placeholder', '${ADMIN_KEY_OF_THE_VAULT_OF_PRODUCTION}'],
    ['is a placeholder', 'an-example-of-a-key-with-all-scopes'],
    ['is a placeholder', 'correct-password-battery-staple-77'],
  ])('%s: %s', (error, secret) => {
    expect(readError({ [name]: secret })).toContain(`${name} ${error}`);
  });
});

describe('a secret of the reference channel that is none', () => {
  it.each([
    ['of one letter', `whsec_${'A'.repeat(32)}`],
    ['of one byte', encoded(new Uint8Array(32).fill(7))],
    ['of bytes that count up', encoded(Uint8Array.from({ length: 32 }, (_, index) => index))],
    ['a placeholder in base64', encoded('replace this by random bytes')],
    ['that of the Standard Webhooks documentation', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ])('%s', (_, secret) => {
    expect(readError({ HOLDFAST_REFERENCE_CHANNEL_SECRET: secret })).toContain('HOLDFAST_REFERENCE_CHANNEL_SECRET ');
  });
});

describe('a random secret', () => {
  it.each(Array.from({ length: 200 }, (_, n) => 16 + (n % 48)))('is taken: %d bytes or more', (bytes) => {
    expect(readError({ HOLDFAST_ADMIN_KEY: randomBytes(bytes).toString('hex') })).toBe('');
    expect(readError({ HOLDFAST_WEBHOOK_KEY: randomBytes(bytes + 8).toString('base64url') })).toBe('');
    const channel = encoded(randomBytes(Math.max(24, bytes)));
    expect(readError({ HOLDFAST_REFERENCE_CHANNEL_SECRET: channel })).toBe('');
  });
});
