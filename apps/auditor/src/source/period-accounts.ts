import { type AccountEvent, formatMoney, type Money, parseMoney, plus, postings, zero } from '#domain';
import type { Head } from '#proofs';

/** What an account has, as texts. */
export interface Funds {
  readonly available: string;
  readonly frozen: string;
}

/** The last event of a stream before a period, and what its account had come to with it. */
export interface StreamStart extends Head, Funds {}

/** What accounts have, added up from the postings of their events alone. */
export class PeriodAccounts {
  readonly #funds = new Map<string, { available: Money; frozen: Money }>();

  start({ stream, available, frozen }: StreamStart): void {
    this.#funds.set(stream, { available: parseMoney(available, 'signed'), frozen: parseMoney(frozen, 'signed') });
  }

  post(stream: string, event: AccountEvent): void {
    const funds = this.#funds.get(stream) ?? { available: zero, frozen: zero };
    for (const { account, amount } of postings(event)) {
      if (account === 'customer:available') funds.available = plus(funds.available, amount);
      if (account === 'customer:frozen') funds.frozen = plus(funds.frozen, amount);
    }
    this.#funds.set(stream, funds);
  }

  of(stream: string): Funds {
    const { available, frozen } = this.#funds.get(stream) ?? { available: zero, frozen: zero };
    return { available: formatMoney(available), frozen: formatMoney(frozen) };
  }
}
