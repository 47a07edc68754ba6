import { bounds, notBillable } from '../commands.ts';
import type { AccountEventData, Completion, PackUnits, PriceLine } from '../events.ts';
import { lateWindowMs } from '../late-window.ts';
import { formatMoney, parseMoney, type Money } from '../money.ts';
import { counterKey } from '../state.ts';
import type { AgreedPrices } from './agreed-prices.ts';
import { auditedHold, unitsOf, windowFaults, type AuditedHold, type EndedUnused } from './audited-hold.ts';
import type { Breach, BreachKind } from './breach.ts';
import { faultInLines } from './unit-prices.ts';
import { holdKey, type UsedIds } from './used-ids.ts';

/** Ended holds are looked through for such as can be forgotten when there are this many, then at each doubling. */
const endedKeptMin = 1_024;

/** What a settle or a late settle says was charged. */
interface Charged extends Completion {
  readonly amount: string;
  readonly lines: readonly PriceLine[] | null;
  readonly packs: readonly PackUnits[] | null;
}

/**
 * The life of every hold of one account, told by its events alone. Keeps the open holds, and those that ended unused
 * until they can no longer be charged late; of all others nothing.
 */
export class HoldsAudit {
  readonly open = new Map<string, AuditedHold>();
  readonly endedUnused = new Map<string, EndedUnused>();
  readonly #unitsCharged = new Map<string, number>();
  readonly #ids: UsedIds;
  readonly #prices: AgreedPrices;
  readonly #breaches: Breach[];
  #endedKeptMax = endedKeptMin;
  #lastExpiry: { readonly at: number; readonly order: number } | undefined;
  /** Time of the last event that is not an expiry. */
  #lastCommandAt = 0;

  /** @param breaches takes what is found. */
  constructor(ids: UsedIds, prices: AgreedPrices, breaches: Breach[]) {
    this.#ids = ids;
    this.#prices = prices;
    this.#breaches = breaches;
  }

  unitsCharged(year: string, counter: string): number {
    return this.#unitsCharged.get(counterKey(year, counter)) ?? 0;
  }

  /** Something else than an expiry happened. */
  commandAt(at: number): void {
    this.#lastCommandAt = at;
  }

