import { strict as assert } from 'node:assert';
import { applyHeader } from '../core/apply-movement.ts';
import type { TypedEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import { conventionAsked } from './statement-period.ts';
import { termsFrom } from './terms.ts';

export function changeTerms(state: AccountState, { data }: TypedEvent<'terms-changed.v1'>): void {
  const { at, terms: agreed } = data;
  const { opened, calendar, summary } = state;
  assert(opened !== null && calendar !== null, 'an account is opened before its terms change');
  const terms = termsFrom(opened, agreed);
  for (const table of terms.overrides?.values() ?? []) {
    if (state.agreedTables.has(table.hash)) continue;
    state.undo.record(() => state.agreedTables.delete(table.hash));
    state.agreedTables.set(table.hash, table);
  }
  const today = calendar.findDay(at).name;
  applyHeader(state, at, {
    terms,
    conventions: conventionAsked(summary.conventions, today, agreed.statementConvention),
  });
}
