import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import type { AccountEvent } from '../core/events.ts';
import { amountText, firstDifference } from '../core/idempotency.ts';
import { refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { formatMoney, minus, parseMoney } from '../kernel/money.ts';
import { findForfeited } from '../packs/hold-units.ts';
import { bringsNothing, completeHold, computeCharge } from './charge.ts';
import type { Settle } from './commands.ts';
import type { Completion, FundsFrozen } from './events.ts';
import { holdFacts } from './find-hold.ts';
import { type HoldFacts, notBillable } from './hold.ts';
import { decideLateSettle } from './settle-late.ts';

/** Ends a hold because the verification completed, and charges what its price says. */
export function decideSettle(state: AccountState, command: Settle, context: DecisionContext): Decision {
  const facts = holdFacts(state, context.known, command.holdId);
  if (facts === undefined) return refused(refusal('hold_not_found'));
  const again = answerAgain(command, facts);
  if (again !== undefined) return again;
  if (facts.ending !== undefined) return decideLateSettle(state, command, context, facts, facts.ending);
  const { opening } = facts;
  if (!couldBeCompletedAt(opening, command.completedAt, context.now)) return refused(refusal('completed_at_invalid'));
  const charge = computeCharge(state, command, context, facts, opening.amount);
  if ('code' in charge) return refused(charge);
  const completion = completeHold(command, opening);
  if (bringsNothing(command, opening)) {
    const { holdId, amount } = opening;
    const forfeited = findForfeited(state, opening, context.now);
    const event = {
      type: 'hold-released.v1',
      data: { at: context.now, holdId, amount, reason: notBillable, completion, forfeited },
    } as const;
    return accepted(event, { hold: { opening, ending: event } });
  }
  const event = {
    type: 'hold-settled.v1',
    data: {
      at: context.now,
      holdId: opening.holdId,
      ...completion,
      amount: formatMoney(charge.amount),
      returned: formatMoney(minus(parseMoney(opening.amount), charge.amount)),
      lines: charge.lines,
      packs: charge.packs,
      forfeited: charge.forfeited,
    },
  } as const;
  return accepted(event, { hold: { opening, ending: event } });
}

/** How far the gateway's clock may be from the ledger's where a hold is still open, in ms: 60 seconds, either way. */
const completionSkewMs = 60_000;

/**
 * Within the hold's life so far, give or take the skew of two clocks. Nothing rests on it while the hold is open, so it
 * need not be exact, and a charge is not lost for a few milliseconds; but what is recorded must be possible.
 */
function couldBeCompletedAt({ at }: FundsFrozen, completedAt: number | null, now: number): boolean {
  return completedAt === null || (at - completionSkewMs <= completedAt && completedAt <= now + completionSkewMs);
}

/** The first answer again; a refusal if the hold is settled otherwise; undefined if no settle has ended it yet. */
function answerAgain(command: Settle, facts: HoldFacts): Decision | undefined {
  const { opening, ending, late } = facts;
  const priced = opening.pricing !== null;
  if (late !== undefined) {
    const field = differenceOfSettle(command, opening, late.data, priced ? null : late.data.amount);
    return answerOrRefuse(field, 'hold_already_settled', late, { opening, ending, late });
  }
  if (ending?.type === 'hold-settled.v1') {
    const field = differenceOfSettle(command, opening, ending.data, priced ? null : ending.data.amount);
    return answerOrRefuse(field, 'hold_already_settled', ending, { opening, ending });
  }
  if (ending?.type === 'hold-released.v1' && ending.data.completion !== null) {
    const field = differenceOfSettle(command, opening, ending.data.completion, null);
    return answerOrRefuse(field, 'hold_already_released', ending, { opening, ending });
  }
  return undefined;
}

function answerOrRefuse(
  field: string | undefined,
  code: 'hold_already_settled' | 'hold_already_released',
  event: AccountEvent,
  hold: HoldFacts,
): Decision {
  if (field !== undefined) return refused(refuse(code, field));
  return { kind: 'replayed', event, hold };
}

/** @param charged what the first settle charged of a plain hold; null for a priced hold. */
export function differenceOfSettle(
  command: Settle,
  opening: FundsFrozen,
  completion: Completion,
  charged: string | null,
): string | undefined {
  return firstDifference([
    ['outcome', command.outcome === completion.outcome],
    ['amount', charged === null ? command.amount === null : amountText(command.amount, opening.amount) === charged],
    ['quantity', (command.quantity ?? opening.quantity) === completion.quantity],
  ]);
}