  freeze(opening: AccountEventData['funds-frozen.v2'], order: number): AuditedHold {
    const hold = auditedHold(opening, order, this.#prices);
    this.open.set(opening.holdId, hold);
    return hold;
  }

  fail({ at, holdId, attemptId }: AccountEventData['call-failed.v1']): void {
    const hold = this.#openHold(holdId);
    if (hold === undefined) return;
    if (at >= hold.expiresAt) this.#say('ended-after-deadline', `a call on ${holdId} failed at or after its deadline`);
    hold.attempts ??= new Set();
    if (hold.attempts.has(attemptId)) this.#say('id-used-twice', `attempt ${attemptId} of hold ${holdId}`);
    hold.attempts.add(attemptId);
    if (hold.attempts.size > bounds.attemptsMax) {
      this.#say('too-many-attempts', `${String(hold.attempts.size)} calls on hold ${holdId} failed`);
    }
  }

  /** Ends the hold; undefined if it cannot be ended. */
  settle(settled: AccountEventData['hold-settled.v2']): AuditedHold | undefined {
    const { at, holdId } = settled;
    const hold = this.#end(holdId);
    if (hold === undefined) return undefined;
    if (at >= hold.expiresAt) this.#say('ended-after-deadline', `hold ${holdId} was settled at or after its deadline`);
    this.#checkCharge(holdId, hold, settled, hold.amount);
    if (parseMoney(settled.returned) !== hold.amount - parseMoney(settled.amount)) {
      this.#say('returned-wrong', `hold ${holdId} of ${formatMoney(hold.amount)} gave back ${settled.returned}`);
    }
    return hold;
  }

  release(released: AccountEventData['hold-released.v2']): AuditedHold | undefined {
    const { at, holdId, reason, completion } = released;
    const hold = this.#endUnused(released, 'released', reason === notBillable);
    if (hold === undefined) return undefined;
    if (at >= hold.expiresAt) this.#say('ended-after-deadline', `hold ${holdId} was released at or after its deadline`);
    const nothingToBill = hold.priced?.basis === 'match' && completion?.outcome === 'mismatch';
    if ((reason === notBillable || completion !== null) && !(nothingToBill && reason === notBillable)) {
      this.#say('charged-not-billable', `hold ${holdId} was released as if there were nothing to bill`);
    }
    return hold;
  }

  expire(expired: AccountEventData['hold-expired.v2']): AuditedHold | undefined {
    const { at, holdId } = expired;
    const hold = this.#endUnused(expired, 'expired', false);
    if (hold === undefined) return undefined;
    if (at !== hold.expiresAt) {
      const off = `${String(at - hold.expiresAt)} ms after its deadline`;
      this.#say('expired-off-deadline', `hold ${holdId} expired ${off}`);
    }
    const last = this.#lastExpiry;
    if (last?.at === at && last.order > hold.order) {
      this.#say('expiry-out-of-order', `hold ${holdId} was opened before another that expired at the same time`);
    }
    this.#lastExpiry = { at, order: hold.order };
    // What is due at a moment happens before what is asked for at that moment.
    if (this.#lastCommandAt >= hold.expiresAt && hold.openedAt < hold.expiresAt) {
      this.#say('expiry-missed', `hold ${holdId} was still open when something else happened at its deadline or later`);
    }
    return hold;
  }

  /** Returns the hold if the charge was due, so that it may move money. */
  settleLate(late: AccountEventData['hold-settled-late.v2']): EndedUnused | undefined {
    const { at, holdId, completedAt } = late;
    const ended = this.#endedUnused(holdId);
    if (ended === undefined) return undefined;
    if (ended.settledLate) {
      this.#say('late-settle-twice', `hold ${holdId} was charged late before`);
      return undefined;
    }
    ended.settledLate = true;
    const { hold } = ended;
    this.#breaches.push(...windowFaults(holdId, ended, at, completedAt));
    const { openedAt, expiresAt, ending, counter, year, budget } = late.hold;
    const same = openedAt === hold.openedAt && expiresAt === hold.expiresAt && ending === ended.ending;
    if (
      !same ||
      budget !== hold.budget ||
      counter !== (hold.priced?.counter ?? null) ||
      year !== (hold.priced?.year ?? null)
    ) {
      this.#say('late-settle-facts-wrong', `hold ${holdId} was not what its late settle says`);
    }
    this.#checkCharge(holdId, hold, late, hold.lateBound);
    return ended;
  }

  /** The charge that was tried; undefined if there is no such hold. */
  uncollected({ at, holdId, completedAt, amount }: AccountEventData['charge-uncollected.v1']): Money | undefined {
    const ended = this.#endedUnused(holdId);
    if (ended === undefined) return undefined;
    if (ended.uncollected || ended.settledLate) {
      this.#say('uncollected-wrong', `hold ${holdId} was charged, or noted as uncollected, before`);
    }
    ended.uncollected = true;
    this.#breaches.push(...windowFaults(holdId, ended, at, completedAt));
    const charge = parseMoney(amount);
    if (charge > ended.hold.lateBound) this.#say('charged-above-hold', `hold ${holdId}: ${amount} is above its bound`);
    return charge;
  }

  /** Forgets the holds that can no longer be charged late. */
  forget(now: number): void {
    if (this.endedUnused.size < this.#endedKeptMax) return;
    for (const [holdId, { hold }] of this.endedUnused) {
      if (hold.expiresAt + lateWindowMs <= now) this.endedUnused.delete(holdId);
    }
    this.#endedKeptMax = Math.max(endedKeptMin, 2 * this.endedUnused.size);
  }

  /** Whether a hold that expired could still be charged late at `now`. */
  lateWindowOpen(now: number): boolean {
    for (const { hold, ending, settledLate } of this.endedUnused.values()) {
      if (ending === 'expired' && !settledLate && now < hold.expiresAt + lateWindowMs) return true;
    }
    return false;
  }

  /** Whether a hold that had units of the pack could still be charged late from it at `now`. */
  couldBeChargedFrom(packId: string, now: number): boolean {
    for (const { hold, notBillable: free, settledLate } of this.endedUnused.values()) {
      if (free || settledLate || now >= hold.expiresAt + lateWindowMs) continue;
      if (hold.packs?.some((pack) => pack.packId === packId) === true) return true;
    }
    return false;
  }

  #endUnused(
    { holdId, amount, forfeited }: AccountEventData['hold-expired.v2'],
    ending: 'expired' | 'released',
    nothingToBill: boolean,
  ): AuditedHold | undefined {
    const hold = this.#end(holdId);
    if (hold === undefined) return undefined;
    hold.attempts = null;
    const later = { settledLate: false, uncollected: false };
    this.endedUnused.set(holdId, { hold, ending, notBillable: nothingToBill, forfeited: forfeited ?? [], ...later });
    if (parseMoney(amount) === hold.amount) return hold;
    this.#say('returned-wrong', `hold ${holdId} of ${formatMoney(hold.amount)} gave back ${amount}`);
    return hold;
  }

  #end(holdId: string): AuditedHold | undefined {
    const hold = this.#openHold(holdId);
    if (hold !== undefined) this.open.delete(holdId);
    return hold;
  }

