import { afterEach, describe, expect, it } from '@jest/globals';
import { HoldfastClient } from '#client';
import type { Hold } from '#contract';
import { hangUp, no, ScriptedServer, type Step, yes } from '../../../test/support/scripted-server.ts';
import { IdentityProvider, type Issue, type Verdict } from './provider.ts';
import { attemptsMax, type Verification, verify } from './verification.ts';

const hold = { holdId: 'v-1', accountId: 'acme', status: 'open', quantity: 1, amount: '0.85' } as Hold;
const settled = { ...hold, status: 'settled', settledAmount: '0.85' };
const request = { verificationId: 'v-1', accountId: 'acme', product: 'face-verify', units: 1, subject: 'subject-1' };

const completedAt = '2026-03-01T08:00:00.000Z';
const match: Verdict = { kind: 'completed', outcome: 'match', units: 1, completedAt };
const error: Verdict = { kind: 'error', why: 'the provider had a system error' };

/** Says what it was told to say, verdict by verdict. */
class ScriptedProvider extends IdentityProvider {
  asked = 0;
  readonly #issue: Issue;
  readonly #verdicts: Verdict[];

  constructor(verdicts: readonly Verdict[], issue: Issue = { kind: 'issued', credential: { credentialId: 'c' } }) {
    super();
    this.#issue = issue;
    this.#verdicts = [...verdicts];
  }

  override issue(): Promise<Issue> {
    this.asked += 1;
    return Promise.resolve(this.#issue);
  }

  override verify(): Promise<Verdict> {
    this.asked += 1;
    return Promise.resolve(this.#verdicts.shift() ?? error);
  }
}

let servers: ScriptedServer[] = [];

afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
});

interface Run {
  readonly outcome: Verification | Error;
  /** Last part of each route that was asked, with what was sent. */
  readonly sent: readonly (readonly [string, unknown])[];
  readonly providerAsked: number;
}

async function run(steps: readonly Step[], provider: ScriptedProvider, change: object = {}): Promise<Run> {
  const server = await ScriptedServer.start(...steps);
  servers.push(server);
  const client = new HoldfastClient({ baseUrl: server.url, key: 'k', retriesMax: 1 });
  const outcome = await verify({ ...request, ...change }, client, provider).catch((error: unknown) => error as Error);
  const sent = server.seen.map(({ url, body }) => [url.split('/').at(-1) ?? '', JSON.parse(body)] as const);
  return { outcome, sent, providerAsked: provider.asked };
}

const frozen = yes(hold, 201);

describe('a verification', () => {
  it('freezes the fee first, and settles with the time of completion', async () => {
    const { outcome, sent } = await run([frozen, yes(settled)], new ScriptedProvider([match]));
    expect(outcome).toEqual({ kind: 'match', hold: settled });
    expect(sent).toEqual([
      ['holds', { holdId: 'v-1', product: 'face-verify', quantity: 1 }],
      ['settle', { outcome: 'match', completedAt }],
    ]);
  });

  it('is charged for a mismatch, too', async () => {
    const { outcome } = await run([frozen, yes(settled)], new ScriptedProvider([{ ...match, outcome: 'mismatch' }]));
    expect(outcome).toMatchObject({ kind: 'mismatch' });
  });

  it('of a list is settled for as many as were verified', async () => {
    const list = yes({ ...hold, quantity: 500 }, 201);
    const { sent } = await run([list, yes(settled)], new ScriptedProvider([{ ...match, units: 320 }]), { units: 500 });
    expect(sent.at(-1)).toEqual(['settle', { outcome: 'match', completedAt, quantity: 320 }]);
  });

  it('releases the hold when no credential is issued', async () => {
    const provider = new ScriptedProvider([], { kind: 'not-issued', why: 'out of credentials' });
    const { outcome, sent } = await run([frozen, yes({ ...hold, status: 'released' })], provider);
    expect(outcome).toEqual({ kind: 'not-issued', why: 'out of credentials' });
    expect(sent.at(-1)).toEqual(['release', { reason: 'out of credentials' }]);
  });

  it('records a call that failed, and calls again on the same credential', async () => {
    const { outcome, sent } = await run([frozen, yes(hold), yes(settled)], new ScriptedProvider([error, match]));
    expect(outcome).toMatchObject({ kind: 'match' });
    expect(sent.slice(1)).toEqual([
      ['fail', { attemptId: 'attempt-1', reason: 'the provider had a system error' }],
      ['settle', { outcome: 'match', completedAt }],
    ]);
  });

  it('gives up after so many failed calls, and leaves the hold to its deadline', async () => {
    const { outcome, sent } = await run([frozen, yes(hold)], new ScriptedProvider([]));
    expect(outcome).toEqual({ kind: 'failed', hold });
    expect(sent.map(([route]) => route)).toEqual(['holds', ...Array.from({ length: attemptsMax }, () => 'fail')]);
  });

  it('tells the ledger nothing when the person goes away', async () => {
    const { outcome, sent } = await run([frozen], new ScriptedProvider([{ kind: 'abandoned' }]));
    expect(outcome).toEqual({ kind: 'abandoned', hold });
    expect(sent).toHaveLength(1);
  });

  it('does not call again on a credential whose hold has expired', async () => {
    const { outcome, providerAsked } = await run([frozen, no('hold_expired')], new ScriptedProvider([error, match]));
    expect(outcome).toMatchObject({ kind: 'failed' });
    expect(providerAsked).toBe(2);
  });

  it('that completed when its hold was over is told apart from one that was charged', async () => {
    const { outcome } = await run([frozen, no('hold_expired')], new ScriptedProvider([match]));
    expect(outcome).toMatchObject({ kind: 'uncharged', outcome: 'match', problem: { code: 'hold_expired' } });
  });
});

describe('nobody is verified', () => {
  it.each<[string, Step]>([
    ['without money', no('insufficient_available_balance', { available: '0.1', enoughIfUnfrozen: true })],
    ['on a suspended account', no('account_suspended')],
    ['on a hold that has ended since', yes(hold, 201, { 'holdfast-hold-status': 'expired' })],
  ])('%s', async (_, step) => {
    const { outcome, providerAsked } = await run([step], new ScriptedProvider([match]));
    expect(outcome).toMatchObject({ kind: 'refused' });
    expect(providerAsked).toBe(0);
  });

  it.each<[string, Step, string]>([
    ['nobody answers', hangUp, 'HoldfastUnreachable'],
    ['the outcome is not known', no('store_unavailable'), 'HoldfastProblem'],
  ])('while %s, and that is an error rather than a no', async (_, step, name) => {
    const { outcome, providerAsked } = await run([step], new ScriptedProvider([match]));
    expect(outcome).toMatchObject({ name });
    expect(providerAsked).toBe(0);
  });
});
