import { createHmac } from 'node:crypto';
import { secretKey } from './sealed-secret.ts';

/**
 * The headers by which a receiver knows who sends, as Standard Webhooks has them: HMAC-SHA256 over id, time and body,
 * once with each secret.
 *
 * @param at of this try, ms since 1970: receivers refuse what is too old.
 */
export function signedHeaders(
  id: string,
  body: string,
  at: number,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1_000));
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', secretKey(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${mac}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
