import { hash as digest } from 'node:crypto';

/** Version of the canonical form below; part of what is hashed. */
const canonicalVersion = 'holdfast-chain-1';

const versionField = `${bytes(canonicalVersion)}:${canonicalVersion}`;

/** What the first event of a stream names as its predecessor: 64 zeros. */
export const chainStart = '0'.repeat(64);

/**
 * The hash of one event, chained to the event before it in its stream: SHA-256, 64 lower-case hex digits.
 *
 * Canonical form, version 1: the seven fields version, previous hash, stream, revision (decimal), type, data, metadata,
 * in this order, each written as its length in UTF-8 bytes (decimal), a colon, and its bytes. `data` and `metadata` are
 * hashed as the JSON texts that are stored; a verifier must not serialise them again.
 */
export function chainHash(
  previousHash: string,
  stream: string,
  revision: number,
  type: string,
  data: string,
  metadata: string,
): string {
  // One text and one call: a function that writes each field took half as long again.
  const number = String(revision);
  const canonical = `${versionField}${bytes(previousHash)}:${previousHash}${bytes(stream)}:${stream}${bytes(number)}:${number}${bytes(type)}:${type}${bytes(data)}:${data}${bytes(metadata)}:${metadata}`;
  return digest('sha256', canonical, 'hex');
}

/** The id of an event: the first 128 bits of its hash as a UUID of version 8 (RFC 9562). */
export function eventIdFromHash(hash: string): string {
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

function bytes(text: string): string {
  return String(Buffer.byteLength(text));
}
