import { strict as assert } from 'node:assert';
import {
  BillIssuer,
  KeyRegistry,
  laneLimits,
  PaymentClaims,
  PaymentEndings,
  PaymentNotices,
  UnmatchedPayments,
} from '#application';
import {
  type Command,
  dateAfter,
  localDate,
  parseMoney,
  type PriceBook,
  type RequestedTerms,
  toPaymentId,
} from '#domain';
import { ExportsLog } from '#proofs';
import { AddressGuard, SecretSeal, WebhookRegister } from '#webhooks';
import { CheckpointedStore } from './checkpointed-store.ts';
import { deposit, freeze, openAccount, release, settle } from './commands.ts';
import { order, paid } from './payment-process.ts';
import { asked } from './replica.ts';
import { laterZones, testZones } from './zones.ts';

/*
 * One ledger in which everything happened that can happen, as it may in two years of a small business: told to the lanes
 * and to the registers beside them, on a real store, by a clock that is turned.
 */

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const zone = 'Asia/Shanghai';
const cause = { actor: 'operator', correlationId: 'scenario' };

/** What the business sells besides the published books: units that a pack's price is not divided by. */
const ownBook: PriceBook = {
  name: 'own',
  version: 1,
  currency: 'CNY',
  products: {
    call: {
      counter: 'call',
      basis: 'completed',
      credentialSeconds: null,
      packFamily: 'calls',
      steps: [
        { upTo: 2, price: '2' },
        { upTo: null, price: '1.5' },
      ],
    },
    match: {
      counter: 'match',
      basis: 'match',
      credentialSeconds: null,
      packFamily: 'calls',
      steps: [{ upTo: null, price: '1' }],
    },
  },
  packs: {
    calls: [
      { units: 7, price: '10', trial: false },
      { units: 3, price: '0', trial: true },
    ],
  },
};

/** Tells the scenario, and notes which commands were carried out. */
export class WholeScenario {
  readonly store: CheckpointedStore;
  /** Kinds of the commands that were carried out for the first time. */
  readonly carriedOut = new Set<Command['kind']>();
  readonly #payments: PaymentNotices;
  readonly #endings: PaymentEndings;
  readonly #bills: BillIssuer;

  private constructor(store: CheckpointedStore) {
    this.store = store;
    const { commands, lanes, store: events, clock, readModels } = store.driven;
    const fail = (reason: unknown): never => {
      throw reason;
    };
    const unmatched = new UnmatchedPayments(events, clock, laneLimits, fail);
    const claims = new PaymentClaims(events, clock, readModels.idIndex, laneLimits, fail);
    this.#endings = new PaymentEndings(commands, lanes, readModels.idIndex, unmatched, claims);
    this.#payments = new PaymentNotices(commands, lanes, readModels.idIndex, unmatched, this.#endings, claims);
    this.#bills = new BillIssuer(commands, lanes, events);
  }

  /** In a directory of its own; left open. */
  static async run(directory: string): Promise<WholeScenario> {
    const scenario = new WholeScenario(await CheckpointedStore.open(directory));
    scenario.#announceSummerTime();
    await scenario.#setUp();
    await scenario.#day();
    await scenario.#payIn();
    await scenario.#nextDays();
    await scenario.#postpaid();
    await scenario.store.checkpoint();
    await scenario.#yearOfPacks();
    await scenario.#over();
    await scenario.store.checkpoint();
    return scenario;
  }

