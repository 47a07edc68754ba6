import {
  type AccountEvent,
  type AcquirePack,
  bounds,
  type BudgetPeriod,
  budgetView,
  type Command,
  decideAndCarryOut,
  type Decision,
  evolve,
  formatMoney,
  type Freeze,
  type IdempotencyIndex,
  initialState,
  type IssueBill,
  type Money,
  nextUnbilled,
  nothingOlder,
  type OpenAccount,
  type OpenOrder,
  parseMoney,
  type PayOrder,
  type PriceBook,
  PriceBookCatalog,
  type RequestedTerms,
  restoreState,
  type Settle,
  shippedPriceBooks,
  sweep,
  writeSnapshot,
  type ZoneDatabase,
} from '#domain';
import { knownFromEvents } from './known-from-events.ts';
import { testZones } from './zones.ts';

/** Two books that are not shipped: a table that rises, a product billed by match, and one without an agreed price. */
export const testBooks: readonly PriceBook[] = [
  ...shippedPriceBooks,
  {
    name: 'test',
    version: 1,
    currency: 'CNY',
    products: {
      'first-ten-free': {
        counter: 'free',
        basis: 'completed',
        credentialSeconds: null,
        packFamily: null,
        steps: [
          { upTo: 10, price: '0' },
          { upTo: null, price: '1' },
        ],
      },
      'by-match': {
        counter: 'match',
        basis: 'match',
        credentialSeconds: null,
        packFamily: null,
        steps: [{ upTo: null, price: '2' }],
      },
      // Dear, free, highest, cheap, dear again; on the counter of its own.
      zigzag: {
        counter: 'zigzag',
        basis: 'completed',
        credentialSeconds: null,
        packFamily: null,
        steps: [
          { upTo: 3, price: '2' },
          { upTo: 7, price: '0' },
          { upTo: 12, price: '5' },
          { upTo: 20, price: '1' },
          { upTo: null, price: '3' },
        ],
      },
      // Another table on the counter of `first-ten-free`.
      'flat-on-free': {
        counter: 'free',
        basis: 'completed',
        credentialSeconds: null,
        packFamily: null,
        steps: [{ upTo: null, price: '0.3' }],
      },
      gratis: {
        counter: 'gratis',
        basis: 'completed',
        credentialSeconds: null,
        packFamily: null,
        steps: [{ upTo: null, price: '0' }],
      },
      // Two products that the packs of one family pay for, and one that only its matches take from.
      call: {
        counter: 'call',
        basis: 'completed',
        credentialSeconds: null,
        packFamily: 'calls',
        steps: [
          { upTo: 5, price: '2' },
          { upTo: null, price: '1.5' },
        ],
      },
      'dear-call': {
        counter: 'call',
        basis: 'completed',
        credentialSeconds: null,
        packFamily: 'calls',
        steps: [{ upTo: null, price: '7' }],
      },
      'matched-call': {
        counter: 'matched-call',
        basis: 'match',
        credentialSeconds: null,
        packFamily: 'calls',
        steps: [{ upTo: null, price: '1' }],
      },
      negotiated: { counter: 'negotiated', basis: 'completed', credentialSeconds: null, packFamily: null, steps: null },
    },
    packs: {
      calls: [
        { units: 2, price: '0', trial: true },
        // Of prices that their units do not divide.
        { units: 3, price: '10', trial: false },
        { units: 7, price: '0.00000003', trial: false },
        { units: 100, price: '100', trial: false },
      ],
    },
  },
];

export const start = Date.UTC(2026, 0, 29, 4);

/** Evidence as a gateway sends it. */
export const evidence = { digest: `sha256:${'0'.repeat(64)}` } as const;

/** One account in memory: sends commands as a lane would, sweep first, and keeps every event. */
export class AccountDriver {
  state = initialState();
  readonly events: AccountEvent[] = [];
  books = new PriceBookCatalog(testBooks);
  now = start;
  /** Null: the wall clock says `now`. */
  wallClock: number | null = null;
  operator = false;
  known: IdempotencyIndex = nothingOlder;
  zones: ZoneDatabase = testZones;

