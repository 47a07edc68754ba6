import { type Finding, findingsKeptMax } from '../../finding.ts';
import type { LedgerReport } from './audit-partition.ts';

/**
 * The reports of all partitions as one.
 *
 * @param first of the partition that has followed what belongs to no account, too.
 */
export function joinedReports(first: LedgerReport, others: readonly LedgerReport[]): LedgerReport {
  const all = [first, ...others];
  const sum = (figure: (report: LedgerReport) => number): number =>
    all.reduce((total, report) => total + figure(report), 0);
  const kept = all.flatMap(({ findings }) => findings);
  const different = withoutRepeated(all);
  return {
    ...first,
    findings: different.slice(0, findingsKeptMax),
    found: sum(({ found }) => found) - (kept.length - different.length),
    others: sum(({ others: notWanted }) => notWanted),
    followed: sum(({ followed }) => followed),
    accounts: sum(({ accounts }) => accounts),
    streams: sum(({ streams }) => streams),
    otherZones: [...new Set(all.flatMap(({ otherZones }) => otherZones))].sort(),
    notes: [...new Set(all.flatMap(({ notes }) => notes))],
    readModels: first.readModels.map(({ file }) => {
      const same = all.flatMap(({ readModels }) => readModels.filter((extent) => extent.file === file));
      return {
        file,
        events: same.reduce((total, { events }) => total + events, 0),
        snapshots: same.reduce((total, { snapshots }) => total + snapshots, 0),
      };
    }),
  };
}

/** Where a file cannot be read any further, every partition finds that it cannot; of price books each finds what the first does. */
function withoutRepeated(reports: readonly LedgerReport[]): readonly Finding[] {
  const reported = new Set<string>();
  return reports.flatMap(({ findings }) => {
    const here = findings.map((finding) => [finding, JSON.stringify(finding)] as const);
    const fresh = here.filter(([, text]) => !reported.has(text));
    for (const [, text] of fresh) reported.add(text);
    return fresh.map(([finding]) => finding);
  });
}
