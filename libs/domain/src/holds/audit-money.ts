import type { AccountEventData, EventOf } from '../core/events.ts';
import { negated, parseMoney } from '../kernel/money.ts';
import type { AgreedPrices } from '../terms/audit.ts';
import { boundFault, deadlineFault, yearFault } from './audited-hold.ts';
import type { Breach } from '../core/violation.ts';
import { add, type Figures } from '../core/audit-figures.ts';
import type { HoldsAudit } from './audit.ts';
import type { PacksAudit } from '../packs/audit.ts';
import type { SpendAudit } from '../budgets/audit.ts';

/** The parts of an account that a hold moves. */
interface Moved {
  readonly balance: Figures;
  readonly holds: HoldsAudit;
  readonly packs: PacksAudit;
  readonly spend: SpendAudit;
}

/** What the events of holds do to an account together: to its balance, its packs, and what its guards count. */
export class HoldMoney {
  readonly #account: Moved;
  readonly #prices: AgreedPrices;
  readonly #breaches: Breach[];

  /** @param breaches takes what is found. */
  constructor(account: Moved, prices: AgreedPrices, breaches: Breach[]) {
    this.#account = account;
    this.#prices = prices;
    this.#breaches = breaches;
  }

  freeze(opening: AccountEventData['funds-frozen.v2'], revision: number, suspended: boolean): void {
    const { balance, holds, packs, spend } = this.#account;
    const { pricing } = opening;
    const hold = holds.freeze(opening, revision);
    packs.reserve(opening);
    if (suspended) this.#note({ kind: 'freeze-while-suspended', detail: `hold ${opening.holdId}` });
    this.#note(deadlineFault(opening));
    const charged = pricing === null ? 0 : holds.unitsCharged(pricing.year, pricing.counter);
    this.#note(boundFault(opening, hold, this.#prices, charged));
    this.#note(yearFault(opening, spend.calendar));
    add(balance, { available: negated(hold.amount), frozen: hold.amount });
    if (hold.amount > 0n) this.#note(this.#prices.creditFault(balance, `a freeze of ${opening.amount}`));
    const now = { openHolds: holds.open.size, frozen: balance.frozen };
    this.#breaches.push(...spend.freeze(hold, this.#prices.limits, now));
  }

  /** The figures move as the event states them: if it states them wrong, the equation shows it. */
  end(event: EventOf<'hold-settled.v2'> | EventOf<'hold-released.v2'> | EventOf<'hold-expired.v2'>): void {
    const { balance, holds, packs: packed, spend } = this.#account;
    if (event.type === 'hold-settled.v2') {
      const hold = holds.settle(event.data);
      if (hold === undefined) return;
      const { at, holdId, quantity, amount, returned, packs, forfeited } = event.data;
      packed.end(holdId, hold, quantity ?? 0, { at, consumed: packs ?? [], forfeited: forfeited ?? [] });
      add(balance, { available: parseMoney(returned), frozen: negated(hold.amount), settled: parseMoney(amount) });
      spend.change(hold, parseMoney(amount) - hold.amount);
      return;
    }
    const hold = event.type === 'hold-released.v2' ? holds.release(event.data) : holds.expire(event.data);
    if (hold === undefined) return;
    const { at, holdId, forfeited } = event.data;
    packed.end(holdId, hold, 0, { at, consumed: [], forfeited: forfeited ?? [] });
    add(balance, { available: parseMoney(event.data.amount), frozen: negated(hold.amount) });
    spend.change(hold, negated(hold.amount));
  }

  settleLate(late: AccountEventData['hold-settled-late.v2']): void {
    const { balance, holds, packs, spend } = this.#account;
    const ended = holds.late.settle(late);
    if (ended === undefined) return;
    packs.settleLate(late.holdId, ended.hold, ended.forfeited, late.quantity ?? 0, late.packs ?? []);
    const amount = parseMoney(late.amount);
    add(balance, { available: negated(amount), settled: amount });
    spend.change(late.hold, amount);
    if (amount > 0n) this.#note(this.#prices.creditFault(balance, `a late settle of ${late.amount}`));
  }

  #note(breach: Breach | undefined): void {
    if (breach !== undefined) this.#breaches.push(breach);
  }
}
