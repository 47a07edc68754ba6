import type { Violation, ViolationKind } from '../core/violation.ts';
import { formatMoney, type Money, parseMoney } from '../kernel/money.ts';
import type { PackUnits } from '../packs/events.ts';
import { checkLines } from '../pricing/audit-prices.ts';
import type { PriceLine } from '../pricing/tiers.ts';
import { counterKey } from '../pricing/units-charged.ts';
import { type AuditedHold, sumUnits } from './audited-hold.ts';
import type { Completion } from './events.ts';

/** What a settle or a late settle says was charged. */
interface Charged extends Completion {
  readonly amount: string;
  readonly lines: readonly PriceLine[] | null;
  readonly packs: readonly PackUnits[] | null;
}

/** What holds are charged, in time or late, and how many units that makes by agreement year and counter. */
export class ChargesAudit {
  readonly #unitsCharged = new Map<string, number>();
  readonly #violations: Violation[];

  /** @param violations takes what is found. */
  constructor(violations: Violation[]) {
    this.#violations = violations;
  }

  unitsCharged(year: string, counter: string): number {
    return this.#unitsCharged.get(counterKey(year, counter)) ?? 0;
  }

  /** A charge stays below `most`, and takes the next tier positions of the hold's own table, year and counter. */
  check(holdId: string, hold: AuditedHold, charged: Charged, most: Money): void {
    const { lines, quantity, outcome } = charged;
    const amount = parseMoney(charged.amount);
    if (amount > most) {
      this.#report('charged-above-hold', `hold ${holdId}: ${charged.amount} is above ${formatMoney(most)}`);
    }
    const { priced } = hold;
    if (priced === null) {
      if (lines !== null || quantity !== null) this.#report('quantity-wrong', `hold ${holdId} has no units`);
      return;
    }
    if (priced.basis === 'match' && outcome === 'mismatch')
      this.#report('charged-not-billable', `hold ${holdId} bills matches only`);
    if (quantity === null || lines === null || quantity < 1 || quantity > priced.quantity) {
      this.#report(
        'quantity-wrong',
        `hold ${holdId} is charged for 1 to ${String(priced.quantity)} units, line by line`,
      );
      return;
    }
    const before = this.unitsCharged(priced.year, priced.counter);
    const inMoney = quantity - sumUnits(charged.packs);
    this.#unitsCharged.set(counterKey(priced.year, priced.counter), before + inMoney);
    // An unknown table was told when the hold was opened.
    if (priced.table === undefined) return;
    const error = checkLines(priced.table, lines, before, inMoney, amount);
    if (error !== undefined) this.#report(error.kind, `hold ${holdId}: ${error.detail}`);
  }

  #report(kind: ViolationKind, detail: string): void {
    this.#violations.push({ kind, detail });
  }
}
