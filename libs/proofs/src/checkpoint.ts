import { canonicalText } from './canonical.ts';
import { isSignedBy, keyIdOf, type SigningKey } from './signing-key.ts';

/** The stream of all checkpoints and of the keys that sign them. */
export const checkpointsStream = 'checkpoints';

/** What a checkpoint says; field order is stored order. */
export interface Checkpoint {
  /** ms since 1970. */
  readonly at: number;
  /** 1, 2, 3 … */
  readonly number: number;
  /** Of the last event that it covers, in the store where it was made. */
  readonly position: string;
  /** How many events it covers: the first so many in the order of the whole store. */
  readonly events: number;
  /** How many streams. */
  readonly streams: number;
  /** Root of the Merkle tree over the heads of these streams, 64 hex digits. */
  readonly root: string;
  /** Chain hash of the event of the checkpoint before it; null: it is the first. */
  readonly previous: string | null;
  readonly keyId: string;
  /** Ed25519 over {@link checkpointText}, 128 hex digits. */
  readonly signature: string;
}

/** A public key that signs from here on; field order is stored order. */
export interface AnnouncedKey {
  readonly at: number;
  readonly keyId: string;
  /** Its 32 bytes as hex digits. */
  readonly publicKey: string;
  /** The key before it, which signed this; null: it is the first, and signed this itself. */
  readonly announcedBy: string | null;
  /** Ed25519 over {@link announcementText}, 128 hex digits. */
  readonly signature: string;
}

/** Type of the event that a checkpoint is. */
export const checkpointSigned = 'checkpoint-signed.v1';

export type CheckpointEvent =
  | { readonly type: typeof checkpointSigned; readonly data: Checkpoint }
  | { readonly type: 'signing-key-announced.v1'; readonly data: AnnouncedKey };

/** What a checkpoint's key signs. */
export function checkpointText(checkpoint: Omit<Checkpoint, 'signature'>): string {
  const { at, number, position, events, streams, root, previous, keyId } = checkpoint;
  return canonicalText(['holdfast-checkpoint-1', at, number, position, events, streams, root, previous ?? '', keyId]);
}

/** What the key before a new one signs. */
export function announcementText({ at, keyId, publicKey, announcedBy }: Omit<AnnouncedKey, 'signature'>): string {
  return canonicalText(['holdfast-signing-key-1', at, keyId, publicKey, announcedBy ?? '']);
}

export function signedCheckpoint(unsigned: Omit<Checkpoint, 'keyId' | 'signature'>, key: SigningKey): Checkpoint {
  const named = { ...unsigned, keyId: key.keyId };
  return { ...named, signature: key.sign(checkpointText(named)) };
}

/** @param by the key before it; undefined: there is none. */
export function announcement(key: SigningKey, by: SigningKey | undefined, at: number): AnnouncedKey {
  const unsigned = { at, keyId: key.keyId, publicKey: key.publicKey, announcedBy: by?.keyId ?? null };
  return { ...unsigned, signature: (by ?? key).sign(announcementText(unsigned)) };
}

/**
 * Reads an event of the checkpoints' stream back.
 *
 * @throws TypeError if it is none.
 */
export function decodeCheckpointEvent(type: string, text: string): CheckpointEvent {
  const data: unknown = JSON.parse(text);
  if (type === checkpointSigned && isShaped(data, checkpointShape)) return { type, data: data as Checkpoint };
  if (type === 'signing-key-announced.v1' && isShaped(data, keyShape)) return { type, data: data as AnnouncedKey };
  throw new TypeError(`${type}: this is no checkpoint and no signing key`);
}

type Shape = Readonly<Record<string, 'count' | 'text' | 'text or null'>>;

const checkpointShape: Shape = {
  at: 'count',
  number: 'count',
  position: 'text',
  events: 'count',
  streams: 'count',
  root: 'text',
  previous: 'text or null',
  keyId: 'text',
  signature: 'text',
};

const keyShape: Shape = {
  at: 'count',
  keyId: 'text',
  publicKey: 'text',
  announcedBy: 'text or null',
  signature: 'text',
};

function isShaped(data: unknown, shape: Shape): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const fields = data as Record<string, unknown>;
  return Object.entries(shape).every(([name, kind]) => {
    const value = fields[name];
    if (kind === 'count') return Number.isSafeInteger(value);
    return typeof value === 'string' || (kind === 'text or null' && value === null);
  });
}

/** What of a checkpoint or a key is not as it must be. */
export type SealFault =
  'checkpoint-unreadable' | 'checkpoint-misplaced' | 'checkpoint-key-wrong' | 'checkpoint-signature-wrong';

/** Follows the checkpoints' stream: which keys there are, and whether each event may follow those before it. */
export class CheckpointChain {
  readonly keys: AnnouncedKey[] = [];
  newest: Checkpoint | undefined;
  /** Chain hash of the newest checkpoint's event. */
  newestHash: string | null = null;

  /** The key that signs at present. */
  get key(): AnnouncedKey | undefined {
    return this.keys.at(-1);
  }

  /** Takes the next event in whatever shape it is, and says what is wrong with it. */
  follow(event: CheckpointEvent, hash: string, say: (fault: SealFault, detail: string) => void): void {
    if (event.type === 'signing-key-announced.v1') {
      this.#announce(event.data, say);
      return;
    }
    const { data } = event;
    const number = (this.newest?.number ?? 0) + 1;
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
    this.newestHash = hash;
  }

  #announce(data: AnnouncedKey, say: (fault: SealFault, detail: string) => void): void {
    const { keyId, publicKey, announcedBy, signature } = data;
    if (keyId !== keyIdOf(publicKey)) say('checkpoint-key-wrong', `${keyId} is not the name of its public key`);
    if (announcedBy !== (this.key?.keyId ?? null)) {
      say('checkpoint-key-wrong', `${keyId} was not announced by the key before it`);
    }
    const by = announcedBy === null ? publicKey : this.keys.find(({ keyId: id }) => id === announcedBy)?.publicKey;
    if (by !== undefined && !isSignedBy(by, announcementText(data), signature)) {
      say('checkpoint-signature-wrong', `the announcement of ${keyId} was not signed by ${announcedBy ?? keyId}`);
    }
    this.keys.push(data);
  }
}
