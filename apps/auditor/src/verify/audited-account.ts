import {
  AccountAudit,
  type AccountEvent,
  type AccountState,
  type Balance,
  computeUsed,
  contains,
  evolve,
  formatMoney,
  initialState,
  type Money,
  type PriceBooks,
} from '#domain';
import type { FindingKind } from '../finding.ts';
import type { UsedIdTable } from './used-ids.ts';

const balanceParts = ['available', 'frozen', 'settled', 'packs', 'deposited', 'credited', 'withdrawn'] as const;

/** One account on its way through the audit: its own figures, and the domain model's fold beside them. */
export class AuditedAccount {
  readonly audit: AccountAudit;
  /** Of the last event; -1 before the first. */
  revision = -1;
  /** An event is missing or cannot be read: nothing after it is held against the account. */
  stopped = false;
  #state: AccountState | undefined = initialState();

  constructor(stream: string, accountId: string, ids: UsedIdTable, priceBooks: PriceBooks) {
    const own = { use: (key: string) => ids.use(stream, key), has: (key: string) => ids.has(stream, key) };
    this.audit = new AccountAudit(accountId, own, priceBooks);
  }

  /** What the domain model's fold comes to; undefined if it refused an event. */
  get state(): AccountState | undefined {
    return this.#state;
  }

  follow(
    event: AccountEvent,
    { revision, hash }: { readonly revision: number; readonly hash: string },
    report: (kind: FindingKind, detail: string) => void,
  ): void {
    this.revision = revision;
    const violations = this.audit.follow(event, revision, hash);
    for (const { kind, detail } of violations) report(kind, detail);
    this.#fold(event, violations.length > 0, report);
  }

  #fold(event: AccountEvent, explained: boolean, report: (kind: FindingKind, detail: string) => void): void {
    const state = this.#state;
    if (state === undefined) return;
    try {
      evolve(state, event);
      state.undo.commit();
      state.recentIds.forget(state.summary.revision);
    } catch (error) {
      this.#state = undefined;
      if (!explained) report('fold-refuses', String(error));
      return;
    }
    const { balance } = state.summary;
    const part = balanceParts.find((name) => balance[name] !== this.audit.balance[name]);
    const figures = (name: keyof Balance): string =>
      `${name} is ${formatMoney(balance[name])}, by the events ${formatMoney(this.audit.balance[name])}`;
    const difference = part === undefined ? this.#spendDifference(state, event) : figures(part);
    if (difference === undefined) return;
    this.#state = undefined;
    if (!explained) report('fold-differs', difference);
  }

  /** What guards and budgets count, where the event may have changed it; undefined if both count the same. */
  #spendDifference(state: AccountState, event: AccountEvent): string | undefined {
    const { spend } = this.audit;
    const { at } = event.data;
    const daily = state.summary.spend;
    const spent = daily !== null && contains(daily.day, at) ? daily.amount : 0n;
    if (spent !== spend.dailySpend(at)) return `spent on the day is ${String(spent)} in units of the last place`;
    const name = spend.lastBudget;
    const budget = name === undefined ? undefined : state.budgets.get(name);
    const used = name === undefined ? undefined : spend.used(name, at);
    if ((budget === undefined ? undefined : computeUsed(budget, at)) === used) return undefined;
    return `used of the budget ${name ?? ''} is otherwise by the events: ${formatMoney((used ?? 0n) as Money)}`;
  }
}
