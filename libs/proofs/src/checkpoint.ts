import { canonicalText } from './canonical.ts';
import type { SigningKey } from './signing-key.ts';

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

/** A public key that signs from here on in place of one that was lost, and so could not announce it; as it is stored. */
export interface ReplacingKey {
  readonly at: number;
  readonly keyId: string;
  readonly publicKey: string;
  /** The key that was lost. */
  readonly replaces: string;
  /** By the key itself, as if it was the first. */
  readonly signature: string;
}

/** A key of the ledger, however it came to be that. */
export interface LedgerKey extends AnnouncedKey {
  /** The lost key that it replaces, which does not vouch for it; null: none. */
  readonly replaces: string | null;
}

/**
 * An operator has accepted that the log does not have what checkpoints that were kept outside cover, as after a restore.
 * The next checkpoint names this event as the one before it, and has a number that was never given away.
 */
export interface AcceptedTruncation {
  readonly at: number;
  /** The checkpoints of these numbers that were kept outside are not in the log. */
  readonly from: number;
  readonly number: number;
  /** Of the last of them. */
  readonly events: number;
  readonly root: string;
  readonly signature: string;
  /** How many events the log had when this was accepted. */
  readonly eventsHere: number;
}

/** Type of the event that a checkpoint is. */
export const checkpointSigned = 'checkpoint-signed.v1';

export type CheckpointEvent =
  | { readonly type: typeof checkpointSigned; readonly data: Checkpoint }
  | { readonly type: 'signing-key-announced.v1'; readonly data: AnnouncedKey }
  | { readonly type: 'signing-key-replaced.v1'; readonly data: ReplacingKey }
  | { readonly type: 'truncation-accepted.v1'; readonly data: AcceptedTruncation };

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

/** @param lost the key that it replaces. */
export function replacement(key: SigningKey, lost: string, at: number): ReplacingKey {
  const { signature, keyId, publicKey } = announcement(key, undefined, at);
  return { at, keyId, publicKey, replaces: lost, signature };
}

/**
 * Reads an event of the checkpoints' stream back.
 *
 * @throws TypeError if it is none.
 */
export function decodeCheckpointEvent(type: string, text: string): CheckpointEvent {
  const data: unknown = JSON.parse(text);
  if (isKnown(type) && isShaped(data, shapes[type])) return { type, data } as CheckpointEvent;
  throw new TypeError(`${type}: this is no checkpoint and no signing key`);
}

type Shape = Readonly<Record<string, 'count' | 'text' | 'text or null'>>;

const shapes: Readonly<Record<CheckpointEvent['type'], Shape>> = {
  [checkpointSigned]: {
    at: 'count',
    number: 'count',
    position: 'text',
    events: 'count',
    streams: 'count',
    root: 'text',
    previous: 'text or null',
    keyId: 'text',
    signature: 'text',
  },
  'signing-key-announced.v1': {
    at: 'count',
    keyId: 'text',
    publicKey: 'text',
    announcedBy: 'text or null',
    signature: 'text',
  },
  'signing-key-replaced.v1': { at: 'count', keyId: 'text', publicKey: 'text', replaces: 'text', signature: 'text' },
  'truncation-accepted.v1': {
    at: 'count',
    from: 'count',
    number: 'count',
    events: 'count',
    root: 'text',
    signature: 'text',
    eventsHere: 'count',
  },
};

function isKnown(type: string): type is CheckpointEvent['type'] {
  return Object.hasOwn(shapes, type);
}

function isShaped(data: unknown, shape: Shape): boolean {
  if (typeof data !== 'object' || data === null) return false;
  const fields = data as Record<string, unknown>;
  return Object.entries(shape).every(([name, kind]) => {
    const value = fields[name];
    if (kind === 'count') return Number.isSafeInteger(value);
    return typeof value === 'string' || (kind === 'text or null' && value === null);
  });
}
