import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import { insufficient, rangeRefusal } from '../core/guards.ts';
import { type Refusal, refusal } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { lateWindowMs } from '../kernel/late-window.ts';
import { formatMoney, minus, negated, plus } from '../kernel/money.ts';
import { readTerms } from '../terms/terms.ts';
import { bringsNothing, completeHold, computeCharge } from './charge.ts';
import type { Settle } from './commands.ts';
import type { EndedUnused, FundsFrozen } from './events.ts';
import { couldBeSettledLate, type HoldEnding, type HoldFacts } from './hold.ts';

/**
 * Charges a hold that has ended unused, because the verification did complete while the credential was still good and
 * the news came late. Limits and suspension do not refuse it; money comes from available, credit included.
 */
export function decideLateSettle(
  state: AccountState,
  command: Settle,
  context: DecisionContext,
  facts: HoldFacts,
  ending: HoldEnding,
): Decision {
  const { opening } = facts;
  const { completedAt } = command;
  const over = endedRefusal(ending);
  if (completedAt === null || !couldBeSettledLate(ending)) return refused(over);
  if (!couldBeCompletedAt(opening, completedAt, context.now)) return refused(refusal('completed_at_invalid'));
  if (context.now >= opening.expiresAt + lateWindowMs || bringsNothing(command, opening)) return refused(over);
  if (state.summary.closed) return refused(refusal('account_closed'));
  const charge = computeCharge(state, command, context, facts, opening.maxLateCharge);
  if ('code' in charge) return refused(charge);
  const { holdId } = opening;
  const { at, amount } = { at: context.now, amount: formatMoney(charge.amount) };
  const completion = completeHold(command, opening);
  const { balance } = state.summary;
  const { creditLimit } = readTerms(state);
  const available = minus(balance.available, charge.amount);
  if (charge.amount > 0n && available < negated(creditLimit)) {
    const no = insufficient(balance, charge.amount, creditLimit);
    if (facts.uncollected !== undefined) return refused(no);
    return refused(no, { type: 'charge-uncollected.v1', data: { at, holdId, ...completion, amount } });
  }
  const settled = plus(plus(balance.settled, balance.frozen), charge.amount);
  const outOfRange = rangeRefusal({ available, settled });
  if (outOfRange !== undefined) return refused(outOfRange);
  const late = {
    type: 'hold-settled-late.v1',
    data: {
      at,
      holdId,
      ...completion,
      amount,
      lines: charge.lines,
      hold: endedUnused(opening, ending),
      packs: charge.latePacks,
    },
  } as const;
  return accepted(late, { hold: { opening, ending, late } });
}

/**
 * While the credential was good, and not in the future: after an early release a completion may be said to come before
 * the deadline, but it is a fact only once it has happened. A gateway whose clock is ahead tries again and is heard.
 */
function couldBeCompletedAt(opening: FundsFrozen, completedAt: number, now: number): boolean {
  return opening.at <= completedAt && completedAt < opening.expiresAt && completedAt <= now;
}

function endedRefusal(ending: HoldEnding): Refusal {
  return refusal(ending.type === 'hold-expired.v1' ? 'hold_expired' : 'hold_already_released');
}

function endedUnused(opening: FundsFrozen, ending: HoldEnding): EndedUnused {
  return {
    openedAt: opening.at,
    expiresAt: opening.expiresAt,
    ending: ending.type === 'hold-expired.v1' ? 'expired' : 'released',
    counter: opening.pricing?.counter ?? null,
    year: opening.pricing?.year ?? null,
    budget: opening.budget,
    packs: opening.packs?.map(({ packId }) => packId) ?? null,
  };
}
