import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { BEGINNING } from '#application';
import {
  everyRouteProblems,
  type Problem,
  problemMediaType,
  type Route,
  type RouteName,
  routes,
  type Scope,
} from '#contract';
import { type Engine, EngineLifecycle, openEngine } from '#engine';
import { makeLogger, readConfig } from '#runtime';
import { type Api, makeApi } from '../../apps/api/src/server.ts';
import { until } from './until.ts';

export const adminKey = 'the-admin-key-of-the-in-process-tests-01';

/** An answer as it came; `body` is what its JSON says. */
export interface Reply<Body = Readonly<Record<string, unknown>>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  readonly body: Body;
}

export interface Asked {
  /** `null`: no key at all. Default: the admin's. */
  readonly key?: string | null;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it stands, instead of a body. */
  readonly text?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Opened {
  readonly engine: Engine;
  readonly api: Api;
  /** Where it keeps its data. */
  readonly directory: string;
}

/** The whole service in this process, on a file of its own, asked without a network between. */
export class InProcess {
  #opened: Opened | undefined;

  static async open(environment: Readonly<Record<string, string>> = {}): Promise<InProcess> {
    const service = new InProcess();
    await service.start(environment);
    return service;
  }

  get engine(): Engine {
    return this.#whole.engine;
  }

  get api(): Api {
    return this.#whole.api;
  }

  get directory(): string {
    return this.#whole.directory;
  }

  get #whole(): Opened {
    if (this.#opened === undefined) throw new Error('the service was not started');
    return this.#opened;
  }

  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'ledger-'));
    const variables = {
      HOLDFAST_DATA_DIR: directory,
      HOLDFAST_ADMIN_KEY: adminKey,
      HOLDFAST_PORT: '0',
      ...environment,
    };
    const config = readConfig(variables);
    const logger = makeLogger('silent');
    const engine = await openEngine(config, logger, (cause) => {
      throw new Error('the store broke', { cause });
    });
    const api = await makeApi(config, engine, logger, { signs: false, bills: false });
    this.#opened = { engine, api, directory };
    await api.app.init();
    await api.server.ready();
    await api.app.get(EngineLifecycle).start();
    api.state.started();
  }

  async close(): Promise<void> {
    await this.api.app.close();
    rmSync(this.directory, { recursive: true });
  }

  /** @throws Error if a route says what the contract does not know it to say. */
  async ask<Body = Readonly<Record<string, unknown>>>(
    method: string,
    path: string,
    { key = adminKey, body, text, headers = {} }: Asked = {},
  ): Promise<Reply<Body>> {
    const payload = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await this.api.server.inject({
      method: method as 'GET',
      url: path,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload !== undefined && { payload }),
    });
    const type = String(response.headers['content-type']);
    const isJson = response.body !== '' && /^application\/(problem\+)?json/.test(type);
    const answer = isJson ? (JSON.parse(response.body) as Body) : ({} as Body);
    if (isJson && type.startsWith(problemMediaType)) heard(method, path, answer as Problem);
    return { status: response.statusCode, headers: response.headers, text: response.body, body: answer };
  }

  get<Body>(path: string, asked: Asked = {}): Promise<Reply<Body>> {
    return this.ask<Body>('GET', path, asked);
  }

  post<Body = Readonly<Record<string, unknown>>>(path: string, body: unknown, asked: Asked = {}): Promise<Reply<Body>> {
    return this.ask<Body>('POST', path, { ...asked, body });
  }

  /** Like {@link post}, for what must go well. @throws Error with the answer if it does not. */
  async done(path: string, body: object): Promise<Reply> {
    const reply = await this.post(path, body);
    if (reply.status >= 300) throw new Error(`${path} was answered ${String(reply.status)} ${reply.text}`);
    return reply;
  }

  /** An account with money. */
  async account(accountId: string, money = '100', terms: object = {}): Promise<void> {
    await this.done('/v1/accounts', { accountId, ...terms });
    if (money !== '0') await this.done(`/v1/accounts/${accountId}/deposits`, { depositId: 'first', amount: money });
  }

  /** The text of a key with these scopes. */
  async key(scopes: readonly Scope[], more: object = {}): Promise<string> {
    const { body } = await this.done('/v1/keys', { name: scopes.join(' '), scopes, ...more });
    return body['key'] as string;
  }

  /** Waits until the lists show everything: they are a moment behind. */
  async listsCaughtUp(): Promise<void> {
    const { position } = await this.engine.store.readAll(BEGINNING, 1_000_000);
    await until(() => this.engine.readModels.lists.progress().position >= position);
  }

  /** How many events there are in the whole store that a caller caused: the service writes some by itself. */
  async events(): Promise<number> {
    const { events } = await this.engine.store.readAll(BEGINNING, 1_000_000);
    return events.filter(({ metadata }) => !metadata.startsWith('{"actor":"holdfast"')).length;
  }
}

