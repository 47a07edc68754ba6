import * as billing from '../billing/evolve.ts';
import type { TypedEvent } from '../core/events.ts';
import type { AccountState, AccountSummary } from '../core/state.ts';
import * as corrections from '../corrections/evolve.ts';
import * as holds from '../holds/evolve.ts';
import { parseMoney } from '../kernel/money.ts';
import * as packs from '../packs/evolve.ts';
import * as terms from '../terms/evolve.ts';
import { watchAfter, watchInArrears, watchUncollected } from '../warnings/warnings.ts';

/*
 * Events that change more than their topic knows: first their topic folds them, then what is above it takes note. The undo
 * of the first covers the rest, since each replaces the summary as a whole.
 */

/** With other thresholds there is something else to warn of, and packs expire within another number of days. */
export function changeTerms(state: AccountState, event: TypedEvent<'terms-changed.v1'>, revision: number): void {
  const before = state.summary.terms?.agreed.warnings;
  terms.changeTerms(state, event);
  const { at, terms: agreed } = event.data;
  const { watch, arrears } = state.summary;
  note(state, { watch: watchAfter(watch, agreed.warnings, arrears !== null) });
  const { packPercentBelow, packExpiresWithinDays } = agreed.warnings;
  if (packPercentBelow === null) state.packs.rearmLow(null);
  else state.packs.passOverUsedUp();
  if (packExpiresWithinDays === before?.packExpiresWithinDays) return;
  for (const { packId } of state.packs.all()) packs.putNotice(state, packId, at, revision);
}

/** The day on which the pack was bought owes less. */
export function refundPack(state: AccountState, event: TypedEvent<'pack-refunded.v1'>): void {
  const { packId, amount } = event.data;
  const { boughtAt } = state.packs.of(packId);
  packs.refundPack(state, event);
  billing.refunded(state, boughtAt, parseMoney(amount));
}

/** The day of the charge owes less. */
export function refundCharge(state: AccountState, event: TypedEvent<'charge-refunded.v1'>, revision: number): void {
  corrections.refundCharge(state, event, revision);
  const { chargedAt, amount } = event.data;
  billing.refunded(state, chargedAt, parseMoney(amount));
}

export function noteUncollected(
  state: AccountState,
  event: TypedEvent<'charge-uncollected.v1'>,
  revision: number,
): void {
  holds.noteUncollected(state, event, revision);
  note(state, { watch: watchUncollected(state.summary.watch, event.data) });
}

export function issueBill(state: AccountState, event: TypedEvent<'bill-issued.v1'>): void {
  billing.issueBill(state, event);
  const { watch, arrears } = state.summary;
  note(state, { watch: watchInArrears(watch, arrears !== null) });
}

function note(state: AccountState, change: Partial<AccountSummary>): void {
  state.summary = { ...state.summary, ...change };
}
