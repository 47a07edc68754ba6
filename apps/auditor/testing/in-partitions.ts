import { expect } from '@jest/globals';
import { priceBooks } from '../../../test/support/driven-store.ts';
import type { LedgerAuditOptions } from '../src/verify/audit-ledger.ts';
import { undividedShare, type Share } from '../src/source/audit-scope.ts';
import type { AuditReport } from '../src/index.ts';
import { auditShare, type LedgerReport } from '../src/verify/partitions/audit-partition.ts';
import { joinedReports } from '../src/verify/partitions/joined-reports.ts';

/** Into how many shares the accounts are divided; with more than there are accounts some shares have none. */
const sharesTried = [2, 5];

/** The audit of a whole directory. Audits of shares of its accounts must find the same, if in another order. */
export async function auditedInShares(
  directory: string,
  { accounts, outside = [] }: Omit<LedgerAuditOptions, 'priceBooks' | 'sought'> = {},
): Promise<AuditReport> {
  const place = { engine: 'sqlite', directory } as const;
  const source = { place, priceBooks: priceBooks.books, ...(accounts !== undefined && { accounts }) };
  const audit = (share: Share): Promise<LedgerReport> => auditShare(source, { outside, sought: 'everything' }, share);
  const whole = await audit(undividedShare);
  // Of what they read the shares may see more, beside a service that writes.
  for (const shares of sharesTried) expectSame(await joinedOf(shares, audit), whole);
  return whole;
}

/** Audits one share after the other. */
export async function joinedOf<Report extends AuditReport>(
  shares: number,
  audit: (share: Share) => Promise<Report>,
): Promise<LedgerReport> {
  const reports: LedgerReport[] = [];
  for (let number = 0; number < shares; number += 1) {
    reports.push({ views: [], ...(await audit({ number, of: shares })) });
  }
  const [first, ...others] = reports;
  if (first === undefined) throw new RangeError('no share');
  return joinedReports(first, others);
}

/**
 * That shares found what an audit of the whole did, if in another order. Where a bundle cannot be read any further, the
 * share of an account may still come to what follows.
 */
export function expectSame(joined: AuditReport, whole: AuditReport): void {
  const { findings, found } = inOrder(whole);
  const breaksOff = findings.some(({ kind }) => kind === 'bundle-damaged');
  const wanted = breaksOff ? { findings: expect.arrayContaining([...findings]) as unknown } : { findings, found };
  expect(inOrder(joined)).toMatchObject(wanted);
}

/** A report with its findings in an order that does not depend on which was found first. */
export function inOrder(report: AuditReport): AuditReport {
  const texts = report.findings.map((finding) => JSON.stringify(finding)).sort();
  return { ...report, findings: texts.map((text) => JSON.parse(text) as AuditReport['findings'][number]) };
}