/** One service for all tests of a file. @param prepare runs before the first of them. */
export function serviceForAll(
  environment: Readonly<Record<string, string>> = {},
  prepare?: () => Promise<void>,
): InProcess {
  const service = new InProcess();
  beforeAll(async () => {
    await service.start(environment);
    await prepare?.();
  });
  afterAll(() => service.close());
  return service;
}

/** The same, where no test may leave a trace in the log. */
export function untouchedServiceForAll(prepare: () => Promise<void>): InProcess {
  let before: number;
  const service = new InProcess();
  beforeAll(async () => {
    await service.start();
    await prepare();
    before = await service.events();
  });
  afterAll(async () => {
    const after = await service.events();
    await service.close();
    expect(after).toBe(before);
  });
  return service;
}

const patterns = Object.values<Route>(routes).map(
  (route) => [route, new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]*')}$`)] as const,
);

/** What a route says is written in the contract. */
function heard(method: string, path: string, { code }: Problem): void {
  const [bare = ''] = path.split('?');
  const [route] = patterns.find(([{ method: its }, pattern]) => its === method && pattern.test(bare)) ?? [];
  if (route === undefined || [...everyRouteProblems, ...route.problems].includes(code)) return;
  throw new Error(`${method} ${path} said ${code}, which its contract does not know`);
}

/** A call of a route on these accounts that is well formed. */
export function sampleCall(name: RouteName, accountId: string): { path: string; body: object | undefined } {
  const ids: Readonly<Record<string, string>> = {
    accountId,
    holdId: 'h',
    depositId: 'd',
    orderId: 'o',
    channel: 'reference',
    paymentId: '0'.repeat(32),
    keyId: 'nobody',
    webhookId: 'nobody',
    packId: 'p',
    priceBook: 'dcloud-2023',
    name: 'b',
    date: '2026-01-29',
    month: '2026-01',
  };
  const path = routes[name].path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => ids[parameter] ?? '');
  return { path, body: bodies(accountId)[name] };
}

/** Well-formed bodies of all routes that take one. */
function bodies(accountId: string): Partial<Record<RouteName, object>> {
  const change = { changeId: 'c', reason: 'because' };
  return {
    openAccount: { accountId },
    deposit: { depositId: 'd', amount: '1' },
    withdraw: { withdrawalId: 'w', amount: '1' },
    adjust: { adjustmentId: 'a', amount: '1', reason: 'goodwill' },
    refund: { refundId: 'r', amount: '1', reason: 'blurred' },
    reverseDeposit: { reversalId: 'v', reason: 'bounced' },
    suspend: change,
    changeTerms: { ...change, creditLimit: '1' },
    publishPriceBook: { name: 'book', version: 1, products: { a: { basis: 'match', steps: null } } },
    resume: { ...change, changeId: 'r' },
    close: change,
    freeze: { holdId: 'h', amount: '1' },
    settle: { outcome: 'match' },
    fail: { attemptId: 'a', reason: 'camera broke' },
    release: { reason: 'not issued' },
    quote: { product: 'face-verify' },
    runBills: { date: '2026-01-29' },
    acquirePack: { packId: 'p', family: 'calls', units: 3, kind: 'purchase' },
    refundPack: { refundId: 'r' },
    setBudget: { limit: '1', period: 'day', reason: 'because' },
    batch: { operations: [{ op: 'freeze', accountId, holdId: 'h', amount: '1' }] },
    logExport: { exportId: 'e', events: 1, digest: '0'.repeat(64) },
    registerWebhook: { webhookId: 'hook', url: 'https://hooks.example/' },
    setWarnings: { changeId: 'c', reason: 'because', availableBelow: '10' },
    disableWebhook: { reason: 'because' },
    enableWebhook: { reason: 'because' },
    rotateWebhookSecret: { secretId: 'second' },
    replayWebhook: { since: '2026-01-29T00:00:00.000Z' },
    createKey: { name: 'a key', scopes: ['auditor'] },
    openOrder: { orderId: 'o', amount: '1', channel: 'reference' },
    assignPayment: { accountId, reason: 'theirs' },
    payBackPayment: { reason: 'nobody’s' },
  };
}