  send(command: Command): Decision {
    this.events.push(...sweep(this.state, this.now, Number.POSITIVE_INFINITY));
    const { decision, events } = decideAndCarryOut(this.state, command, {
      now: this.now,
      wallClock: this.wallClock ?? this.now,
      operator: this.operator,
      priceBooks: this.books,
      known: this.known,
      zones: this.zones,
    });
    this.events.push(...events);
    return decision;
  }

  open(change: Partial<OpenAccount> = {}): Decision {
    return this.send({
      kind: 'open-account',
      accountId: 'acme',
      currency: null,
      timeZone: null,
      agreementStart: null,
      priceBook: null,
      creditLimit: null,
      limits: { openHolds: null, frozen: null, dailySpend: null },
      metadata: null,
      ...change,
    });
  }

  deposit(depositId: string, amount: string, reference: string | null = null): Decision {
    return this.send({ kind: 'deposit', depositId, amount: parseMoney(amount), reference });
  }

  withdraw(withdrawalId: string, amount: string, reference: string | null = null): Decision {
    return this.send({ kind: 'withdraw', withdrawalId, amount: parseMoney(amount), reference });
  }

  adjust(adjustmentId: string, amount: string, reason = 'goodwill'): Decision {
    return this.send({ kind: 'adjust', adjustmentId, amount: parseMoney(amount, 'signed'), reason });
  }

  expireDue(): Decision {
    return this.send({ kind: 'expire-due' });
  }

  /** The id index has caught up, but for the newest `behind` events: the account's state forgets what the index has. */
  forget(behind = 0): void {
    const indexed = this.events.length - behind;
    this.state.undo.commit();
    this.state.recentIds.forget(indexed - 1);
    this.known = knownFromEvents(this.events.slice(0, indexed));
  }

  /** The process starts again from a snapshot; so the id index has caught up. */
  restart(): void {
    this.forget();
    const restored = restoreState(writeSnapshot(this.state));
    if (restored === undefined) throw new RangeError('a snapshot is of this version of the fold');
    this.state = restored;
  }

  freeze(holdId: string, change: Partial<Omit<Freeze, 'amount'>> & { amount?: string | null } = {}): Decision {
    const { amount = null, ...rest } = change;
    const plain = amount === null ? null : parseMoney(amount);
    const product = plain === null ? 'face-verify' : null;
    const command = { product, quantity: null, ttlSeconds: null, budget: null, metadata: null, ...rest };
    return this.send({ kind: 'freeze', holdId, amount: plain, ...command });
  }

  settle(holdId: string, change: Partial<Omit<Settle, 'amount'>> & { amount?: string | null } = {}): Decision {
    const { amount = null, ...rest } = change;
    const command = { outcome: 'match', quantity: null, completedAt: null, evidence: null, ...rest } as const;
    return this.send({ kind: 'settle', holdId, amount: amount === null ? null : parseMoney(amount), ...command });
  }

  fail(holdId: string, attemptId: string, reason = 'camera broke'): Decision {
    return this.send({ kind: 'fail', holdId, attemptId, reason });
  }

  release(holdId: string, reason = 'no credential'): Decision {
    return this.send({ kind: 'release', holdId, reason });
  }

  refund(refundId: string, holdId: string, amount: string, reason = 'blurred'): Decision {
    return this.send({ kind: 'refund', refundId, holdId, amount: parseMoney(amount), reason });
  }

  /** @param amount null: all that is left of the deposit. */
  reverse(reversalId: string, depositId: string, amount: string | null = null, reason = 'bounced'): Decision {
    const part = amount === null ? null : parseMoney(amount);
    return this.send({ kind: 'reverse-deposit', reversalId, depositId, amount: part, reason });
  }

  order(orderId: string, amount: string, change: Partial<Omit<OpenOrder, 'kind' | 'amount'>> = {}): Decision {
    const command = { channel: 'reference', payer: null, channelKnown: true, ...change };
    return this.send({ kind: 'open-order', orderId, amount: parseMoney(amount), ...command });
  }

