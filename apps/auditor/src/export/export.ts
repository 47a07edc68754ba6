import type { RecordedEvent } from '#application/ports';
import { accountOfStream } from '#domain';
import { printableJson } from '#terminal';
import { Findings } from '../finding.ts';
import type { Streams } from '../source/account-history.ts';
import type { AuditedLog } from '../source/open-log.ts';
import { inPeriod, readPages, type Selection } from '../source/selection.ts';
import { TrustedEvents } from '../source/trusted-events.ts';
import { timeText } from '../texts.ts';
import { holdColumns, holdRow, HoldsFollowed } from './holds-table.ts';
import { Journal } from './journal.ts';
import type { JournalFormat } from './journal-texts.ts';

/** Where an export goes to. */
export interface Outlet {
  /** Takes lines with their line ends; may keep them until {@link flush} is asked for. */
  readonly write: (text: string) => void;
  /** Writes what was kept and waits until there is room again; false if nobody reads any more. */
  readonly flush: () => Promise<boolean>;
  readonly progress: (read: number, toRead: number | undefined) => void;
}

/** What lines an event brings, and those that remain at the end; each with its line end. */
interface Export {
  take(event: RecordedEvent): Iterable<string>;
  rest(): Iterable<string>;
}

/** Lines made before it is asked whether there is room for more. */
const linesAtOnceMax = 1_000;

type Source = AuditedLog & Streams;

/** Page by page: neither the log nor what is made of it is ever in memory as a whole. */
async function run(log: Source, selection: Selection, what: Export, findings: Findings, outlet: Outlet): Promise<void> {
  for await (const page of readPages(log, selection)) {
    for (const finding of page.findings) findings.add(finding);
    for (const event of page.events) {
      for (const line of what.take(event)) outlet.write(line);
    }
    outlet.progress(page.read, page.toRead);
    if (!(await outlet.flush())) return;
  }
  let lines = 0;
  for (const line of what.rest()) {
    outlet.write(line);
    lines += 1;
    if (lines % linesAtOnceMax === 0 && !(await outlet.flush())) return;
  }
  await outlet.flush();
}

/**
 * Every line of the journal of the selected accounts. An account with an event that cannot be trusted ends before it.
 *
 * @returns what is wrong with the histories.
 */
export async function exportJournal(
  log: Source,
  selection: Selection,
  format: JournalFormat,
  outlet: Outlet,
): Promise<Findings> {
  const findings = new Findings();
  const trusted = new TrustedEvents(findings);
  const journal = new Journal(selection);
  for (const line of format.head) outlet.write(line);
  const what: Export = {
    *take(recorded) {
      const event = trusted.take(recorded);
      const accountId = accountOfStream(recorded.stream);
      if (event === undefined || accountId === undefined) return;
      for (const entry of journal.take(accountId, recorded, event)) yield* format.formatLines(entry);
    },
    *rest() {
      for (const entry of journal.rest()) yield* format.formatLines(entry);
    },
  };
  await run(log, selection, what, findings, outlet);
  return findings;
}

/**
 * One row for each hold of the selected accounts that was opened in the period, as it reads now.
 *
 * @param now ms since 1970.
 */
export async function exportHolds(log: Source, selection: Selection, now: number, outlet: Outlet): Promise<Findings> {
  const findings = new Findings();
  const trusted = new TrustedEvents(findings);
  const holds = new HoldsFollowed(selection);
  outlet.write(holdColumns);
  const what: Export = {
    *take(recorded) {
      const event = trusted.take(recorded);
      const accountId = accountOfStream(recorded.stream);
      if (event === undefined || accountId === undefined) return;
      for (const hold of holds.take(accountId, event)) yield holdRow(hold);
    },
    *rest() {
      for (const hold of holds.rest(now)) yield holdRow(hold);
    },
  };
  await run(log, selection, what, findings, outlet);
  return findings;
}

/**
 * Every event as it is stored, one JSON object a line. `data` and `metadata` are the stored texts themselves: the hashes
 * are over them. Events that cannot be trusted are there like all others.
 */
export async function exportEvents(log: Source, selection: Selection, outlet: Outlet): Promise<Findings> {
  const findings = new Findings();
  const trusted = new TrustedEvents(findings);
  const what: Export = {
    *take(recorded) {
      trusted.take(recorded);
      if (inPeriod(selection, readTime(recorded))) yield eventLine(recorded);
    },
    rest: () => [],
  };
  await run(log, selection, what, findings, outlet);
  return findings;
}

function eventLine({ stream, revision, position, recordedAt, id, type, data, metadata, hash }: RecordedEvent): string {
  const recorded = timeText(recordedAt);
  return `${printableJson({ stream, revision, position, recordedAt: recorded, id, type, data, metadata, hash })}\n`;
}

/** When it happened; where its data does not say that, when it was stored. */
function readTime({ data, recordedAt }: RecordedEvent): number {
  try {
    const { at } = JSON.parse(data) as { at?: unknown };
    return typeof at === 'number' ? at : recordedAt;
  } catch {
    return recordedAt;
  }
}
