import { expect } from '@jest/globals';
import { priceBooks } from '../../../test/support/driven-store.ts';
import { undivided } from '../src/audit-ledger.ts';
import { auditDirectory, type AuditReport } from '../src/index.ts';
import { auditShare, type LedgerAuditOptions } from '../src/shares/audit-share.ts';

/** Into how many shares the accounts are divided; with more than there are accounts some shares have none. */
const sharesTried = [2, 5];

/** The audit of a whole directory. Audits of shares of its accounts must find something if, and only if, it does. */
export async function auditedInShares(
  directory: string,
  asked: Omit<LedgerAuditOptions, 'priceBooks'> = {},
): Promise<AuditReport> {
  const options = { priceBooks, ...asked };
  const whole = await auditDirectory(directory, options, undefined, undivided);
  for (const shares of sharesTried) {
    let found = 0;
    for (let number = 0; number < shares; number += 1) {
      const share = await auditShare({ engine: 'sqlite', directory }, options, { number, of: shares });
      found += share.found;
    }
    expect({ shares, isSound: found === 0 }).toEqual({ shares, isSound: whole.found === 0 });
  }
  return whole;
}