  /** Word from the channel of an order; it was paid now, unless told. */
  word(orderId: string, amount: string, change: Partial<Omit<PayOrder, 'kind' | 'amount'>> = {}): Decision {
    const command = { channel: 'reference', transactionId: 't1', currency: 'CNY', paidAt: this.now, ...change };
    return this.send({ kind: 'pay-order', orderId, amount: parseMoney(amount), ...command });
  }

  acquirePack(packId: string, change: Partial<AcquirePack> = {}): Decision {
    const command = { family: 'calls', units: 3, how: 'purchase', reason: null, ...change } as const;
    return this.send({ kind: 'acquire-pack', packId, ...command });
  }

  refundPack(packId: string, refundId: string, amount: string | null = null, reason: string | null = null): Decision {
    const asked = amount === null ? null : parseMoney(amount);
    return this.send({ kind: 'refund-pack', packId, refundId, amount: asked, reason });
  }

  close(changeId: string, forfeitPacks: boolean | null = null): Decision {
    return this.send({ kind: 'close', changeId, reason: 'because', forfeitPacks });
  }

  /** As it could be closed once: while a hold that was released could still be settled late. */
  closedWithReleased(changeId: string): void {
    const data = { at: this.now, changeId, reason: 'because', forfeitPacks: false, forfeited: null };
    this.events.push({ type: 'account-closed.v1', data });
    evolve(this.state, { type: 'account-closed.v1', data });
  }

  terms(changeId: string, asked: RequestedTerms, reason = 'a new contract'): Decision {
    return this.send({ kind: 'change-terms', changeId, reason, asked });
  }

  status(kind: 'suspend' | 'resume' | 'close', changeId: string, reason = 'because'): Decision {
    return this.send({ kind, changeId, reason });
  }

  budget(name: string, limit: string, period: BudgetPeriod = 'day', reason = 'because'): Decision {
    return this.send({ kind: 'set-budget', name, limit: parseMoney(limit), period, reason });
  }

  /** `used` and `left` of a budget at this moment, as texts; undefined if there is none. */
  used(name: string): string | undefined {
    const budget = this.state.budgets.get(name);
    if (budget === undefined) return undefined;
    const { used, left } = budgetView(budget, this.now);
    return `${used} ${left}`;
  }

  /** As the ledger issues a bill: what is due happens first, then the day's last event is looked up. */
  bill(date: string, change: Partial<Omit<IssueBill, 'kind' | 'date'>> = {}): Decision {
    this.expireDue();
    const { summary } = this.state;
    const lastRevision = nextUnbilled(summary.days, summary, this.now)?.lastRevision ?? 0;
    return this.send({ kind: 'issue-bill', date, lastRevision, chainHash: 'ab'.repeat(32), ...change });
  }

  /** A pack's `remaining reserved consumed forfeited refunded`. */
  pack(packId: string): string {
    const pack = this.state.packs.get(packId);
    if (pack === undefined) return 'none';
    const { remaining, reserved, consumed, forfeited, refunded } = pack;
    return [remaining, reserved, consumed, forfeited, refunded].join(' ');
  }

  /** `available frozen settled`, as texts. */
  get money(): string {
    const { available, frozen, settled } = this.state.summary.balance;
    return [available, frozen, settled].map(formatMoney).join(' ');
  }
}

/** An amount as a command carries it. */
export function money(text: string): Money {
  return parseMoney(text, 'signed');
}

/** What a decision comes to, in a word: `accepted`, `replayed`, or the refusal's code (and field). */
export function said(decision: Decision): string {
  if (decision.kind !== 'refused') return decision.kind;
  const { code, field } = decision.refusal;
  return field === undefined ? code : `${code} ${field}`;
}

/** An account on a book with money. */
export function opened(money = '100', change: Partial<OpenAccount> = {}): AccountDriver {
  const account = new AccountDriver();
  account.open({ priceBook: 'dcloud-2023', ...change });
  if (money !== '0') account.deposit('d0', money);
  return account;
}

export const { attemptsMax } = bounds;
