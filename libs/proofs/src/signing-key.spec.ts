import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { ensureSigningKeys, isSignedBy, readKeyId, SigningKey } from './index.ts';

const folder = scratchDirectory();
function pem(type: 'ed25519' | 'ed448'): string {
  const pair = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448');
  return String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
}

describe('a signing key', () => {
  /** RFC 8032, section 7.1, test 2. */
  const seed = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
  const publicKey = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
  const signature =
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
    '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

  it('signs as RFC 8032 says', () => {
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64');
    const key = new SigningKey(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`);
    expect(key.publicKey).toBe(publicKey);
    expect(key.sign('r')).toBe(signature);
    expect(key.keyId).toBe(readKeyId(publicKey));
    expect(isSignedBy(publicKey, 'r', signature)).toBe(true);
  });

  it('does not accept what it did not sign', () => {
    expect(isSignedBy(publicKey, 's', signature)).toBe(false);
    expect(isSignedBy(publicKey, 'r', signature.replace('9', '8'))).toBe(false);
    expect(isSignedBy(publicKey.replace('3', '4'), 'r', signature)).toBe(false);
    expect(isSignedBy('', 'r', signature)).toBe(false);
    expect(isSignedBy(publicKey, 'r', signature.toUpperCase())).toBe(false);
  });
});

describe('a file of signing keys', () => {
  it('is made where there is none, for its owner only, and then kept', () => {
    const file = join(folder, 'deep', 'signing.key');
    let made = 0;
    const [first] = ensureSigningKeys(file, () => (made += 1));
    const [again] = ensureSigningKeys(file, () => (made += 1));
    expect(again?.keyId).toBe(first?.keyId);
    expect(made).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['signing.key']);
  });

  it('is refused if one of its keys is torn: it may be the one that is to sign', () => {
    const file = join(folder, 'torn');
    writeFileSync(file, `${pem('ed25519').slice(0, 60)}\n${pem('ed25519')}`);
    expect(() => ensureSigningKeys(file)).toThrow(`${file}: a key in it is torn`);
  });

  it('may hold older keys behind the one that signs', () => {
    const file = join(folder, 'several');
    const [young, old] = [pem('ed25519'), pem('ed25519')];
    writeFileSync(file, young + old);
    expect(ensureSigningKeys(file).map(({ keyId }) => keyId)).toEqual(
      [young, old].map((text) => new SigningKey(text).keyId),
    );
  });

  it.each([
    ['nothing', ''],
    ['a text', 'secret'],
    ['a key of another kind', pem('ed448')],
    ['a broken key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
  ])('that holds %s is refused by its name, without what is in it', (_, text) => {
    const file = join(folder, 'bad');
    writeFileSync(file, text);
    let said = '';
    try {
      ensureSigningKeys(file);
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain(`SigningKeyError: ${file}`);
    expect(said).not.toContain('AAAA');
  });
});
