import { strict as assert } from 'node:assert';
import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import { answerAgain, usedBefore } from '../core/idempotency.ts';
import { refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { aheadMaxMs } from '../holds/freeze.ts';
import { formatMoney, type Money, zero } from '../kernel/money.ts';
import { graceMs, isUnbilled, nextUnbilled, owedFor } from './billing-days.ts';
import type { IssueBill } from './commands.ts';
import { type ArrearsNoted, billFormat } from './events.ts';

/**
 * Issues the bill of a natural day that is over. Days come in order, and a day on which nothing happened has no bill.
 * Since the account was swept and its time never falls, nothing can enter the day any more.
 */
export function decideIssueBill(state: AccountState, command: IssueBill, context: DecisionContext): Decision {
  const { date, lastRevision, chainHash } = command;
  const { summary, calendar } = state;
  const before = usedBefore(state, context.known, 'bill', date);
  if (before?.type === 'bill-issued.v1') return answerAgain(before, undefined);
  // By the account's time the day may be over when by the clock it is not; its arrears would end as much too late.
  if (context.now > context.wallClock + aheadMaxMs) return refused(refusal('clock_untrusted'));
  assert(calendar !== null, 'an open account has a calendar');
  const today = calendar.findDay(context.now).name;
  if (date >= today) return refused(refuse('invalid_request', 'date', { today }));
  if (!isUnbilled(summary.days, date)) return refused(refusal('bill_not_found', { date }));
  const next = nextUnbilled(summary.days, summary, context.now);
  assert(next !== undefined, 'an unbilled day before today is over');
  if (next.day.name !== date) return refused(refuse('invalid_request', 'date', { next: next.day.name }));
  // Something was written to the day after the caller had looked.
  if (next.lastRevision !== lastRevision) {
    return refused(refuse('invalid_request', 'lastRevision', { lastRevision: next.lastRevision }));
  }
  const owed = owedFor(next, summary.balance);
  return accepted({
    type: 'bill-issued.v1',
    data: {
      at: context.now,
      date,
      from: next.day.from,
      until: next.day.until,
      format: billFormat,
      owed: formatMoney(owed),
      firstRevision: next.firstRevision,
      lastRevision,
      chainHash,
      arrears: findArrears(state, owed, context.now),
    },
  });
}

/** Arrears begin with the first bill that is not paid; a closed account owes nothing, whatever a day's end says. */
function findArrears({ summary }: AccountState, owed: Money, now: number): ArrearsNoted | null {
  if (owed === zero || summary.closed) return null;
  return summary.arrears ?? { since: now, suspendsAt: now + graceMs };
}

/** For all billed days: what an account in arrears has to pay. */
export function computeOwed({ summary }: AccountState): Money {
  return owedFor(summary.billed, summary.balance);
}
