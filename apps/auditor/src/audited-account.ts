import {
  AccountAudit,
  evolve,
  formatMoney,
  initialState,
  type AccountEvent,
  type AccountState,
  type PriceBooks,
} from '#ledger';
import type { FindingKind } from './finding.ts';
import type { UsedIdTable } from './used-ids.ts';

const balanceParts = ['available', 'frozen', 'settled', 'packs', 'deposited', 'credited', 'withdrawn'] as const;

/** One account on its way through the audit: its own figures, and the rulebook's fold beside them. */
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

  /** What the rulebook's fold comes to; undefined if it refused an event. */
  get state(): AccountState | undefined {
    return this.#state;
  }

  follow(event: AccountEvent, revision: number, say: (kind: FindingKind, detail: string) => void): void {
    this.revision = revision;
    const breaches = this.audit.follow(event, revision);
    for (const { kind, detail } of breaches) say(kind, detail);
    this.#fold(event, breaches.length > 0, say);
  }

  #fold(event: AccountEvent, explained: boolean, say: (kind: FindingKind, detail: string) => void): void {
    const state = this.#state;
    if (state === undefined) return;
    try {
      evolve(state, event);
      state.undo.commit();
      state.past.forget(state.standing.revision);
    } catch (error) {
      this.#state = undefined;
      if (!explained) say('fold-refuses', String(error));
      return;
    }
    const { balance } = state.standing;
    const part = balanceParts.find((name) => balance[name] !== this.audit.balance[name]);
    if (part === undefined) return;
    this.#state = undefined;
    const figures = `${formatMoney(balance[part])}, by the events ${formatMoney(this.audit.balance[part])}`;
    if (!explained) say('fold-differs', `${part} is ${figures}`);
  }
}
