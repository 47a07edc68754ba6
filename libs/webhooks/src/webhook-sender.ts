import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { retryAfterMaxMs, type WebhookLimits, whyCharactersMax } from './limits.ts';
import { type UrlRules, validateUrl } from './webhook-url.ts';

/** What one try came to. */
export type Delivery =
  | { readonly kind: 'delivered' }
  /** The receiver wants nothing any more. */
  | { readonly kind: 'gone' }
  /** `askedMs`: how long the receiver asks to be left alone. */
  | { readonly kind: 'failed'; readonly why: string; readonly askedMs: number };

/** Asks a name for its addresses, as `dns.lookup` with `all` does. */
export type Resolve = (
  hostname: string,
  answer: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** Idle connections kept for each host; those in use are bounded by the requests of each endpoint. */
const idleConnectionsMax = 4;

const system: Resolve = (hostname, answer) => {
  systemLookup(hostname, { all: true }, (error, addresses) => {
    answer(error, error === null ? addresses : []);
  });
};

/**
 * Sends to receivers, of whom nothing is known but a URL that somebody gave: only to addresses that may be reached, looked
 * at when they are connected to; follows no redirect; reads little; waits not for long.
 */
export class WebhookSender {
  readonly #rules: UrlRules;
  readonly #limits: Pick<WebhookLimits, 'attemptTimeoutMs' | 'responseBytesMax'>;
  readonly #plain: HttpAgent;
  readonly #secure: HttpsAgent;

  constructor(
    rules: UrlRules,
    limits: Pick<WebhookLimits, 'attemptTimeoutMs' | 'responseBytesMax'>,
    resolve: Resolve = system,
  ) {
    this.#rules = rules;
    this.#limits = limits;
    const settings = {
      keepAlive: true,
      maxFreeSockets: idleConnectionsMax,
      lookup: guardedLookup(rules, resolve),
    };
    this.#plain = new HttpAgent(settings);
    this.#secure = new HttpsAgent(settings);
  }

  /** Rejects only with the signal's reason. */
  async post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<Delivery> {
    // Checked each time: the configuration may have become stricter since the endpoint was registered.
    const error = validateUrl(url, this.#rules);
    if (error !== undefined) return failed(error);
    signal.throwIfAborted();
    try {
      return await this.#send(url, { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body, signal);
    } catch (error) {
      signal.throwIfAborted();
      return failed(readReason(error));
    }
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  #send(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Delivery> {
    const { attemptTimeoutMs, responseBytesMax } = this.#limits;
    return new Promise((resolve, reject) => {
      const request = this.#request(url, headers);
      const abort = (): void => {
        request.destroy(new Error('stopped'));
      };
      const timer = setTimeout(() => {
        request.destroy(new Error(`no answer within ${String(attemptTimeoutMs)} ms`));
      }, attemptTimeoutMs);
      signal.addEventListener('abort', abort, { once: true });
      request.once('close', () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        reject(new Error('the connection was closed before there was an answer'));
      });
      request.once('error', reject);
      request.once('response', (response) => {
        drain(response, responseBytesMax, () => {
          resolve(toDelivery(response));
        });
      });
      request.end(body);
    });
  }

  #request(url: string, headers: Readonly<Record<string, string>>): ClientRequest {
    const options = { method: 'POST', headers, agent: this.#plain };
    // As it is read, not as it is written: a scheme may be in capitals.
    const request =
      new URL(url).protocol === 'https:'
        ? httpsRequest(url, { ...options, agent: this.#secure })
        : httpRequest(url, options);
    // The look-up has refused what may not be reached; here it is asked of the connection itself.
    request.once('socket', (socket) => {
      const check = (): void => {
        if (this.#rules.guard.refuses(socket.remoteAddress ?? '')) request.destroy(new Error(refusedAddress));
      };
      if (socket.connecting) socket.once('connect', check);
      if (!socket.connecting) check();
    });
    return request;
  }
}

const refusedAddress = 'its address may not be reached';

/** Gives only addresses that may be connected to, so that a name cannot lead elsewhere the second time it is asked. */
function guardedLookup({ guard }: UrlRules, resolve: Resolve): LookupFunction {
  return (hostname, options, answer) => {
    resolve(hostname, (error, addresses) => {
      const allowed = addresses.filter(({ address }) => !guard.refuses(address));
      const [first] = allowed;
      const none = error ?? (first === undefined ? new Error(refusedAddress) : null);
      if (none !== null || first === undefined) answer(none, []);
      if (none === null && options.all === true) answer(null, allowed);
      if (none === null && options.all !== true && first !== undefined) answer(null, first.address, first.family);
    });
  };
}

/** Reads an answer to its end, so that the connection can be used again; one that is too long is cut off with it. */
function drain(response: IncomingMessage, bytesMax: number, done: () => void): void {
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= bytesMax) return;
    done();
    response.destroy();
  });
  // One that breaks off has said enough by its status.
  response.once('error', done);
  response.once('end', done);
}

function toDelivery({ statusCode = 0, headers }: IncomingMessage): Delivery {
  if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered' };
  if (statusCode === 410) return { kind: 'gone' };
  const askedMs = Math.min(Math.max(0, retryAfterMs(headers)), retryAfterMaxMs);
  return failed(`it answered ${String(statusCode)}`, askedMs);
}

/** The three ways in which HTTP writes a date, all of them in GMT (RFC 9110, 5.6.7). */
const httpDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w: -]{11,22}(?: GMT)?$/;

/** How long an answer asks to be left alone, in ms: a number of seconds, or a date, counted from the answer's own. */
function retryAfterMs({ 'retry-after': asked = '', date = '' }: IncomingMessage['headers']): number {
  if (/^\d+$/.test(asked)) return Number(asked) * 1_000;
  const until = parseTime(asked);
  return until === undefined ? 0 : until - (parseTime(date) ?? Date.now());
}

function parseTime(text: string): number | undefined {
  if (!httpDate.test(text)) return undefined;
  const time = Date.parse(text.endsWith(' GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

function failed(why: string, askedMs = 0): Delivery {
  return { kind: 'failed', why: why.slice(0, whyCharactersMax), askedMs };
}

/** Some errors of connections have a code and no words, or several errors inside. */
function readReason(error: unknown): string {
  const { message = '', code } = error as { readonly message?: string; readonly code?: string };
  return message === '' ? (code ?? String(error)) : message;
}
