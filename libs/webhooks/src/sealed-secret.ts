import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** A secret as it is handed out: `whsec_` and this many random bytes in base64, as Standard Webhooks has it. */
const secretBytes = 32;
const secretPrefix = 'whsec_';

const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const sealedPrefix = 'v1.';

export function makeSecret(): string {
  return secretPrefix + randomBytes(secretBytes).toString('base64');
}

/** The bytes that sign. */
export function secretKey(secret: string): Buffer {
  return Buffer.from(secret.slice(secretPrefix.length), 'base64');
}

/**
 * Seals secrets for the event store: whoever delivers needs them as they are, and whoever reads the store must not have
 * them.
 */
export class SecretSeal {
  readonly #keyText: () => string;
  #derived: Uint8Array | undefined;

  /**
   * @param keyText the same in all processes of a ledger; what was sealed with another cannot be opened. Asked for when it is
   *   first needed: whether one may be made depends on what the log has.
   */
  constructor(keyText: string | (() => string)) {
    this.#keyText = typeof keyText === 'string' ? () => keyText : keyText;
  }

  /** @param place what the secret is of: sealed, it opens nowhere else. */
  seal(secret: string, place: string): string {
    const nonce = randomBytes(nonceBytes);
    const sealing = createCipheriv(cipher, this.#key(), nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([nonce, sealing.update(secret, 'utf8'), sealing.final()]);
    return sealedPrefix + Buffer.concat([sealed, sealing.getAuthTag()]).toString('base64url');
  }

  /** Undefined if it was sealed with another key, or for another place. */
  open(sealed: string, place: string): string | undefined {
    if (!sealed.startsWith(sealedPrefix)) return undefined;
    const bytes = Buffer.from(sealed.slice(sealedPrefix.length), 'base64url');
    if (bytes.length < nonceBytes + tagBytes) return undefined;
    const opening = createDecipheriv(cipher, this.#key(), bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(-tagBytes));
    try {
      const text = opening.update(bytes.subarray(nonceBytes, -tagBytes));
      return Buffer.concat([text, opening.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }

  #key(): Uint8Array {
    this.#derived ??= new Uint8Array(hkdfSync('sha256', this.#keyText(), '', 'holdfast webhook secrets 1', 32));
    return this.#derived;
  }
}
