import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Checkpoint, Checkpoints, type OutsideCheckpoint, SigningKey } from '#proofs';
import { headsReader } from '#read-models';
import { DrivenStore } from './driven-store.ts';

/** A store that scenarios are told to, with checkpoints in between. */
export class CheckpointedStore {
  readonly driven: DrivenStore;
  /** As they would be kept outside. */
  readonly outside: OutsideCheckpoint[] = [];
  readonly #key: SigningKey;
  readonly #checkpoints: Checkpoints;

  private constructor(driven: DrivenStore, file: string) {
    this.driven = driven;
    const { privateKey } = generateKeyPairSync('ed25519');
    this.#key = new SigningKey(String(privateKey.export({ format: 'pem', type: 'pkcs8' })));
    const fail = (cause: unknown): never => {
      throw cause;
    };
    this.#checkpoints = new Checkpoints({
      store: driven.store,
      readModels: driven.readModels.lists,
      wakeReadModels: () => {
        driven.readModels.wake();
      },
      heads: headsReader(file),
      clock: driven.clock,
      keys: () => [this.#key],
      everyMs: 0,
      onFatalStoreError: fail,
      failed: fail,
    });
  }

  static async open(directory: string): Promise<CheckpointedStore> {
    return new CheckpointedStore(await DrivenStore.open(directory), join(directory, 'read-models-0.db'));
  }

  async checkpoint(): Promise<Checkpoint> {
    const made = await this.#checkpoints.make({ actor: 'spec', correlationId: 'spec' });
    if (made === undefined) throw new Error('there is nothing to make a checkpoint of');
    this.outside.push({ ...made, publicKey: this.#key.publicKey });
    return made;
  }

  async close(): Promise<void> {
    await this.#checkpoints.close();
    await this.driven.close();
  }
}

/** Keeps what is written to it. */
export class Memory extends Writable {
  readonly pieces: Buffer[] = [];

  override _write(piece: Buffer, _: string, done: () => void): void {
    this.pieces.push(Buffer.from(piece));
    done();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}
