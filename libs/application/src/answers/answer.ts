import {
  type AccountEvent,
  type AccountEventData,
  type AccountEventType,
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
export function toAnswer(accountId: string, decision: Decision): Answer {
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

/** Receipts that say no more than their events, with their fields in this order and the time of recording at the end. */
const plainReceipts = {
  'funds-deposited.v1': ['depositId', 'accountId', 'amount', 'reference'],
  'funds-withdrawn.v1': ['withdrawalId', 'accountId', 'amount', 'reference'],
  'balance-adjusted.v1': ['adjustmentId', 'accountId', 'amount', 'reason'],
  'charge-refunded.v1': ['refundId', 'holdId', 'accountId', 'amount', 'reason'],
  'deposit-reversed.v1': ['reversalId', 'depositId', 'accountId', 'amount', 'reason'],
  'pack-refunded.v1': ['refundId', 'accountId', 'packId', 'amount', 'units', 'reason'],
  'order-closed.v1': ['orderId', 'accountId'],
} as const satisfies { [Type in AccountEventType]?: readonly (keyof AccountEventData[Type] | 'accountId')[] };

/** Events that no command is answered with: its answer is a hold or a budget, or nobody has asked. */
type WithoutReceipt =
  | 'funds-frozen.v1'
  | `hold-${string}`
  | 'call-failed.v1'
  | 'charge-uncollected.v1'
  | 'budget-set.v1'
  | `arrears-${string}`
  | 'pack-expired.v1'
  | 'warning-raised.v1'
  | 'zone-noted.v1';

/** @throws TypeError for events without a receipt. */
function receipt(accountId: string, event: AccountEvent): object {
  const recordedAt = timeText(event.data.at);
  const plain = (plainReceipts as Readonly<Record<string, readonly string[]>>)[event.type];
  if (plain !== undefined) {
    const values = { ...event.data, accountId } as Readonly<Record<string, unknown>>;
    return { ...Object.fromEntries(plain.map((field) => [field, values[field]])), recordedAt };
  }
  switch (event.type) {
    case 'account-opened.v1':
      return { ...openedAnswer(event.data), status: 'active' };
    case 'terms-changed.v1': {
      const { changeId, reason, terms } = event.data;
      return { accountId, changeId, reason, ...terms, recordedAt };
    }
    case 'account-suspended.v1':
    case 'account-resumed.v1': {
      const { changeId, reason, suspendedFor } = event.data;
      const status = suspendedFor.length > 0 ? 'suspended' : 'active';
      return { accountId, changeId, status, suspendedFor, reason, recordedAt };
    }
    case 'account-closed.v1': {
      const { changeId, reason } = event.data;
      return { accountId, changeId, status: 'closed', suspendedFor: [], reason, recordedAt };
    }
    case 'bill-issued.v1':
      return { accountId, ...billSummary(event.data) };
    case 'order-opened.v1':
      return orderAnswer(accountId, { facts: { opening: event.data }, now: event.data.at, accountClosed: false });
    case 'order-paid.v1': {
      const { orderId, transactionId, amount, paidAt } = event.data;
      return { orderId, accountId, transactionId, amount, paidAt: timeText(paidAt), recordedAt };
    }
    case 'pack-bought.v1':
    case 'pack-granted.v1':
    case 'trial-started.v1':
      return packAsTaken(accountId, event);
    default:
      throw new TypeError(`${event.type satisfies keyof typeof plainReceipts | WithoutReceipt} has no receipt`);
  }
}
