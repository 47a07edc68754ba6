import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ownerOnly, writeOnce } from '#files';

/** DER of an Ed25519 public key up to its 32 bytes (RFC 8410). */
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');

const keyIdLength = 16;

/** A file of signing keys cannot be used. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

/** A private key with its names. */
export class SigningKey {
  /** See {@link readKeyId}. */
  readonly keyId: string;
  /** The 32 bytes of the public key as hex digits. */
  readonly publicKey: string;
  readonly #privateKey: KeyObject;

  /** @throws SigningKeyError if the text is no Ed25519 private key in PEM (PKCS #8). */
  constructor(pem: string) {
    try {
      this.#privateKey = createPrivateKey(pem);
    } catch {
      // Its message could say something about the secret.
      throw new SigningKeyError('is no private key in PEM');
    }
    if (this.#privateKey.asymmetricKeyType !== 'ed25519') throw new SigningKeyError('is no Ed25519 key');
    const der = createPublicKey(this.#privateKey).export({ format: 'der', type: 'spki' });
    this.publicKey = der.subarray(publicKeyPrefix.length).toString('hex');
    this.keyId = readKeyId(this.publicKey);
  }

  /** 128 hex digits. */
  sign(text: string): string {
    return sign(null, Buffer.from(text), this.#privateKey).toString('hex');
  }
}

/** The name of a public key: the first 16 hex digits of the SHA-256 of its 32 bytes. */
export function readKeyId(publicKey: string): string {
  return hash('sha256', Buffer.from(publicKey, 'hex'), 'hex').slice(0, keyIdLength);
}

/** Whether a text was signed by the key; false too for what is no key or no signature. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(publicKey) || !/^[0-9a-f]{128}$/.test(signature)) return false;
  try {
    const der = Buffer.concat([publicKeyPrefix, Buffer.from(publicKey, 'hex')]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'));
  } catch {
    return false;
  }
}

/**
 * The keys of a file, the one to sign with first; after it may stand older ones, which announce it. Makes the file, for
 * its owner only, where there is none.
 *
 * @param madeHere is told when a key was made.
 * @throws SigningKeyError naming the file if it holds no key or something else; Error if it cannot be read or written.
 */
export function ensureSigningKeys(file: string, madeHere: () => void = () => undefined): readonly SigningKey[] {
  return keysIn(file, keptText(file) ?? makeFile(file, madeHere));
}

/** The same where none may be made: there may be none. @throws SigningKeyError; Error if it cannot be read. */
export function readSigningKeys(file: string): readonly SigningKey[] {
  const text = keptText(file);
  return text === undefined ? [] : keysIn(file, text);
}

function keysIn(file: string, text: string): readonly SigningKey[] {
  const blocks = text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g);
  if (blocks === null) throw new SigningKeyError(`${file}: there is no private key in PEM in it`);
  // The torn one may be the very key that is to sign.
  if (blocks.length !== text.split('-----BEGIN').length - 1) throw new SigningKeyError(`${file}: a key in it is torn`);
  try {
    return blocks.map((block) => new SigningKey(block));
  } catch (error) {
    if (error instanceof SigningKeyError) throw new SigningKeyError(`${file}: a key in it ${error.message}`);
    throw error;
  }
}

function keptText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of several processes that make one at once all take the first. */
function makeFile(file: string, madeHere: () => void): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  if (writeOnce(file, String(privateKey.export({ format: 'pem', type: 'pkcs8' })), ownerOnly)) madeHere();
  return readFileSync(file, 'utf8');
}
