import { type AccountEvent, type Balance, evolve, initialState, type PriceStep } from '#domain';
import type { Violation } from './log-checker.ts';
import type { NaiveCommand } from './naive-commands.ts';
import { NaiveLedger } from './naive-ledger.ts';

const parts = ['available', 'frozen', 'settled', 'deposited', 'credited', 'withdrawn'] as const;

/** Tells the naive model what the events say was asked for, and compares what it makes of that. */
export class NaiveReplay {
  readonly #errors: Violation[] = [];

  /** What the model would not have done, or would have done otherwise. */
  findErrors(events: readonly AccountEvent[]): readonly Violation[] {
    const [opening, ...others] = events;
    if (opening?.type !== 'account-opened.v1') return events.length === 0 ? [] : [{ kind: 'not-opened', detail: '' }];
    const { at, priceBook, agreementStart, creditLimit, limits } = opening.data;
    const book = priceBook?.split('@')[0] ?? null;
    const { openHolds, frozen, dailySpend } = limits;
    const model = new NaiveLedger({ book, agreementStart, creditLimit, openHolds, frozen, dailySpend }, at);
    const state = initialState();
    evolve(state, opening);
    for (const [index, event] of others.entries()) {
      const revision = index + 1;
      if (!this.#follow(model, event, revision)) return this.#errors;
      try {
        evolve(state, event);
      } catch (error) {
        this.#report(revision, String(error));
        return this.#errors;
      }
      // The model lets expire at once what the log lets expire event by event.
      if (others[index + 1]?.type !== 'hold-expired.v1') this.#compare(model, state.summary.balance, revision);
    }
    return this.#errors;
  }

  #follow(model: NaiveLedger, event: AccountEvent, revision: number): boolean {
    const { at } = event.data;
    if (event.type === 'hold-expired.v1') {
      model.sweep(at);
      const hold = model.holds.find(({ id }) => id === event.data.holdId);
      if (hold?.ended === 'expired' && hold.expiresAt === at) return true;
      this.#report(revision, `hold ${event.data.holdId} does not expire then`);
      return false;
    }
    const command = toCommand(event);
    if (command === undefined) return true;
    const answer = model.send(command, at, true);
    if (answer === (event.type === 'charge-uncollected.v1' ? 'insufficient_available_balance' : 'accepted'))
      return true;
    this.#report(revision, `${event.type} is ${answer} to the model`);
    return false;
  }

  #compare(model: NaiveLedger, balance: Balance, revision: number): void {
    const figures = model.balance;
    const other = parts.find((part) => figures[part] !== balance[part]);
    if (other === undefined) return;
    this.#report(revision, `${other} is ${String(figures[other])} to the model, ${String(balance[other])} to the fold`);
  }

  #report(revision: number, detail: string): void {
    this.#errors.push({ kind: 'model-differs', detail: `${String(revision)}: ${detail}` });
  }
}

/** What must have been asked for; undefined for what the model has no word for. */
function toCommand(event: AccountEvent): NaiveCommand | undefined {
  switch (event.type) {
    case 'funds-deposited.v1':
      return { kind: 'deposit', id: event.data.depositId, amount: event.data.amount, text: event.data.reference };
    case 'funds-withdrawn.v1':
      return { kind: 'withdraw', id: event.data.withdrawalId, amount: event.data.amount, text: event.data.reference };
    case 'balance-adjusted.v1':
      return { kind: 'adjust', id: event.data.adjustmentId, amount: event.data.amount, text: event.data.reason };
    case 'funds-frozen.v1': {
      const { at, holdId: id, product, quantity, amount, expiresAt, budget, metadata } = event.data;
      const ttlSeconds = (expiresAt - at) / 1_000;
      const plain = product === null ? amount : null;
      return { kind: 'freeze', id, product, quantity, amount: plain, ttlSeconds, budget, metadata };
    }
    case 'hold-settled.v1':
    case 'hold-settled-late.v1':
    case 'charge-uncollected.v1': {
      const { holdId: id, outcome, quantity, completedAt, amount } = event.data;
      return { kind: 'settle', id, outcome, amount: quantity === null ? amount : null, quantity, completedAt };
    }
    case 'hold-released.v1': {
      const { holdId: id, reason, completion } = event.data;
      if (completion === null) return { kind: 'release', id, reason };
      const { outcome, quantity, completedAt } = completion;
      return { kind: 'settle', id, outcome, amount: null, quantity, completedAt };
    }
    case 'charge-refunded.v1': {
      const { holdId: id, refundId: refund, amount, reason } = event.data;
      return { kind: 'refund', id, refund, amount, reason };
    }
    case 'deposit-reversed.v1': {
      const { depositId: id, reversalId: reversal, amount, reason } = event.data;
      return { kind: 'reverse', id, reversal, amount, reason };
    }
    case 'terms-changed.v1': {
      const { changeId: id, reason, requested: asked } = event.data;
      const overrides = asked.overrides && Object.fromEntries(Object.entries(asked.overrides).map(naiveOverride));
      return {
        kind: 'terms',
        id,
        reason,
        ...(asked.priceBook !== undefined && { book: asked.priceBook?.split('@')[0] ?? null }),
        ...(overrides !== undefined && { overrides }),
        ...(asked.creditLimit !== undefined && { creditLimit: asked.creditLimit }),
        ...(asked.limits?.dailySpend !== undefined && { dailySpend: asked.limits.dailySpend }),
      };
    }
    case 'call-failed.v1':
      return { kind: 'fail', id: event.data.holdId, attempt: event.data.attemptId, reason: event.data.reason };
    case 'budget-set.v1':
      return { kind: 'set-budget', ...event.data };
    default:
      return undefined;
  }
}

function naiveOverride([product, steps]: [string, readonly PriceStep[] | null]): [
  string,
  readonly (readonly [number, string])[] | null,
] {
  return [product, steps && steps.map(({ upTo, price }) => [upTo ?? Number.POSITIVE_INFINITY, price] as const)];
}
