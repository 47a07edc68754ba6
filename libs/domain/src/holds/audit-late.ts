import type { AccountEventData } from '../core/events.ts';
import type { Violation, ViolationKind } from '../core/violation.ts';
import { lateWindowMs } from '../kernel/late-window.ts';
import { type Money, parseMoney } from '../kernel/money.ts';
import type { ChargesAudit } from './audit-charges.ts';
import { checkWindow, type EndedUnused } from './audited-hold.ts';

/** Ended holds are looked through for such as can be forgotten when there are this many, then at each doubling. */
const endedKeptMin = 1_024;

/** The holds that ended without a charge, and what is charged on them late, for as long as that can be. */
export class LateCharges {
  readonly #ended = new Map<string, EndedUnused>();
  readonly #charges: ChargesAudit;
  readonly #violations: Violation[];
  #endedKeptMax = endedKeptMin;

  /** @param violations takes what is found. */
  constructor(charges: ChargesAudit, violations: Violation[]) {
    this.#charges = charges;
    this.#violations = violations;
  }

  ended(holdId: string, ended: Omit<EndedUnused, 'settledLate' | 'uncollected'>): void {
    this.#ended.set(holdId, { ...ended, settledLate: false, uncollected: false });
  }

  has(holdId: string): boolean {
    return this.#ended.has(holdId);
  }

  /** Returns the hold if the charge was due, so that it may move money. */
  settle(late: AccountEventData['hold-settled-late.v1']): EndedUnused | undefined {
    const { at, holdId, completedAt } = late;
    const ended = this.#find(holdId);
    if (ended === undefined) return undefined;
    if (ended.settledLate) {
      this.#report('late-settle-twice', `hold ${holdId} was charged late before`);
      return undefined;
    }
    ended.settledLate = true;
    const { hold } = ended;
    this.#violations.push(...checkWindow(holdId, ended, at, completedAt));
    const { openedAt, expiresAt, ending, counter, year, budget } = late.hold;
    const same = openedAt === hold.openedAt && expiresAt === hold.expiresAt && ending === ended.ending;
    if (
      !same ||
      budget !== hold.budget ||
      counter !== (hold.priced?.counter ?? null) ||
      year !== (hold.priced?.year ?? null)
    ) {
      this.#report('late-settle-facts-wrong', `hold ${holdId} was not what its late settle says`);
    }
    this.#charges.check(holdId, hold, late, hold.maxLateCharge);
    return ended;
  }

  /** The charge that was tried; undefined if there is no such hold. */
  uncollected({ at, holdId, completedAt, amount }: AccountEventData['charge-uncollected.v1']): Money | undefined {
    const ended = this.#find(holdId);
    if (ended === undefined) return undefined;
    if (ended.uncollected || ended.settledLate) {
      this.#report('uncollected-wrong', `hold ${holdId} was charged, or noted as uncollected, before`);
    }
    ended.uncollected = true;
    this.#violations.push(...checkWindow(holdId, ended, at, completedAt));
    const charge = parseMoney(amount);
    if (charge > ended.hold.maxLateCharge)
      this.#report('charged-above-hold', `hold ${holdId}: ${amount} is above its bound`);
    return charge;
  }

  /** Forgets the holds that can no longer be charged late. */
  forget(now: number): void {
    if (this.#ended.size < this.#endedKeptMax) return;
    for (const [holdId, { hold }] of this.#ended) {
      if (hold.expiresAt + lateWindowMs <= now) this.#ended.delete(holdId);
    }
    this.#endedKeptMax = Math.max(endedKeptMin, 2 * this.#ended.size);
  }

  /**
   * Whether a hold that expired could still be charged late at `now`. One that was released keeps its account from
   * closing as well, but once did not: histories of that time are not accused.
   */
  isOpen(now: number): boolean {
    for (const { hold, ending, settledLate } of this.#ended.values()) {
      if (ending === 'expired' && !settledLate && now < hold.expiresAt + lateWindowMs) return true;
    }
    return false;
  }

  /** Whether a hold that had units of the pack could still be charged late from it at `now`. */
  couldBeChargedFrom(packId: string, now: number): boolean {
    for (const { hold, notBillable: free, settledLate } of this.#ended.values()) {
      if (free || settledLate || now >= hold.expiresAt + lateWindowMs) continue;
      if (hold.packs?.some((pack) => pack.packId === packId) === true) return true;
    }
    return false;
  }

  #find(holdId: string): EndedUnused | undefined {
    const ended = this.#ended.get(holdId);
    if (ended === undefined) {
      this.#report('late-settle-without-hold', `no hold ${holdId} ended unused in the 24 hours before`);
    }
    return ended;
  }

  #report(kind: ViolationKind, detail: string): void {
    this.#violations.push({ kind, detail });
  }
}
