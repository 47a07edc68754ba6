import { createHmac, timingSafeEqual } from 'node:crypto';
import { type NoticeReading, PaymentChannel, type PaymentNotice, type SignedNotice } from '#application/ports';
import { bounds, isId, parseMoney, validateAmount } from '#domain';

/** How far the time of signing may be from ours, in ms: 5 minutes, either way. */
export const signedWithinMs = 5 * 60 * 1_000;

const secretPrefix = 'whsec_';
const timeShape = /^(\d{4}-\d{2}-\d{2})T(\d{2}):\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const currencyShape = /^[A-Z]{3}$/;

/** Most signatures of one notice that are looked at: a sender that changes its secret sends two. */
const signaturesMax = 5;

/**
 * The channel of tests and demos, and the pattern for real ones. Signs as Standard Webhooks do: HMAC-SHA-256 over
 * `<webhook-id>.<webhook-timestamp>.<body>`, in base64, as `v1,<signature>` in `webhook-signature`; the timestamp is
 * in whole seconds. The body is JSON: `transactionId`, `order`, `amount`, `currency`, `paidAt`.
 */
export class ReferenceChannel extends PaymentChannel {
  override readonly name = 'reference';
  readonly #key: Buffer;

  /** @param secret `whsec_` and base64. */
  constructor(secret: string) {
    super();
    this.#key = toKey(secret);
  }

  override read({ headers, body }: SignedNotice, now: number): NoticeReading {
    const id = headers['webhook-id'];
    const timestamp = headers['webhook-timestamp'];
    const signatures = headers['webhook-signature'];
    if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') {
      return notSigned('webhook-id, webhook-timestamp and webhook-signature are needed, once each');
    }
    if (!/^\d{1,12}$/.test(timestamp)) return notSigned('webhook-timestamp is not a number of seconds');
    const expected = sign(this.#key, id, timestamp, body);
    const given = signatures.split(' ', signaturesMax);
    // All are compared, whichever is right.
    if (given.map((signature) => isSame(signature, expected)).every((same) => !same)) {
      return notSigned('the signature is not that of the channel');
    }
    const apartMs = Math.abs(now - Number(timestamp) * 1_000);
    if (apartMs > signedWithinMs) return notSigned('it was not signed just now');
    return readBody(body);
  }
}

/** The headers by which a notice is signed, as the channel would. For tests, and for who plays the channel. */
export function signNotice(secret: string, id: string, atMs: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': sign(toKey(secret), id, timestamp, body),
  };
}

function toKey(secret: string): Buffer {
  return Buffer.from(secret.slice(secretPrefix.length), 'base64');
}

function sign(key: Buffer, id: string, timestamp: string, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function readBody(body: string): NoticeReading {
  let said: unknown;
  try {
    said = JSON.parse(body);
  } catch {
    return malformed('', 'the body is not JSON');
  }
  if (typeof said !== 'object' || said === null) return malformed('', 'the body is not a JSON object');
  const { transactionId, order, amount, currency, paidAt } = said as Readonly<Record<string, unknown>>;
  if (!isId(transactionId)) {
    return malformed('transactionId', 'a transaction id has 1 to 64 characters of A-Z a-z 0-9 . _ ~ -');
  }
  if (
    typeof order !== 'string' ||
    order.length < 1 ||
    order.length > bounds.orderCharactersMax ||
    !order.isWellFormed()
  ) {
    return malformed('order', `an order is named by 1 to ${String(bounds.orderCharactersMax)} characters`);
  }
  if (typeof amount !== 'string' || validateAmount(amount) !== undefined || parseMoney(amount) === 0n) {
    return malformed('amount', 'an amount is a decimal string above zero');
  }
  if (typeof currency !== 'string' || !currencyShape.test(currency)) {
    return malformed('currency', 'a currency has three capital letters');
  }
  if (typeof paidAt !== 'string' || !isTime(paidAt)) {
    return malformed('paidAt', 'a time is RFC 3339 text, with at most nine digits after the second');
  }
  const notice: PaymentNotice = {
    transactionId,
    order,
    amount: parseMoney(amount),
    currency,
    paidAt: parseInstant(paidAt),
  };
  return { kind: 'notice', notice };
}

/** `Date.parse` alone takes 30 February for 2 March, and 24 o'clock for midnight. */
function isTime(text: string): boolean {
  const [, day = '', hour = ''] = timeShape.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return day !== '' && isDay && hour !== '24' && parseInstant(text) >= 0;
}

/** What is below the millisecond is cut, never rounded into the next. */
function parseInstant(text: string): number {
  return Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
}

function notSigned(detail: string): NoticeReading {
  return { kind: 'not-signed', detail };
}

function malformed(field: string, detail: string): NoticeReading {
  return { kind: 'malformed', field, detail };
}
