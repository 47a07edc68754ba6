import { hash, randomBytes } from 'node:crypto';

/** A key as it is handed out: `hf_live_<keyId>_<32 random bytes in base64url>`. */
export interface NewKey {
  readonly keyId: string;
  readonly text: string;
}

const keyIdLetters = 'abcdefghijkmnpqrstuvwxyz23456789';
const keyIdLength = 12;
const secretBytes = 32;

export function makeKey(): NewKey {
  const keyId = Array.from(randomBytes(keyIdLength), (byte) => keyIdLetters.charAt(byte % keyIdLetters.length)).join(
    '',
  );
  return { keyId, text: `hf_live_${keyId}_${randomBytes(secretBytes).toString('base64url')}` };
}

/** The id inside a key's text; undefined if it is not the text of a key. */
export function readKeyId(text: string): string | undefined {
  return /^hf_live_([a-z2-9]{12})_[A-Za-z0-9_-]{43}$/.exec(text)?.[1];
}

/** What is stored and compared. The secret has 256 random bits, so a fast hash is enough. */
export function hashKey(text: string): string {
  return hash('sha256', text, 'hex');
}
