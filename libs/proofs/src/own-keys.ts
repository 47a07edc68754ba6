import type { Clock } from '#application/ports';
import { announcement, replacement } from './checkpoint.ts';
import type { CheckpointChain } from './checkpoint-chain.ts';
import { ForeignKey } from './checkpoint-errors.ts';
import type { Cause, OwnStream } from './own-stream.ts';
import type { SigningKey } from './signing-key.ts';

/**
 * Reads the signing keys: the first signs; the others announce it where that has still to be done.
 *
 * @param mayMake none has ever been announced, so one is made where there is none; else there may be none.
 */
export type ReadKeys = (mayMake: boolean) => readonly SigningKey[];

/** The keys that this process signs with, and what the ledger knows of them. */
export class OwnKeys {
  readonly #chain: CheckpointChain;
  readonly #stream: OwnStream;
  readonly #clock: Clock;
  readonly #read: ReadKeys;
  #keys: readonly SigningKey[] = [];

  /** @param stream folds its events into the chain. */
  constructor(chain: CheckpointChain, stream: OwnStream, clock: Clock, read: ReadKeys) {
    this.#chain = chain;
    this.#stream = stream;
    this.#clock = clock;
    this.#read = read;
  }

  /** Names of those that are there; none is made for it. */
  get keyIds(): readonly string[] {
    return (this.#keys.length > 0 ? this.#keys : this.#read(false)).map(({ keyId }) => keyId);
  }

  /**
   * Sees to it that this process can sign, before it has to.
   *
   * @throws ForeignKey if it has no key that the ledger knows, or could know; SigningKeyError if one cannot be used.
   */
  async assertCanSign(): Promise<void> {
    await this.#stream.refresh();
    this.#mustBeNext(...this.#held());
  }

  /** Makes a key if there is none, and announces it in place of the ledger's, which cannot vouch for it. */
  async replaceLost(cause: Cause): Promise<SigningKey> {
    const [key] = this.#keys.length > 0 ? this.#keys : (this.#keys = this.#read(true));
    if (key === undefined) throw new Error('there is no signing key');
    await this.#stream.append(() => {
      const lost = this.#chain.key;
      if (lost === undefined || lost.keyId === key.keyId) return undefined;
      return { type: 'signing-key-replaced.v1', data: replacement(key, lost.keyId, this.#clock.now()) };
    }, cause);
    return key;
  }

  /** The key that signs is the newest that was announced; one that is new is announced by the one before it. */
  async announced(cause: Cause): Promise<SigningKey> {
    const [key, ...older] = this.#held();
    await this.#stream.append(() => {
      const signing = this.#chain.key;
      const by = this.#mustBeNext(key, ...older);
      if (signing?.keyId === key.keyId) return undefined;
      return { type: 'signing-key-announced.v1', data: announcement(key, by, this.#clock.now()) };
    }, cause);
    return key;
  }

  #held(): readonly [SigningKey, ...SigningKey[]] {
    const signing = this.#chain.key;
    if (this.#keys.length === 0) this.#keys = this.#read(signing === undefined);
    const [first, ...older] = this.#keys;
    if (first !== undefined) return [first, ...older];
    if (signing === undefined) throw new Error('there is no signing key');
    throw new ForeignKey(undefined, signing.keyId);
  }

  /** Returns the key that announces the first one, if that has to be done and can be. */
  #mustBeNext(key: SigningKey, ...older: readonly SigningKey[]): SigningKey | undefined {
    const signing = this.#chain.key;
    if (signing === undefined || signing.keyId === key.keyId) return undefined;
    const by = older.find(({ keyId }) => keyId === signing.keyId);
    const wasBefore = this.#chain.keys.some(({ keyId }) => keyId === key.keyId);
    if (by === undefined || wasBefore) throw new ForeignKey(key.keyId, signing.keyId);
    return by;
  }
}
