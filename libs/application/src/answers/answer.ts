import {
  type AccountEvent,
  type AccountEventData,
  type AccountOpened,
  type BudgetView,
  type Decision,
  type HoldFacts,
  holdStatus,
  holdView,
} from '#domain';
import type { Answer } from '../request.ts';
import { orderAnswer } from './order-answer.ts';
import { packAsTaken } from './pack-answer.ts';
import { timeText, timeTextOrNull } from './times.ts';

/** The answer to a decided command, made from its own events and, for a hold, its opening event: never a balance. */
export function answerOf(accountId: string, decision: Decision): Answer {
  switch (decision.kind) {
    case 'refused':
      return { kind: 'refused', ...decision.refusal };
    case 'accepted': {
      if (decision.budget !== undefined) return budgetAnswer(decision.budget, false);
      const [event] = decision.events;
      if (event === undefined) return { kind: 'done', created: false, body: '{}', replayed: false };
      return done(accountId, event, decision.hold, false);
    }
    case 'replayed': {
      if (decision.budget !== undefined) return budgetAnswer(decision.budget, true);
      const answer = done(accountId, decision.event, decision.hold, true);
      if (decision.event.type !== 'funds-frozen.v1' || decision.holdNow === undefined) return answer;
      return { ...answer, holdNow: holdStatus(decision.holdNow) };
    }
  }
}

function done(
  accountId: string,
  event: AccountEvent,
  hold: HoldFacts | undefined,
  replayed: boolean,
): Answer & { kind: 'done' } {
  if (hold !== undefined) {
    const created = event.type === 'funds-frozen.v1';
    return { kind: 'done', created, body: JSON.stringify(holdAnswer(accountId, hold)), replayed };
  }
  const created = !answeredAsChange(event);
  return { kind: 'done', created, body: JSON.stringify(receipt(accountId, event)), replayed };
}

/** A budget as it is now, so that its answer is not the same for ever: setting it has no id that could be sent again. */
function budgetAnswer(budget: BudgetView, replayed: boolean): Answer {
  return { kind: 'done', created: false, body: JSON.stringify(budget), replayed };
}

/** A change of what there is: nothing new comes of it. */
function answeredAsChange({ type }: AccountEvent): boolean {
  if (type === 'terms-changed.v1') return true;
  return type === 'pack-refunded.v1' || (type.startsWith('account-') && type !== 'account-opened.v1');
}

/** A hold as callers see it. */
export function holdAnswer(accountId: string, facts: HoldFacts): object {
  const view = holdView(facts);
  return {
    holdId: view.holdId,
    accountId,
    status: view.status,
    amount: view.amount,
    settledAmount: view.settledAmount,
    refundedAmount: view.refundedAmount,
    product: view.product,
    quantity: view.quantity,
    settledQuantity: view.settledQuantity,
    pricing: view.pricing,
    charge: view.charge,
    packs: view.packs,
    openedAt: timeText(view.openedAt),
    expiresAt: timeText(view.expiresAt),
    endedAt: timeTextOrNull(view.endedAt),
    settledAt: timeTextOrNull(view.settledAt),
    late: view.late,
    outcome: view.outcome,
    reason: view.reason,
    budget: view.budget,
    metadata: view.metadata,
  };
}

/** An account's terms as they were agreed at its opening. */
export function openedAnswer(opened: AccountOpened): object {
  const { accountId, currency, timeZone, agreementStart, priceBook, creditLimit, limits, metadata } = opened;
  return {
    accountId,
    currency,
    timeZone,
    agreementStart,
    priceBook,
    creditLimit,
    limits,
    metadata,
    openedAt: timeText(opened.at),
  };
}

/** A bill as its event has it. */
export function billSummary(bill: AccountEventData['bill-issued.v1']): object {
  const { date, from, until, at, owed, arrears, firstRevision, lastRevision, chainHash } = bill;
  return {
    date,
    from: timeText(from),
    until: timeText(until),
    issuedAt: timeText(at),
    owed,
    arrears: arrears === null ? null : { since: timeText(arrears.since), suspendsAt: timeText(arrears.suspendsAt) },
    firstRevision,
    lastRevision,
    chainHash,
  };
}

function receipt(accountId: string, event: AccountEvent): object {
  switch (event.type) {
    case 'account-opened.v1':
      return { ...openedAnswer(event.data), status: 'active' };
    case 'funds-deposited.v1': {
      const { at, depositId, amount, reference } = event.data;
      return { depositId, accountId, amount, reference, recordedAt: timeText(at) };
    }
    case 'funds-withdrawn.v1': {
      const { at, withdrawalId, amount, reference } = event.data;
      return { withdrawalId, accountId, amount, reference, recordedAt: timeText(at) };
    }
    case 'balance-adjusted.v1': {
      const { at, adjustmentId, amount, reason } = event.data;
      return { adjustmentId, accountId, amount, reason, recordedAt: timeText(at) };
    }
    case 'charge-refunded.v1': {
      const { at, refundId, holdId, amount, reason } = event.data;
      return { refundId, holdId, accountId, amount, reason, recordedAt: timeText(at) };
    }
    case 'deposit-reversed.v1': {
      const { at, reversalId, depositId, amount, reason } = event.data;
      return { reversalId, depositId, accountId, amount, reason, recordedAt: timeText(at) };
    }
    case 'terms-changed.v1': {
      const { at, changeId, reason, terms } = event.data;
      return { accountId, changeId, reason, ...terms, recordedAt: timeText(at) };
    }
    case 'account-suspended.v1':
    case 'account-resumed.v1': {
      const { at, changeId, reason, suspendedFor } = event.data;
      const status = suspendedFor.length > 0 ? 'suspended' : 'active';
      return { accountId, changeId, status, suspendedFor, reason, recordedAt: timeText(at) };
    }
    case 'account-closed.v1': {
      const { at, changeId, reason } = event.data;
      return { accountId, changeId, status: 'closed', suspendedFor: [], reason, recordedAt: timeText(at) };
    }
    case 'bill-issued.v1':
      return { accountId, ...billSummary(event.data) };
    case 'arrears-suspended.v1':
    case 'arrears-cleared.v1':
      throw new TypeError(`${event.type} is nobody's command`);
    case 'order-opened.v1':
      return orderAnswer(accountId, { opening: event.data }, event.data.at, false);
    case 'order-paid.v1': {
      const { at, orderId, transactionId, amount, paidAt } = event.data;
      return { orderId, accountId, transactionId, amount, paidAt: timeText(paidAt), recordedAt: timeText(at) };
    }
    case 'order-closed.v1':
      return { orderId: event.data.orderId, accountId, recordedAt: timeText(event.data.at) };
    case 'pack-bought.v1':
    case 'pack-granted.v1':
    case 'trial-taken.v1':
      return packAsTaken(accountId, event);
    case 'pack-refunded.v1': {
      const { at, refundId, packId, amount, units, reason } = event.data;
      return { refundId, accountId, packId, amount, units, reason, recordedAt: timeText(at) };
    }
    case 'pack-expired.v1':
      throw new TypeError('no command expires a pack');
    case 'funds-frozen.v1':
    case 'hold-settled.v1':
    case 'hold-settled-late.v1':
    case 'charge-uncollected.v1':
    case 'call-failed.v1':
    case 'hold-released.v1':
    case 'hold-expired.v1':
      throw new TypeError(`${event.type} is answered with its hold`);
    case 'warning-raised.v1':
    case 'zone-noted.v1':
      throw new TypeError(`${event.type} answers nothing`);
    case 'budget-set.v1':
      throw new TypeError(`${event.type} is answered with its budget`);
  }
}
