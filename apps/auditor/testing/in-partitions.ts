import { expect } from '@jest/globals';
import { priceBooks } from '../../../test/support/driven-store.ts';
import type { AuditReport } from '../src/index.ts';
import { type Partition, wholePartition } from '../src/source/audit-scope.ts';
import type { LedgerAuditOptions } from '../src/verify/audit-ledger.ts';
import { auditPartition, type LedgerReport } from '../src/verify/partitions/audit-partition.ts';
import { joinedReports } from '../src/verify/partitions/joined-reports.ts';

/** Into how many partitions the accounts are divided; with more than there are accounts some partitions have none. */
const partitionsTried = [2, 5];

/** The audit of a whole directory. Audits of partitions of its accounts must find the same, if in another order. */
export async function auditedInPartitions(
  directory: string,
  { accounts, outside = [] }: Omit<LedgerAuditOptions, 'priceBooks' | 'mode'> = {},
): Promise<AuditReport> {
  const place = { engine: 'sqlite', directory } as const;
  const source = { place, priceBooks: priceBooks.books, ...(accounts !== undefined && { accounts }) };
  const audit = (partition: Partition): Promise<LedgerReport> =>
    auditPartition(source, { outside, mode: 'everything' }, partition);
  const whole = await audit(wholePartition);
  // Of what they read the partitions may see more, beside a service that writes.
  for (const partitions of partitionsTried) expectSame(await joinReports(partitions, audit), whole);
  return whole;
}

/** Audits one partition after the other. */
export async function joinReports<Report extends AuditReport>(
  partitions: number,
  audit: (partition: Partition) => Promise<Report>,
): Promise<LedgerReport> {
  const reports: LedgerReport[] = [];
  for (let number = 0; number < partitions; number += 1) {
    reports.push({ readModels: [], ...(await audit({ number, of: partitions })) });
  }
  const [first, ...others] = reports;
  if (first === undefined) throw new RangeError('no partition');
  return joinedReports(first, others);
}

/**
 * That partitions found what an audit of the whole did, if in another order. Where a bundle cannot be read any further, the
 * partition of an account may still come to what follows.
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
