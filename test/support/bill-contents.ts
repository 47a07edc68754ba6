import {
  type AccountEvent,
  type BillContent,
  BillFold,
  billFormat,
  type BillIssued,
  evolve,
  holdFacts,
  initialState,
  nextUnbilled,
} from '#domain';
import type { AccountDriver } from './account-driver.ts';

/** Bills every day of an account that can have a bill by now. */
export function billAllDays(account: AccountDriver): void {
  account.expireDue();
  for (;;) {
    const { summary } = account.state;
    const next = nextUnbilled(summary.days, summary, account.now);
    if (next === undefined) return;
    const decision = account.bill(next.day.name);
    if (decision.kind === 'refused') throw new RangeError(`${next.day.name} has no bill: ${decision.refusal.code}`);
  }
}

export function billsIn(events: readonly AccountEvent[]): BillIssued[] {
  return events.flatMap((event) => (event.type === 'bill-issued.v1' ? [event.data] : []));
}

/** The bill of the events from one revision to another, from nothing but the events. */
export function billContent(account: AccountDriver, first: number, last: number, format = billFormat): BillContent {
  const state = initialState();
  let fold = new BillFold(state, format);
  for (const [revision, event] of account.events.slice(0, last + 1).entries()) {
    if (revision === first) fold = new BillFold(state, format);
    if (revision >= first) fold.take(state, event, revision);
    evolve(state, event);
    state.undo.commit();
  }
  return fold.finish(state, (holdId) => holdFacts(account.state, account.known, holdId)?.opening.product);
}

/** The bill of a day that has one. */
export function contentOfDay(account: AccountDriver, date: string, format = billFormat): BillContent {
  const bill = billsIn(account.events).find((each) => each.date === date);
  if (bill === undefined) throw new RangeError(`${date} has no bill`);
  return billContent(account, bill.firstRevision, bill.lastRevision, format);
}
