import type { DatabaseSync } from 'node:sqlite';
import { IdFilter, storedFilter } from '#read-models';

/**
 * What is wrong with the filter of hold ids that is kept in a read model file: an id that it does not know would be taken for
 * a new one, and its hold might be opened a second time.
 */
export function* checkFilters(
  database: DatabaseSync,
): Generator<{ readonly accountId: string | undefined; readonly detail: string }> {
  const stored = storedFilter(database);
  if (stored === undefined) {
    yield { accountId: undefined, detail: 'the filter of hold ids is not as it was written; a start rebuilds it' };
    return;
  }
  const filter = new IdFilter();
  for (const { bits } of stored.segments) new Uint8Array(filter.addSegment()).set(bits);
  const holds = database.prepare(
    'SELECT a.account_id, h.hold_id FROM holds AS h JOIN accounts AS a ON a.number = h.account WHERE h.hold <= ?',
  );
  for (const row of holds.iterate(stored.lastHold)) {
    const [accountId, holdId] = [String(row['account_id']), String(row['hold_id'])];
    if (filter.mayHave(accountId, holdId)) continue;
    yield { accountId, detail: `the filter of hold ids does not know ${holdId}` };
  }
}