  get #now(): number {
    return this.store.driven.clock.time;
  }

  #wait(ms: number): void {
    this.store.driven.clock.time += ms;
  }

  /** Carries commands out one after the other. */
  async #run(accountId: string, ...commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      const answer = await this.store.driven.lanes.run(accountId, asked(command, true));
      if (answer.kind === 'refused') throw new Error(`${accountId}: ${command.kind}: ${answer.code}`);
      this.carriedOut.add(command.kind);
    }
  }

  async #refused(accountId: string, command: Command, code: string): Promise<void> {
    const answer = await this.store.driven.lanes.run(accountId, asked(command));
    assert.equal(answer.kind === 'refused' ? answer.code : answer.kind, code, `${accountId}: ${command.kind}`);
  }

  /** Bills what is over, as the daily run does. */
  async #bill(accountId: string): Promise<void> {
    const yesterday = dateAfter(localDate(zone, this.#now), -1);
    const issued = await this.#bills.issueUpTo(accountId, yesterday, cause);
    if (issued > 0) this.carriedOut.add('issue-bill');
  }

  /** The accounts are opened by a database in which the clocks go an hour ahead on the evening of the first day. */
  #announceSummerTime(): void {
    this.store.driven.zones.known = laterZones('2097a', this.#now + 6 * hourMs, hourMs);
  }

  /** A newer database has no such change: the first day ends an hour later than it was to, if that is noted in time. */
  #callOffSummerTime(): void {
    this.store.driven.zones.known = { ...testZones, version: '2098a' };
  }

  /** Keys, a price book, an endpoint, accounts. */
  async #setUp(): Promise<void> {
    const { store, clock, priceBooks } = this.store.driven;
    const fail = (): void => undefined;
    const keys = new KeyRegistry(store, clock, undefined, fail);
    const wanted = { name: 'gateway', scopes: ['gateway'] as const, accountPrefixes: null, expiresAt: null };
    const key = await keys.create({ ...wanted, scopes: [...wanted.scopes] }, cause);
    await keys.create({ ...wanted, name: 'second', scopes: ['auditor'] }, cause);
    await keys.revoke(key?.row.keyId ?? '', cause);
    assert.equal((await priceBooks.publish(ownBook, cause)).kind, 'published');
    const hooks = new WebhookRegister(store, clock, new SecretSeal('k'.repeat(32)), rules, fail);
    const endpoint = { url: 'https://hooks.example/', description: null, eventTypes: null, accountPrefixes: null };
    for (const [webhookId, byBoundKey] of [
      ['hook', false],
      ['gone', true],
    ] as const) {
      await hooks.register({ webhookId, ...endpoint, byBoundKey }, cause);
    }
    await hooks.rotate('hook', 'second', hourMs, cause);
    await hooks.disable('hook', 'operator', 'because', cause);
    await hooks.enable('hook', 'because', cause);
    await hooks.replay('hook', { since: this.#now }, cause);
    await hooks.delete('gone', cause);
    await this.#run('acme', { ...openAccount('acme'), priceBook: 'own' }, deposit('d1', '500'));
    await this.#run('agency', { ...openAccount('agency'), priceBook: 'aliyun-2021' }, deposit('d1', '5000'));
    await this.#run('bank', { ...openAccount('bank'), priceBook: 'dcloud-2023' }, deposit('d1', '9000'));
    await this.#run('bureau', { ...openAccount('bureau'), priceBook: 'elements-2018' }, deposit('d1', '10'));
  }

  /** One day of verifications, with everything that can become of a hold. */
  async #day(): Promise<void> {
    const overrides = { 'elements-3': [{ upTo: null, price: '0.31' }] };
    await this.#run('bureau', terms('t1', { overrides }), units('e1', 'elements-3', 2), settle('e1'));
    await this.#run('bank', units('dear', 'face-verify', 9_999), settle('dear'));
    await this.#run('bank', units('over', 'face-verify', 3), settle('over'));
    const limits = { openHolds: 20, frozen: '400', dailySpend: '450' };
    await this.#run('acme', terms('t1', { warnings: { availableBelow: '480' }, limits }));
    await this.#run('acme', { kind: 'set-budget', name: 'sales', limit: money('50'), period: 'day', reason: 'plan' });
    await this.#run('acme', { ...freeze('plain', '10'), budget: 'sales' }, { ...settle('plain'), amount: money('4') });
    await this.#run('acme', units('called', 'call', 3), { ...settle('called'), quantity: 2 });
    await this.#run('acme', units('other', 'match', 1), { ...settle('other'), outcome: 'mismatch' });
    await this.#run('acme', freeze('never', '5'), release('never'));
    await this.#run('acme', units('failed', 'call', 1));
    await this.#run('acme', { kind: 'fail', holdId: 'failed', attemptId: 'a1', reason: 'no camera' });
    await this.#run('acme', { kind: 'refund', refundId: 'r1', holdId: 'plain', amount: money('1'), reason: 'blurred' });
    const openedAt = this.#now;
    this.#wait(31 * minuteMs);
    await this.#run('acme', { kind: 'expire-due' });
    this.#callOffSummerTime();
    await this.#run('acme', { ...settle('failed'), completedAt: openedAt + 5_000 });
    await this.#run('acme', { kind: 'withdraw', withdrawalId: 'w1', amount: money('20'), reference: 'back' });
    await this.#run('acme', { kind: 'adjust', adjustmentId: 'a1', amount: money('-1'), reason: 'fee' });
    const reversal = { kind: 'reverse-deposit', reversalId: 'v1', depositId: 'd1', amount: money('30') } as const;
    await this.#run('acme', { ...reversal, reason: 'bounced' });
  }

  /** Orders, and payments that none of them takes. */
  async #payIn(): Promise<void> {
    await this.#run('acme', order('o1', '100'), order('o2', '200'));
    await this.#notice('t1', 'acme/o1', '100');
    this.carriedOut.add('pay-order');
    for (const id of ['t2', 't3', 't4', 't5']) await this.#notice(id, 'acme/o9', '40');
    const cannot = { kind: 'assign', accountId: 'acme', reason: 'theirs' } as const;
    await this.#run('acme', deposit('t4', '1'));
    await this.#endings.end(toPaymentId('reference', 't2'), cannot, cause);
    await this.#endings.end(toPaymentId('reference', 't4'), cannot, cause);
    const back = { kind: 'pay-back', reason: 'nobody’s', reference: 'R-1' } as const;
    await this.#endings.end(toPaymentId('reference', 't3'), back, cause);
  }

  async #notice(transactionId: string, orderName: string, amount: string): Promise<void> {
    await this.#payments.take('reference', paid(transactionId, orderName, this.#now, { amount }), cause);
  }

  /** The orders that were not paid close; packs are bought, tried, given and taken back; every day has its bill. */
  async #nextDays(): Promise<void> {
    this.#wait(dayMs);
    for (const accountId of ['acme', 'agency', 'bank', 'bureau']) await this.#bill(accountId);
    await this.#run('agency', take('trial', 'real-person', 100, 'trial'), take('faces', 'face', 1_000_000, 'purchase'));
    await this.#run('agency', units('h1', 'app', 2), settle('h1'), units('h2', 'face-compare', 5));
    await this.#run('agency', { ...settle('h2'), quantity: 3 });
    await this.#run('acme', take('first', 'calls', 7, 'purchase'), take('second', 'calls', 7, 'purchase'));
    await this.#run('acme', take('given', 'calls', 2, 'grant'), take('tried', 'calls', 3, 'trial'));
    await this.#run('acme', { kind: 'refund-pack', packId: 'second', refundId: 'p1', amount: null, reason: null });
    await this.#run('acme', units('mixed', 'call', 3), { ...settle('mixed'), quantity: 2 });
    await this.#run('bank', { kind: 'suspend', changeId: 's1', reason: 'asked' });
    await this.#refused('bank', units('no', 'face-verify', 1), 'account_suspended');
    await this.#run('bank', { kind: 'resume', changeId: 's2', reason: 'asked' });
    await this.#run('bank', terms('t1', { priceBook: 'dcloud-legacy', statementConvention: 'last-day-next' }));
    await this.#run('bank', units('legacy', 'face-verify', 2), settle('legacy'));
    this.#wait(dayMs);
    for (const accountId of ['acme', 'agency', 'bank', 'bureau']) await this.#bill(accountId);
  }

  /** On credit: billed, in arrears, suspended, paid; and a call that could not be collected. */
  async #postpaid(): Promise<void> {
    await this.#run('late', { ...openAccount('late'), creditLimit: money('30') }, freeze('h1', '22'), settle('h1'));
    await this.#run('late', freeze('h2', '8', 60));
    const openedAt = this.#now;
    this.#wait(hourMs);
    await this.#run('late', freeze('h3', '3'), settle('h3'));
    await this.#refused('late', { ...settle('h2'), completedAt: openedAt }, 'insufficient_available_balance');
    this.#wait(dayMs);
    await this.#bill('late');
    this.#wait(dayMs + minuteMs);
    await this.#run('late', { kind: 'expire-due' });
    await this.#refused('late', freeze('h4', '1'), 'account_suspended');
    await this.#run('late', deposit('d1', '40'));
    await this.#run('late', freeze('h5', '45'));
    this.#wait(dayMs);
    await this.#bill('late');
  }

  /** The business's packs come to their end around holds that do not. */
  async #yearOfPacks(): Promise<void> {
    const bought = await this.store.driven.lanes.read('acme', ({ state }) => state.packs.get('first')?.expiresAt ?? 0);
    this.store.driven.clock.time = bought - 2_000;
    const packs = { ...units('straddles', 'call', 4), ttlSeconds: 1_800 };
    await this.#run('acme', packs, units('lost', 'call', 1));
    this.#wait(3_000);
    await this.#run('acme', { ...settle('straddles'), quantity: 1 });
    this.#wait(hourMs);
    await this.#run('acme', { ...settle('lost'), completedAt: bought - 1_000 });
    this.#wait(dayMs);
    for (const accountId of ['acme', 'agency', 'bank', 'late']) await this.#bill(accountId);
  }

  /** An account that goes, with what was left in its packs. */
  async #over(): Promise<void> {
    await this.#run('leaves', { ...openAccount('leaves'), priceBook: 'own' }, deposit('d1', '10'));
    await this.#run('leaves', take('left', 'calls', 7, 'purchase'), order('o1', '5'));
    await this.#run('leaves', { kind: 'close', changeId: 'c1', reason: 'asked', forfeitPacks: true });
    this.#wait(dayMs);
    await this.#bill('leaves');
    const { store, clock } = this.store.driven;
    const exported = { exportId: 'e1', accounts: null, from: null, until: null, events: 10, digest: '0'.repeat(64) };
    await new ExportsLog(store, clock, () => undefined).log(exported, cause);
    await this.#run('bank', units('open', 'face-verify', 2));
  }
}

const rules = { guard: new AddressGuard([]), plain: false };

const money = (text: string): ReturnType<typeof parseMoney> => parseMoney(text, 'signed');

function units(holdId: string, product: string, quantity: number): Extract<Command, { kind: 'freeze' }> {
  return { kind: 'freeze', holdId, product, quantity, amount: null, ttlSeconds: null, budget: null, metadata: null };
}

function take(packId: string, family: string, count: number, how: 'purchase' | 'grant' | 'trial'): Command {
  return { kind: 'acquire-pack', packId, family, units: count, how, reason: how === 'grant' ? 'goodwill' : null };
}

function terms(changeId: string, change: RequestedTerms): Command {
  return { kind: 'change-terms', changeId, reason: 'a new contract', asked: change };
}
