import type { Command } from 'commander';
import { PriceBookShelf, shippedPriceBooks } from '#ledger';
import { ProgressBar } from '#terminal';
import { auditKurrentDb } from '../audit-kurrentdb.ts';
import type { AuditProgress, AuditReport } from '../audit.ts';
import { auditDirectory, logFile } from '../data-directory.ts';
import { verifyHashes } from '../hashes/verify-hashes.ts';
import { verifyBundle } from '../bundle/verify-bundle.ts';
import { outsideCheckpoints } from '../known-checkpoints.ts';
import { NoSuchData } from '../open-log.ts';
import { findingLines } from '../texts.ts';
import { withKurrentDb, type KurrentDbChoice } from './kurrentdb-options.ts';
import { withJson, type CommonWithJson } from './options.ts';
import type { Desk, Surroundings } from './surroundings.ts';

interface Options extends CommonWithJson, KurrentDbChoice {
  readonly accounts?: string;
  readonly checkpoint?: string;
  readonly hashes: boolean;
}

export function addVerify(program: Command, { surroundings, line, ended }: Desk): void {
  const command = program
    .command('verify [bundle]')
    .description('everything that must be true of a bundle, or of the log and of what derives from it');
  withKurrentDb(withJson(command), surroundings)
    .option('--accounts <prefix>', 'only accounts whose ids start with this')
    .option('--checkpoint <file>', 'compares with the checkpoints of this file, which was kept elsewhere')
    .option('--hashes', 'only the hash chains of the log, on all cores: no rules, no checkpoints, no views', false)
    .action(async (bundle: string | undefined, options: Options) => {
      const bar = new ProgressBar(surroundings.errorTerminal);
      const progress: AuditProgress = (done, total) => {
        bar.show(done, total);
      };
      const report = await audit(bundle, options, surroundings, progress).finally(() => {
        bar.clear();
      });
      for (const text of options.json ? [JSON.stringify(report)] : reportLines(report)) line(text);
      ended(report.found);
    });
}

async function audit(
  bundle: string | undefined,
  { data, accounts, kurrentdb, namespace, checkpoint, hashes }: Options,
  surroundings: Surroundings,
  progress: AuditProgress,
): Promise<AuditReport> {
  if (hashes) {
    const more = [bundle, accounts, checkpoint].some((option) => option !== undefined);
    if (more || kurrentdb)
      throw new NoSuchData('--hashes verifies all of the log in a data directory, and nothing else');
    return verifyHashes(logFile(data), {}, progress);
  }
  const outside = checkpoint === undefined ? [] : outsideCheckpoints(checkpoint);
  if (bundle !== undefined) {
    if (accounts !== undefined || kurrentdb) throw new NoSuchData('a bundle is verified as a whole');
    return verifyBundle(bundle, { outside }, progress);
  }
  const priceBooks = surroundings.priceBooks ?? new PriceBookShelf(shippedPriceBooks);
  const options = { priceBooks, outside, ...(accounts !== undefined && { accounts }) };
  if (kurrentdb) return auditKurrentDb(surroundings.kurrentDbUrl, namespace, options, progress);
  return auditDirectory(data, options, progress);
}

function reportLines(report: AuditReport): readonly string[] {
  const { findings, found, notes, events, accounts, streams } = report;
  return [
    ...findingLines(findings, found),
    ...notes.map((note) => `note: ${note}`),
    `${String(events)} events, ${String(accounts)} accounts, ${String(streams)} streams`,
    `audit: ${String(found)} findings`,
  ];
}
