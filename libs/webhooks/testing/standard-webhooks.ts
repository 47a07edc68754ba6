import type { IncomingHttpHeaders } from 'node:http';

/*
 * The specification of Standard Webhooks as a receiver would read it, by WebCrypto: shares nothing with what signs.
 */

/** Whether one of a request's signatures was made with a secret. */
export async function isSignedBy(secret: string, headers: IncomingHttpHeaders, body: string): Promise<boolean> {
  const [prefix, base64 = ''] = secret.split('_');
  if (prefix !== 'whsec') return false;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', toBytes(base64), algorithm, false, ['verify']);
  const id = String(headers['webhook-id']);
  const timestamp = String(headers['webhook-timestamp']);
  const signed = new TextEncoder().encode([id, timestamp, body].join('.'));
  const signatures = String(headers['webhook-signature']).split(' ');
  const verified = await Promise.all(
    signatures.map(async (signature) => {
      const [version, mac = ''] = signature.split(',');
      return version === 'v1' && (await crypto.subtle.verify('HMAC', key, toBytes(mac), signed));
    }),
  );
  return verified.includes(true);
}

function toBytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
