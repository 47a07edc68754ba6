import type { AccountEvent, AccountEventData } from '../core/events.ts';
import type { Violation } from '../core/violation.ts';
import { parseMoney } from '../kernel/money.ts';

/** The hold or deposit that an event corrects, as a key; undefined if it corrects nothing. */
export function correctedBy(event: AccountEvent): string | undefined {
  if (event.type === 'charge-refunded.v1') return `hold ${event.data.holdId}`;
  return event.type === 'deposit-reversed.v1' ? `deposit ${event.data.depositId}` : undefined;
}

interface Scenario {
  /** When a hold was opened, and its budget. */
  readonly openedAt: number;
  readonly budget: string | null;
  /** When a hold was charged. */
  chargedAt: number | null;
  /** What can be taken back: the charge of a hold, the amount of a deposit. */
  most: bigint;
  /** What was taken back so far. */
  taken: bigint;
}

/**
 * Whether the corrections of one account take back no more than there was. A charge can be refunded years later, so an
 * audit would have to remember every charge; instead it reads a second time what was corrected, which is little, and
 * remembers that alone.
 */
export class CorrectionsAudit {
  readonly #scenarios = new Map<string, Scenario>();
  readonly #corrected: ReadonlySet<string>;

  /** @param corrected what {@link correctedBy} says of the account's events. */
  constructor(corrected: ReadonlySet<string>) {
    this.#corrected = corrected;
  }

  /** The rules of corrections that the next event of the account breaks. */
  follow(event: AccountEvent): readonly Violation[] {
    if (event.type === 'funds-frozen.v1')
      this.#begin(`hold ${event.data.holdId}`, event.data.at, event.data.budget, 0n);
    if (event.type === 'funds-deposited.v1') {
      this.#begin(`deposit ${event.data.depositId}`, event.data.at, null, parseMoney(event.data.amount));
    }
    if (event.type === 'hold-settled.v1' || event.type === 'hold-settled-late.v1') this.#charge(event.data);
    if (event.type === 'charge-refunded.v1') return listViolations(this.#checkRefund(event.data));
    return event.type === 'deposit-reversed.v1' ? listViolations(this.#checkReversal(event.data)) : [];
  }

  #begin(key: string, openedAt: number, budget: string | null, most: bigint): void {
    if (this.#corrected.has(key)) this.#scenarios.set(key, { openedAt, budget, chargedAt: null, most, taken: 0n });
  }

  #charge({ at, holdId, amount }: { readonly at: number; readonly holdId: string; readonly amount: string }): void {
    const scenario = this.#scenarios.get(`hold ${holdId}`);
    if (scenario === undefined) return;
    scenario.most += parseMoney(amount);
    scenario.chargedAt = at;
  }

  #checkRefund(refund: AccountEventData['charge-refunded.v1']): string {
    const { holdId, amount, refunded, openedAt, budget, chargedAt } = refund;
    const scenario = this.#scenarios.get(`hold ${holdId}`);
    if (scenario === undefined) return `hold ${holdId} was never opened`;
    scenario.taken += parseMoney(amount);
    if (scenario.taken > scenario.most) return `hold ${holdId} was charged less than ${refunded}`;
    if (scenario.taken !== parseMoney(refunded)) return `the refunds of hold ${holdId} are not ${refunded} in all`;
    const same = openedAt === scenario.openedAt && budget === scenario.budget;
    if (!same) return `hold ${holdId} was not opened then, or for another budget`;
    return chargedAt === scenario.chargedAt ? '' : `hold ${holdId} was not charged then`;
  }

  #checkReversal({ depositId, amount, remaining }: AccountEventData['deposit-reversed.v1']): string {
    const scenario = this.#scenarios.get(`deposit ${depositId}`);
    if (scenario === undefined) return `there was no deposit ${depositId}`;
    scenario.taken += parseMoney(amount);
    if (scenario.taken > scenario.most) return `deposit ${depositId} was less than what was reversed`;
    return scenario.most - scenario.taken === parseMoney(remaining)
      ? ''
      : `of deposit ${depositId} not ${remaining} is left`;
  }
}

function listViolations(detail: string): readonly Violation[] {
  return detail === '' ? [] : [{ kind: 'correction-wrong', detail }];
}
