import { strict as assert } from 'node:assert';
import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import { answerAgain, usedBefore } from '../core/idempotency.ts';
import { type Refusal, refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { bounds } from '../kernel/bounds.ts';
import { isSame } from '../kernel/json-equality.ts';
import { priceTable, samePriceBook } from '../pricing/price-book.ts';
import type { ChangeTerms } from './commands.ts';
import type { AgreedTerms, RequestedTerms, TermsChanged } from './events.ts';
import { changedTerms, readTerms } from './terms.ts';

/**
 * Changes some terms, from now on and never back: open holds keep what they were opened under, and the counters of units
 * stay where they are, whatever book or version comes next.
 */
export function decideTerms(state: AccountState, command: ChangeTerms, context: DecisionContext): Decision {
  const { changeId, reason } = command;
  const before = usedBefore(state, context.known, 'change', changeId);
  if (before?.type === 'terms-changed.v1') return answerAgain(before, differenceOfTerms(command, before.data));
  if (before !== undefined) return refused(refuse('idempotency_conflict', 'changeId'));
  if (state.summary.closed) return refused(refusal('account_closed'));
  const asked = inOrder(command.asked);
  const priceBook = typeof asked.priceBook === 'string' ? context.priceBooks.pin(asked.priceBook) : asked.priceBook;
  if (priceBook === undefined && asked.priceBook !== undefined) return refused(refuse('invalid_request', 'priceBook'));
  const terms = changedTerms(readTerms(state).agreed, asked, priceBook);
  const error = overridesRefusal(state, asked, terms, context);
  if (error !== undefined) return refused(error);
  return accepted({ type: 'terms-changed.v1', data: { at: context.now, changeId, reason, requested: asked, terms } });
}

/** A price is agreed for what the account's price book has, so that a misspelt product does not go unnoticed. */
function overridesRefusal(
  state: AccountState,
  { overrides = {} }: RequestedTerms,
  { priceBook, overrides: all }: AgreedTerms,
  { priceBooks }: DecisionContext,
): Refusal | undefined {
  const tables = new Set(state.agreedTables.keys());
  for (const [product, steps] of Object.entries(overrides)) {
    if (steps === null) continue;
    const known = priceBook !== null && priceBooks.tariff(priceBook, product) !== undefined;
    if (!known) return refuse('unknown_product', `overrides.${product}`, { product });
    tables.add(priceTable(steps).hash);
  }
  const tooMany = Object.keys(all).length > bounds.overridesMax || tables.size > bounds.agreedTablesMax;
  return tooMany ? refuse('invalid_request', 'overrides', { limit: bounds.overridesMax }) : undefined;
}

/** As it is stored: the fields in their order, the products in theirs. */
function inOrder(asked: RequestedTerms): RequestedTerms {
  const { priceBook, overrides, creditLimit, limits, warnings, statementConvention, metadata } = asked;
  const byProduct =
    overrides && Object.fromEntries(Object.entries(overrides).sort(([left], [right]) => (left < right ? -1 : 1)));
  const all = { priceBook, overrides: byProduct, creditLimit, limits, warnings, statementConvention, metadata };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function differenceOfTerms(command: ChangeTerms, change: TermsChanged): string | undefined {
  const { asked } = command;
  if (!sameBook(asked.priceBook, change)) return 'priceBook';
  const fields = ['overrides', 'creditLimit', 'limits', 'warnings', 'statementConvention', 'metadata'] as const;
  const field = fields.find((name) => !isSame(asked[name], change.requested[name]));
  if (field !== undefined) return field;
  assert(command.changeId === change.changeId, 'a change is compared with the one that has its id');
  return command.reason === change.reason ? undefined : 'reason';
}

function sameBook(asked: RequestedTerms['priceBook'], change: TermsChanged): boolean {
  const then = change.requested.priceBook;
  if (asked === undefined || then === undefined) return asked === then;
  return samePriceBook(asked, change.terms.priceBook);
}
