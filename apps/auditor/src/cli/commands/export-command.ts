import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { PriceBookCatalog, shippedPriceBooks } from '#domain';
import { syncFolder } from '#files';
import { readSecret } from '#runtime';
import { ProgressBar } from '#terminal';
import { exportBundle, type Exported, type Selection } from '../../bundle/export-bundle.ts';
import { type BundleFile, PackedFile } from '../../bundle/packed-file.ts';
import { PackingThread } from '../../bundle/packing-thread.ts';
import { recordExport } from '../../bundle/record-export.ts';
import type { OpenLedger } from '../../source/open-ledger.ts';
import { NoSuchData } from '../../source/open-log.ts';
import type { CliContext, CliDependencies } from '../context.ts';
import { type LedgerOptions, useLedger, withLedgerOptions } from '../ledger-options.ts';
import { moment } from '../options.ts';

interface Options extends LedgerOptions {
  readonly accounts?: readonly string[];
  readonly from?: number;
  readonly until?: number;
  readonly record?: string;
}

export function addExport(program: Command, { dependencies, line }: CliContext): void {
  const command = program
    .command('export <bundle>')
    .description('writes the events, checkpoints and prices into one file that is verified without a server');
  withLedgerOptions(command, dependencies)
    .option('--accounts <prefixes...>', 'only accounts whose ids start with one of these')
    .option('--from <time>', 'of accounts only what happened from this RFC 3339 time on', moment)
    .option('--until <time>', 'of accounts only what happened before this time', moment)
    .addOption(
      new Option('--record <url>', 'records this export in the log of the service there, with HOLDFAST_AUDITOR_KEY'),
    )
    .action(async (bundle: string, options: Options) => {
      const { accounts = null, from = null, until = null, record } = options;
      const selection = { accounts, from, until };
      const exported = await useLedger(options, dependencies, (log) => toFile(bundle, log, selection, dependencies));
      line(`${String(exported.events)} events in ${bundle}`);
      line(`sha256 ${exported.digest}`);
      if (record === undefined) {
        line('note: this export is not recorded; --record <url> records it');
        return;
      }
      const key = readSecret(dependencies.environment ?? {}, 'HOLDFAST_AUDITOR_KEY');
      line(`recorded as ${await recordExport(record, key, selection, exported)}`);
    });
}

/** So few events are packed sooner than a thread is started. */
const ownEventsMax = 50_000;

function createdFile(name: string, events: number | undefined): BundleFile {
  closeSync(openSync(name, 'wx', 0o600));
  return events !== undefined && events < ownEventsMax ? new PackedFile(name) : new PackingThread(name);
}

/** Under another name until it is whole. Nothing is written over. */
async function toFile(
  bundle: string,
  log: OpenLedger,
  selection: Selection,
  { now, priceBooks, errorTerminal }: CliDependencies,
): Promise<Exported> {
  if (existsSync(bundle)) throw new NoSuchData(`${bundle}: there is a file of this name`);
  const unfinished = `${bundle}.part`;
  const bar = new ProgressBar(errorTerminal);
  const books = priceBooks ?? new PriceBookCatalog(shippedPriceBooks);
  if (existsSync(unfinished)) {
    throw new NoSuchData(
      `${unfinished}: an export is being written there, or was and broke off; if none is, delete it`,
    );
  }
  const file = createdFile(unfinished, log.eventsToRead);
  try {
    const about = { priceBooks: books.books, now: now() };
    const exported = await exportBundle(log, selection, about, file, (done, total) => {
      bar.show(done, total);
    });
    renameSync(unfinished, bundle);
    syncFolder(dirname(bundle));
    return exported;
  } catch (error) {
    await file.stop();
    rmSync(unfinished, { force: true });
    throw error;
  } finally {
    bar.clear();
  }
}
