import { describe, expect, it } from '@jest/globals';
import { priceBooks } from '../../../test/support/driven-store.ts';
import { undivided } from '../src/audit-ledger.ts';
import { auditDirectory, type AuditReport } from '../src/index.ts';
import { AuditScope } from '../src/audit-scope.ts';
import { auditShares } from '../src/shares/audit-shares.ts';
import { damages } from './log-damages.ts';
import { StoryCopies } from './story-copies.ts';

const copies = new StoryCopies();

/** More shares than threads, and than accounts. */
const division = { threads: 2, shares: 4 };

/** Of the whole, and by two threads; undefined if these leave it to an audit of the whole. */
function audits(
  directory: string,
  accounts?: string,
): Promise<readonly [whole: AuditReport, byThreads: AuditReport | undefined, afterwards: AuditReport]> {
  const options = { priceBooks, ...(accounts !== undefined && { accounts }) };
  return Promise.all([
    auditDirectory(directory, options, undefined, undivided),
    auditShares({ engine: 'sqlite', directory }, options, division),
    auditDirectory(directory, options, undefined, division),
  ]);
}

describe('an audit by several threads', () => {
  it.each([[undefined], ['be'], ['nobody']])('says of a sound ledger what one says, accounts: %s', async (accounts) => {
    const [whole, byThreads, afterwards] = await audits(copies.sound, accounts);
    expect([byThreads, afterwards]).toEqual([whole, whole]);
    expect(whole.found).toBe(0);
  });

  it('leaves a log that was changed to one', async () => {
    const [, damage] = damages[0] ?? [];
    const copy = copies.damaged('events.db', (database) => damage?.(database));
    const [whole, byThreads, afterwards] = await audits(copy);
    expect([byThreads, afterwards]).toEqual([undefined, whole]);
    expect(whole.found).toBeGreaterThan(0);
  });

  it('leaves views that were changed to one', async () => {
    const copy = copies.damaged('views-0.db', (database) => {
      database.exec("UPDATE standings SET available = '0.01'");
    });
    const [whole, byThreads, afterwards] = await audits(copy);
    expect([byThreads, afterwards]).toEqual([undefined, whole]);
    expect(whole.found).toBe(3);
  });
});

describe('shares', () => {
  it('have each account once, and what belongs to none is with the first', () => {
    for (const shares of [1, 2, 3, 8]) {
      const scopes = Array.from({ length: shares }, (_, number) => new AuditScope(undefined, { number, of: shares }));
      const counts = scopes.map((scope) => {
        let count = 0;
        for (let account = 0; account < 8_000; account += 1) if (scope.hasAccount(`c-${String(account)}`)) count += 1;
        return count;
      });
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(8_000);
      // Of accounts whose names differ in a number none has twice its part.
      for (const count of counts) expect(count).toBeLessThan((2 * 8_000) / shares + 1);
      expect(scopes.map((scope) => scope.hasStream('checkpoints'))).toEqual(scopes.map((_, number) => number === 0));
    }
  });
});
