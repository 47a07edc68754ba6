import type { Command } from 'commander';
import { PriceBookCatalog, shippedPriceBooks } from '#domain';
import { checkpointsStream } from '#proofs';
import { printable, printableJson, ProgressBar } from '#terminal';
import { type Finding, findingsKeptMax } from '../../finding.ts';
import { logFile } from '../../source/data-directory.ts';
import { outsideCheckpoints } from '../../source/known-checkpoints.ts';
import { NoSuchData } from '../../source/open-log.ts';
import { findingLines } from '../../texts.ts';
import { auditLedger } from '../../verify/audit-ledger.ts';
import type { AuditProgress, AuditReport } from '../../verify/audit-options.ts';
import { verifyHashes } from '../../verify/hashes/verify-hashes.ts';
import { verifyBundle } from '../../verify/verify-bundle.ts';
import { otherZonesNote } from '../../verify/zones-compared.ts';
import { type Asked, type Checked, checkedBy, checkedLines } from '../checked.ts';
import type { CliContext, CliDependencies } from '../context.ts';
import { type LedgerOptionsWithJson, placeIn, withLedgerAndJson } from '../ledger-options.ts';

interface Options extends LedgerOptionsWithJson {
  readonly accounts?: string;
  readonly checkpoint?: string;
  readonly hashes: boolean;
}

export function addVerify(program: Command, { dependencies, line, ended }: CliContext): void {
  const command = program
    .command('verify [bundle]')
    .description('everything that must be true of a bundle, or of the log and of what derives from it');
  withLedgerAndJson(command, dependencies)
    .option('--accounts <prefix>', 'only accounts whose ids start with this')
    .option('--checkpoint <file>', 'compares with the checkpoints of this file, which was kept elsewhere')
    .option(
      '--hashes',
      'only the hash chains of the log, on all cores: no rules, no checkpoints, no read models',
      false,
    )
    .action(async (bundle: string | undefined, options: Options) => {
      const bar = new ProgressBar(dependencies.errorTerminal);
      const progress: AuditProgress = (done, total) => {
        bar.show(done, total);
      };
      const report = await audit(bundle, options, dependencies, progress).finally(() => {
        bar.clear();
      });
      const checked = checkedBy(report, askedBy(bundle, options));
      const json = { ...report, ...checked };
      for (const text of options.json ? [printableJson(json)] : reportLines(report, checked)) line(text);
      ended(report.found);
    });
}

async function audit(
  bundle: string | undefined,
  options: Options,
  dependencies: CliDependencies,
  progress: AuditProgress,
): Promise<AuditReport> {
  const { accounts, checkpoint } = options;
  if (options.hashes) {
    const place = placeIn(options, dependencies);
    const more = [bundle, accounts, checkpoint].some((option) => option !== undefined);
    if (more || place.engine !== 'sqlite')
      throw new NoSuchData('--hashes verifies all of the log in a data directory, and nothing else');
    return verifyHashes(logFile(place.directory), {}, progress);
  }
  const { checkpoints: outside, torn } =
    checkpoint === undefined ? { checkpoints: [], torn: [] } : outsideCheckpoints(checkpoint);
  if (bundle !== undefined) {
    if (accounts !== undefined || options.kurrentdb !== undefined)
      throw new NoSuchData('a bundle is verified as a whole');
    return withTorn(await verifyBundle(bundle, outside, progress), torn);
  }
  const priceBooks = dependencies.priceBooks ?? new PriceBookCatalog(shippedPriceBooks);
  const asked = { priceBooks, outside, ...(accounts !== undefined && { accounts }) };
  return withTorn(await auditLedger(placeIn(options, dependencies), asked, progress), torn);
}

/** Lines of the file of checkpoints that are torn spoil no other, but are no proof either. */
function withTorn(report: AuditReport, torn: readonly number[]): AuditReport {
  const findings = torn.map((line): Finding => {
    const detail = 'kept outside: this line of the file is not a complete checkpoint, and was skipped';
    return { kind: 'checkpoint-line-torn', stream: checkpointsStream, line, detail };
  });
  const kept = [...report.findings, ...findings].slice(0, findingsKeptMax);
  return { ...report, findings: kept, found: report.found + findings.length };
}

function askedBy(bundle: string | undefined, { hashes, accounts, checkpoint }: Options): Asked {
  const mode = bundle === undefined ? 'ledger' : 'bundle';
  const outside = checkpoint === undefined ? 0 : outsideCheckpoints(checkpoint).checkpoints.length;
  return { mode: hashes ? 'hashes' : mode, accounts, outside };
}

function reportLines(report: AuditReport, checked: Checked): readonly string[] {
  const { findings, found, notes, otherZones, events, accounts, streams } = report;
  const zonesNote = otherZonesNote(otherZones);
  return [
    ...findingLines(findings, found),
    ...[...notes, ...(zonesNote === undefined ? [] : [zonesNote])].map((note) => `note: ${printable(note)}`),
    ...checkedLines(checked),
    `${String(events)} events, ${String(accounts)} accounts, ${String(streams)} streams`,
    `audit: ${String(found)} findings`,
  ];
}