  #openHold(holdId: string): AuditedHold | undefined {
    const hold = this.open.get(holdId);
    if (hold !== undefined) return hold;
    const opened = this.endedUnused.has(holdId) ? true : this.#ids.has(holdKey(holdId));
    if (opened === undefined) this.#say('hold-not-open', `hold ${holdId} has ended before or was never opened`);
    if (opened === true) this.#say('hold-ended-twice', `hold ${holdId} has ended before`);
    if (opened === false) this.#say('hold-never-opened', `hold ${holdId} was never opened`);
    return undefined;
  }

  #endedUnused(holdId: string): EndedUnused | undefined {
    const ended = this.endedUnused.get(holdId);
    if (ended === undefined) {
      this.#say('late-settle-without-hold', `no hold ${holdId} ended unused in the 24 hours before`);
    }
    return ended;
  }

  /** A charge stays below `most`, and takes the next tier positions of the hold's own table, year and counter. */
  #checkCharge(holdId: string, hold: AuditedHold, charged: Charged, most: Money): void {
    const { lines, quantity, outcome } = charged;
    const amount = parseMoney(charged.amount);
    if (amount > most) {
      this.#say('charged-above-hold', `hold ${holdId}: ${charged.amount} is above ${formatMoney(most)}`);
    }
    const { priced } = hold;
    if (priced === null) {
      if (lines !== null || quantity !== null) this.#say('quantity-wrong', `hold ${holdId} has no units`);
      return;
    }
    if (priced.basis === 'match' && outcome === 'mismatch')
      this.#say('charged-not-billable', `hold ${holdId} bills matches only`);
    if (quantity === null || lines === null || quantity < 1 || quantity > priced.quantity) {
      this.#say('quantity-wrong', `hold ${holdId} is charged for 1 to ${String(priced.quantity)} units, line by line`);
      return;
    }
    const before = this.unitsCharged(priced.year, priced.counter);
    const inMoney = quantity - unitsOf(charged.packs);
    this.#unitsCharged.set(counterKey(priced.year, priced.counter), before + inMoney);
    // An unknown table was told when the hold was opened.
    if (priced.table === undefined) return;
    const fault = faultInLines(priced.table, lines, before, inMoney, amount);
    if (fault !== undefined) this.#say(fault.kind, `hold ${holdId}: ${fault.detail}`);
  }

  /** Before a command, everything up to its very moment is swept. */
  finish(lastAt: number, lastCommandAt: number): void {
    for (const [holdId, { expiresAt }] of this.open) {
      if (expiresAt < lastAt || expiresAt <= lastCommandAt)
        this.#say('expiry-missed', `hold ${holdId} is open after its deadline`);
    }
  }

  #say(kind: BreachKind, detail: string): void {
    this.#breaches.push({ kind, detail });
  }
}
