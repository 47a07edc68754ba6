import { holdKey, type UsedIds } from '../core/audit-ids.ts';
import type { AccountEventData } from '../core/events.ts';
import type { Violation, ViolationKind } from '../core/violation.ts';
import { bounds } from '../kernel/bounds.ts';
import { formatMoney, parseMoney } from '../kernel/money.ts';
import type { AgreedPrices } from '../terms/audit.ts';
import { ChargesAudit } from './audit-charges.ts';
import { LateCharges } from './audit-late.ts';
import { type AuditedHold, auditedHold } from './audited-hold.ts';
import { notBillable } from './hold.ts';

/**
 * The life of every hold of one account, told by its events alone. Keeps the open holds, and those that ended unused
 * until they can no longer be charged late; of all others nothing.
 */
export class HoldsAudit {
  readonly open = new Map<string, AuditedHold>();
  /** Those that ended without a charge. */
  readonly late: LateCharges;
  readonly #charges: ChargesAudit;
  readonly #ids: UsedIds;
  readonly #prices: AgreedPrices;
  readonly #violations: Violation[];
  #lastExpiry: { readonly at: number; readonly order: number } | undefined;
  /** Time of the last event that is not an expiry. */
  #lastCommandAt = 0;

  /** @param violations takes what is found. */
  constructor(ids: UsedIds, prices: AgreedPrices, violations: Violation[]) {
    this.#ids = ids;
    this.#prices = prices;
    this.#violations = violations;
    this.#charges = new ChargesAudit(violations);
    this.late = new LateCharges(this.#charges, violations);
  }

  unitsCharged(year: string, counter: string): number {
    return this.#charges.unitsCharged(year, counter);
  }

  /** Something else than an expiry happened. */
  commandAt(at: number): void {
    this.#lastCommandAt = at;
  }

  freeze(opening: AccountEventData['funds-frozen.v1'], order: number): AuditedHold {
    const hold = auditedHold(opening, order, this.#prices);
    this.open.set(opening.holdId, hold);
    return hold;
  }

  fail({ at, holdId, attemptId }: AccountEventData['call-failed.v1']): void {
    const hold = this.#openHold(holdId);
    if (hold === undefined) return;
    if (at >= hold.expiresAt)
      this.#report('ended-after-deadline', `a call on ${holdId} failed at or after its deadline`);
    hold.attempts ??= new Set();
    if (hold.attempts.has(attemptId)) this.#report('id-used-twice', `attempt ${attemptId} of hold ${holdId}`);
    hold.attempts.add(attemptId);
    if (hold.attempts.size > bounds.attemptsMax) {
      this.#report('too-many-attempts', `${String(hold.attempts.size)} calls on hold ${holdId} failed`);
    }
  }

  /** Ends the hold; undefined if it cannot be ended. */
  settle(settled: AccountEventData['hold-settled.v1']): AuditedHold | undefined {
    const { at, holdId } = settled;
    const hold = this.#end(holdId);
    if (hold === undefined) return undefined;
    if (at >= hold.expiresAt)
      this.#report('ended-after-deadline', `hold ${holdId} was settled at or after its deadline`);
    this.#charges.check(holdId, hold, settled, hold.amount);
    if (parseMoney(settled.returned) !== hold.amount - parseMoney(settled.amount)) {
      this.#report('returned-wrong', `hold ${holdId} of ${formatMoney(hold.amount)} gave back ${settled.returned}`);
    }
    return hold;
  }

  release(released: AccountEventData['hold-released.v1']): AuditedHold | undefined {
    const { at, holdId, reason, completion } = released;
    const hold = this.#endUnused(released, 'released', reason === notBillable);
    if (hold === undefined) return undefined;
    if (at >= hold.expiresAt)
      this.#report('ended-after-deadline', `hold ${holdId} was released at or after its deadline`);
    const nothingToBill = hold.priced?.basis === 'match' && completion?.outcome === 'mismatch';
    if ((reason === notBillable || completion !== null) && !(nothingToBill && reason === notBillable)) {
      this.#report('charged-not-billable', `hold ${holdId} was released as if there were nothing to bill`);
    }
    return hold;
  }

  expire(expired: AccountEventData['hold-expired.v1']): AuditedHold | undefined {
    const { at, holdId } = expired;
    const hold = this.#endUnused(expired, 'expired', false);
    if (hold === undefined) return undefined;
    if (at !== hold.expiresAt) {
      const off = `${String(at - hold.expiresAt)} ms after its deadline`;
      this.#report('expired-off-deadline', `hold ${holdId} expired ${off}`);
    }
    const last = this.#lastExpiry;
    if (last?.at === at && last.order > hold.order) {
      this.#report('expiry-out-of-order', `hold ${holdId} was opened before another that expired at the same time`);
    }
    this.#lastExpiry = { at, order: hold.order };
    // What is due at a moment happens before what is asked for at that moment.
    if (this.#lastCommandAt >= hold.expiresAt && hold.openedAt < hold.expiresAt) {
      this.#report(
        'expiry-missed',
        `hold ${holdId} was still open when something else happened at its deadline or later`,
      );
    }
    return hold;
  }

  /** See there. */
  couldBeChargedFrom(packId: string, now: number): boolean {
    return this.late.couldBeChargedFrom(packId, now);
  }

  #endUnused(
    { holdId, amount, forfeited }: AccountEventData['hold-expired.v1'],
    ending: 'expired' | 'released',
    nothingToBill: boolean,
  ): AuditedHold | undefined {
    const hold = this.#end(holdId);
    if (hold === undefined) return undefined;
    hold.attempts = null;
    this.late.ended(holdId, { hold, ending, notBillable: nothingToBill, forfeited: forfeited ?? [] });
    if (parseMoney(amount) === hold.amount) return hold;
    this.#report('returned-wrong', `hold ${holdId} of ${formatMoney(hold.amount)} gave back ${amount}`);
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
    const opened = this.late.has(holdId) ? true : this.#ids.has(holdKey(holdId));
    if (opened === undefined) this.#report('hold-not-open', `hold ${holdId} has ended before or was never opened`);
    if (opened === true) this.#report('hold-ended-twice', `hold ${holdId} has ended before`);
    if (opened === false) this.#report('hold-never-opened', `hold ${holdId} was never opened`);
    return undefined;
  }

  /** Before a command, everything up to its very moment is swept. */
  finish(lastAt: number, lastCommandAt: number): void {
    for (const [holdId, { expiresAt }] of this.open) {
      if (expiresAt < lastAt || expiresAt <= lastCommandAt)
        this.#report('expiry-missed', `hold ${holdId} is open after its deadline`);
    }
  }

  #report(kind: ViolationKind, detail: string): void {
    this.#violations.push({ kind, detail });
  }
}
