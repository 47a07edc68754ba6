import { type Route, type RouteAnswer, type RouteName, routes } from '#contract';
import { type QueryValues, toAddress } from './address.ts';
import { call, type CallLimits, type Yes } from './call.ts';

/** Whom the client asks and as whom; the limits have defaults. */
export interface HoldfastClientOptions extends Partial<CallLimits> {
  /** Where the service is, e.g. `http://127.0.0.1:3000`; a path before `/v1` is kept. */
  readonly baseUrl: string;
  /** The text of an API key. */
  readonly key: string;
  /** Another `fetch`, e.g. one with a proxy. It must heed its signal. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Limits of this one call instead of the client's, and a signal by which it can be given up. */
export interface CallOptions extends Partial<CallLimits> {
  readonly signal?: AbortSignal | undefined;
}

/** What a command came to. */
export interface Done<Value> {
  /** The same for ever, however often the command is sent: what came of it when it was carried out. */
  readonly value: Value;
  /** It had been carried out before, by an earlier call or by an earlier try of this one; this time nothing happened. */
  readonly replayed: boolean;
}

/** What one request is made of, beside its route. */
export interface Sent {
  readonly parameters: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly query?: QueryValues | undefined;
}

const defaultLimits: CallLimits = { timeoutMs: 10_000, tryTimeoutMs: 4_000, retriesMax: 10 };

/** Asks any route by its name in the catalogue. What is sent is typed where it is given, see methods.ts. */
export class RouteCaller {
  readonly #baseUrl: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #limits: CallLimits;
  readonly #fetch: typeof globalThis.fetch;

  /** @throws TypeError if the address is no http or https URL, or the key has characters that no header may have */
  constructor({ baseUrl, key, fetch, ...limits }: HoldfastClientOptions) {
    const { protocol, origin, pathname } = new URL(baseUrl);
    if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('baseUrl is an http or https URL');
    if (!/^[\x21-\x7e]+$/.test(key)) throw new TypeError('key has visible ASCII characters only');
    this.#baseUrl = `${origin}${pathname.replace(/\/+$/, '')}`;
    this.#headers = { authorization: `Bearer ${key}`, accept: 'application/json, application/problem+json' };
    this.#limits = withLimits(defaultLimits, limits);
    this.#fetch = fetch ?? globalThis.fetch.bind(globalThis);
  }

  /** What the route answers. */
  async read<Name extends RouteName>(name: Name, sent: Sent, options?: CallOptions): Promise<RouteAnswer<Name>> {
    return (await this.send(name, sent, options)).json as RouteAnswer<Name>;
  }

  /** What the route answers, and whether it had been carried out before. */
  async command<Name extends RouteName>(
    name: Name,
    sent: Sent,
    options?: CallOptions,
  ): Promise<Done<RouteAnswer<Name>>> {
    const { headers, json } = await this.send(name, sent, options);
    return { value: json as RouteAnswer<Name>, replayed: wasReplayed(headers) };
  }

  async send(name: RouteName, { parameters, body, query }: Sent, options: CallOptions = {}): Promise<Yes> {
    const { method, path }: Route = routes[name];
    return this.ask(method, toAddress(path, parameters, query), body, options);
  }

  /** @param address the path and the query of any resource of the service */
  ask(method: string, address: string, body: unknown, options: CallOptions): Promise<Yes> {
    return call({
      ...withLimits(this.#limits, options),
      url: this.#baseUrl + address,
      method,
      headers: body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.signal,
      fetch: this.#fetch,
    });
  }
}

export function wasReplayed(headers: Headers): boolean {
  return headers.get('idempotent-replayed') === 'true';
}

function withLimits(limits: CallLimits, { timeoutMs, tryTimeoutMs, retriesMax }: Partial<CallLimits>): CallLimits {
  return {
    timeoutMs: timeoutMs ?? limits.timeoutMs,
    tryTimeoutMs: tryTimeoutMs ?? limits.tryTimeoutMs,
    retriesMax: retriesMax ?? limits.retriesMax,
  };
}
