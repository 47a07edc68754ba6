import {
  type AcceptedTruncation,
  type AnnouncedKey,
  announcementText,
  type Checkpoint,
  type CheckpointEvent,
  checkpointText,
  type LedgerKey,
  type ReplacingKey,
} from './checkpoint.ts';
import { isSignedBy, readKeyId } from './signing-key.ts';

/** What of a checkpoint or a key is not as it must be. */
export type SealError =
  'checkpoint-unreadable' | 'checkpoint-misplaced' | 'checkpoint-key-wrong' | 'checkpoint-signature-wrong';

/** Follows the checkpoints' stream: which keys there are, and whether each event may follow those before it. */
export class CheckpointChain {
  readonly keys: LedgerKey[] = [];
  readonly truncations: AcceptedTruncation[] = [];
  newest: Checkpoint | undefined;
  /** What the next checkpoint names as the one before it: chain hash of the newest, or of a truncation accepted since. */
  newestHash: string | null = null;
  /** The highest number that was ever given away, as far as is known here. */
  number = 0;

  /** The key that signs at present. */
  get key(): LedgerKey | undefined {
    return this.keys.at(-1);
  }

  /** Takes the next event in whatever shape it is, and says what is wrong with it. */
  follow(event: CheckpointEvent, hash: string, say: (error: SealError, detail: string) => void): void {
    if (event.type === 'signing-key-announced.v1') this.#announce(event.data, say);
    if (event.type === 'signing-key-replaced.v1') this.#replace(event.data, say);
    if (event.type === 'truncation-accepted.v1') this.#accept(event.data, hash, say);
    if (event.type === 'checkpoint-signed.v1') this.#sign(event.data, hash, say);
  }

  /** Whether it is known why a checkpoint that was kept outside is not in the log. */
  explains({ number, signature }: Pick<Checkpoint, 'number' | 'signature'>): AcceptedTruncation | undefined {
    return this.truncations.find(
      (one) => number >= one.from && (number === one.number ? signature === one.signature : number < one.number),
    );
  }

  #sign(data: Checkpoint, hash: string, say: (error: SealError, detail: string) => void): void {
    const number = this.number + 1;
    if (data.number !== number) say('checkpoint-misplaced', `number ${String(data.number)}, not ${String(number)}`);
    if (data.previous !== this.newestHash) say('checkpoint-misplaced', 'it does not name the checkpoint before it');
    if (data.events < (this.newest?.events ?? 0)) say('checkpoint-misplaced', 'it covers less than the one before it');
    if (this.key === undefined || data.keyId !== this.key.keyId) {
      say('checkpoint-key-wrong', `${data.keyId} is not the key that signs at this place`);
    }
    const { publicKey } = this.keys.find(({ keyId }) => keyId === data.keyId) ?? {};
    if (publicKey !== undefined && !isSignedBy(publicKey, checkpointText(data), data.signature)) {
      say('checkpoint-signature-wrong', `checkpoint ${String(data.number)} was not signed by ${data.keyId}`);
    }
    this.newest = data;
    this.number = data.number;
    this.newestHash = hash;
  }

  #accept(data: AcceptedTruncation, hash: string, say: (error: SealError, detail: string) => void): void {
    const { from, number } = data;
    if (from < 1 || number < from) {
      say('checkpoint-misplaced', `checkpoints ${String(from)} to ${String(number)} cannot be missing`);
    }
    this.truncations.push(data);
    this.number = Math.max(this.number, number);
    this.newestHash = hash;
  }

  #replace(data: ReplacingKey, say: (error: SealError, detail: string) => void): void {
    const { at, keyId, publicKey, replaces, signature } = data;
    const key: LedgerKey = { at, keyId, publicKey, announcedBy: null, replaces, signature };
    if (keyId !== readKeyId(publicKey)) say('checkpoint-key-wrong', `${keyId} is not the name of its public key`);
    if (replaces !== this.key?.keyId) say('checkpoint-key-wrong', `${keyId} does not replace the key before it`);
    if (!isSignedBy(publicKey, announcementText(key), signature)) {
      say('checkpoint-signature-wrong', `the announcement of ${keyId} was not signed by itself`);
    }
    this.keys.push(key);
  }

  #announce(data: AnnouncedKey, say: (error: SealError, detail: string) => void): void {
    const { keyId, publicKey, announcedBy, signature } = data;
    if (keyId !== readKeyId(publicKey)) say('checkpoint-key-wrong', `${keyId} is not the name of its public key`);
    if (announcedBy !== (this.key?.keyId ?? null)) {
      say('checkpoint-key-wrong', `${keyId} was not announced by the key before it`);
    }
    const by = announcedBy === null ? publicKey : this.keys.find(({ keyId: id }) => id === announcedBy)?.publicKey;
    if (by !== undefined && !isSignedBy(by, announcementText(data), signature)) {
      say('checkpoint-signature-wrong', `the announcement of ${keyId} was not signed by ${announcedBy ?? keyId}`);
    }
    this.keys.push({ ...data, replaces: null });
  }
}
