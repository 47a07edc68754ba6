import type { EventStore, RecordedEvent } from '#application';
import { checkpointSigned, checkpointsStream, decodeCheckpointEvent } from '#proofs';
import type { LedgerEvents } from '#webhooks';

/** Events read at once where the key of a checkpoint is looked for. */
const pageEventsMax = 500;

/** Checkpoints as they are sent to endpoints: each with its public key, as in the file that is kept outside. */
export class CheckpointsSent implements LedgerEvents {
  readonly stream = checkpointsStream;
  readonly #store: EventStore;
  /** By key id: a key has one public key for ever. */
  readonly #publicKeys = new Map<string, string>();

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** @throws EventStoreError; TypeError if the stream cannot be read, or has no such key. */
  async readData({ type, data, revision }: RecordedEvent): Promise<string> {
    const event = decodeCheckpointEvent(type, data);
    if (event.type !== checkpointSigned) throw new TypeError(`${type}: only checkpoints are sent`);
    const { keyId } = event.data;
    if (!this.#publicKeys.has(keyId)) await this.#findKey(keyId, revision);
    const publicKey = this.#publicKeys.get(keyId);
    if (publicKey === undefined) throw new TypeError(`the key ${keyId} was never announced`);
    return JSON.stringify({ ...event.data, publicKey });
  }

  /** Backwards from the checkpoint: the key that signs it was announced last before it. */
  async #findKey(keyId: string, before: number): Promise<void> {
    for (let end = before; end > 0 && !this.#publicKeys.has(keyId); end -= pageEventsMax) {
      const from = Math.max(0, end - pageEventsMax);
      const { events } = await this.#store.readStream(this.stream, from, end - from);
      for (const { type, data } of events) {
        const event = decodeCheckpointEvent(type, data);
        if ('publicKey' in event.data) this.#publicKeys.set(event.data.keyId, event.data.publicKey);
      }
    }
  }
}
