import { createHmac, timingSafeEqual } from 'node:crypto';
import { readJson } from '#contract';

/** An event as it is delivered: CloudEvents 1.0 in structured JSON. */
export interface WebhookEvent {
  readonly specversion: '1.0';
  /** The same however often the event is delivered: whoever has seen it does nothing. */
  readonly id: string;
  readonly source: string;
  /** E.g. `hold-settled.v1`. */
  readonly type: string;
  /** Id of the account; `checkpoints` of a checkpoint. */
  readonly subject: string;
  readonly time: string;
  /** Revision of the event in its account, or among the checkpoints and their keys, in 16 digits. */
  readonly sequence: string;
  readonly datacontenttype: 'application/json';
  readonly data: Readonly<Record<string, unknown>>;
}

/** A request is not from the ledger, or too old, or not what was signed. Answer it with 401. */
export class WebhookNotVerified extends Error {
  override readonly name = 'WebhookNotVerified';
}

/** How far the time of a request may be from that of the receiver, in ms: 5 minutes, either way. */
export const webhookToleranceMs = 300_000;

/** A request of a webhook as it came in. */
export interface WebhookRequest {
  /** The headers as Node or fetch have them; names in any case. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as it came, before anything parsed it. */
  readonly body: string | Uint8Array;
}

/**
 * Verifies a request by its signature (Standard Webhooks) and gives the event.
 *
 * @param secrets `whsec_…`: while a secret is rotated, the old one and the new one.
 * @param now ms since 1970.
 * @throws WebhookNotVerified; TypeError if a secret is not one.
 */
export function verifyWebhook(
  { headers, body }: WebhookRequest,
  secrets: string | readonly string[],
  now = Date.now(),
): WebhookEvent {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookNotVerified('webhook-timestamp is no time');
  if (Math.abs(now - Number(timestamp) * 1_000) > webhookToleranceMs) {
    throw new WebhookNotVerified('the request is too old, or from the future');
  }
  const macs = header(headers, 'webhook-signature')
    .split(' ')
    .flatMap((signature) => (signature.startsWith('v1,') ? [Buffer.from(signature.slice(3), 'base64')] : []));
  const isSigned = [secrets].flat().some((secret) => {
    const mac = createHmac('sha256', toKey(secret)).update(`${id}.${timestamp}.`).update(body).digest();
    return macs.some((given) => given.length === mac.length && timingSafeEqual(given, mac));
  });
  if (!isSigned) throw new WebhookNotVerified('no signature was made with the secret');
  const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  const read = readJson(text);
  if (!read.ok) throw new WebhookNotVerified(read.error.detail);
  const event = read.value as WebhookEvent | null;
  if (event?.id !== id) throw new WebhookNotVerified('webhook-id is not the id of the event');
  return event;
}

function header(headers: WebhookRequest['headers'], name: string): string {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const [, value] = entries.find(([key]) => key.toLowerCase() === name) ?? [];
  if (typeof value !== 'string') throw new WebhookNotVerified(`${name} is missing`);
  return value;
}

function toKey(secret: string): Buffer {
  if (!/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(secret)) throw new TypeError('a secret begins with whsec_');
  return Buffer.from(secret.slice('whsec_'.length), 'base64');
}
