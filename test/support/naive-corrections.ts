import type { Moved, NaiveCommand } from './naive-commands.ts';
import type { NaiveHold } from './naive-ledger.ts';
import { sum, type Units, units } from './naive-prices.ts';

/*
 * The rules of refunds and reversals, told a second time: see naive-ledger.ts.
 */

type Naive<Kind extends NaiveCommand['kind']> = Extract<NaiveCommand, { kind: Kind }>;

export class NaiveCorrections {
  readonly #refunds: {
    readonly id: string;
    readonly hold: NaiveHold;
    readonly amount: Units;
    readonly reason: string;
  }[] = [];
  readonly #reversals: {
    readonly id: string;
    readonly deposit: string;
    readonly amount: Units;
    readonly reason: string;
  }[] = [];

  /** Of all charges. */
  get refunded(): Units {
    return sum(this.#refunds.map((refund) => refund.amount));
  }

  /** Of all deposits. */
  get reversed(): Units {
    return sum(this.#reversals.map((reversal) => reversal.amount));
  }

  sumRefunds(hold: NaiveHold): Units {
    return sum(this.#refunds.filter((refund) => refund.hold === hold).map((refund) => refund.amount));
  }

  refund(command: Naive<'refund'>, hold: NaiveHold | undefined, closed: boolean): string {
    if (hold === undefined) return 'hold_not_found';
    const amount = units(command.amount);
    const before = this.#refunds.find((refund) => refund.id === command.refund);
    if (before !== undefined) {
      if (before.hold !== hold) return 'idempotency_conflict holdId';
      if (before.amount !== amount) return 'idempotency_conflict amount';
      return before.reason === command.reason ? 'replayed' : 'idempotency_conflict reason';
    }
    if (closed) return 'account_closed';
    if (this.sumRefunds(hold) + amount > (hold.settlement?.charged ?? 0n)) return 'refund_exceeds_charge amount';
    this.#refunds.push({ id: command.refund, hold, amount, reason: command.reason });
    return 'accepted';
  }

  reverse(command: Naive<'reverse'>, deposit: Moved | undefined, closed: boolean): string {
    if (deposit === undefined) return 'deposit_not_found';
    const earlier = this.#reversals.filter((reversal) => reversal.deposit === command.id);
    const left = deposit.amount - sum(earlier.map((reversal) => reversal.amount));
    const before = this.#reversals.find((reversal) => reversal.id === command.reversal);
    if (before !== undefined) {
      if (before.deposit !== command.id) return 'idempotency_conflict depositId';
      const upTo = earlier.slice(0, earlier.indexOf(before));
      const leftThen = deposit.amount - sum(upTo.map((reversal) => reversal.amount));
      const amount = command.amount === null ? leftThen : units(command.amount);
      if (amount !== before.amount) return 'idempotency_conflict amount';
      return before.reason === command.reason ? 'replayed' : 'idempotency_conflict reason';
    }
    if (closed) return 'account_closed';
    const amount = command.amount === null ? left : units(command.amount);
    if (amount > left || amount === 0n) return 'reversal_exceeds_deposit amount';
    this.#reversals.push({ id: command.reversal, deposit: command.id, amount, reason: command.reason });
    return 'accepted';
  }
}
