import { accountStream } from '#ledger';
import type { Streams } from './account-history.ts';
import { Findings } from './finding.ts';
import { HeldTable, type HeldRow } from './held-table.ts';
import { HoldsFollowed } from './holds-table.ts';
import type { AuditedLog } from './open-log.ts';
import { everything, pagesOf } from './selection.ts';
import { TrustedEvents } from './trusted-events.ts';
import { isFault, usageRows, type ColumnNames, type UsageFault, type UsageRow } from './usage-file.ts';

/** How a call stands on both sides. */
export const results = [
  'matched',
  'missing-here',
  'missing-there',
  'outcome-differs',
  'charged-differently',
  'time-differs',
  'twice-there',
] as const;

export type Result = (typeof results)[number];

/** One call, by both sides. */
export interface Reconciled {
  readonly result: Result;
  /** Undefined where the file has none. */
  readonly theirs: UsageRow | undefined;
  /** Undefined where the account has none. */
  readonly ours: HeldRow | undefined;
}

export interface ReconcileOptions {
  readonly accountId: string;
  readonly file: string;
  readonly columns: ColumnNames;
  /** How far the two clocks, and the ends of the file, may be apart, in ms. */
  readonly windowMs: number;
  /** What the file covers, ms since 1970, both included; by default from its first to its last call. */
  readonly from?: number;
  readonly until?: number;
  /** ms since 1970. */
  readonly now: number;
}

export interface Reconciliation {
  readonly counts: Readonly<Record<Result, number>>;
  /** What is wrong with the account's history. */
  readonly findings: Findings;
}

/** Most faults of a file that are told one by one. */
export const usageFaultsMax = 100;

/** A usage file that cannot be compared, with what is wrong with it. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
  /** The first {@link usageFaultsMax} of them. */
  readonly faults: readonly UsageFault[];

  constructor(faults: readonly UsageFault[], count: number) {
    super(`${String(count)} lines of the file are not as they must be`);
    this.faults = faults;
  }
}

/**
 * Compares what a provider says of the calls with the holds that paid for them; a request's id is its hold's. Reads the
 * file twice, first to see that all of it can be read; neither it nor the holds are ever in memory as a whole.
 *
 * @param say is told of every call; what it returns is waited for.
 * @throws UnusableFile before anything was compared; NoSuchData if there is no such account.
 */
export async function reconcile(
  log: AuditedLog & Streams,
  options: ReconcileOptions,
  say: (call: Reconciled) => Promise<unknown> | undefined,
): Promise<Reconciliation> {
  const { file, columns, windowMs } = options;
  const period = await periodOf(file, columns);
  const held = new HeldTable();
  try {
    const findings = await fill(held, log, options);
    const counts = Object.fromEntries(results.map((result) => [result, 0])) as Record<Result, number>;
    const tell = (call: Reconciled): Promise<unknown> | undefined => {
      counts[call.result] += 1;
      return say(call);
    };
    for await (const row of usageRows(file, columns)) {
      if (isFault(row)) throw new UnusableFile([row], 1);
      await tell(compared(row, held.name(row.requestId), windowMs));
    }
    // A call at the very end of what the file covers may be in the file of the day before or after.
    const from = (options.from ?? period.from) + windowMs;
    const until = (options.until ?? period.until) - windowMs;
    for (const ours of held.unnamed(from, until)) await tell({ result: 'missing-there', theirs: undefined, ours });
    return { counts, findings };
  } finally {
    held.close();
  }
}

async function periodOf(file: string, columns: ColumnNames): Promise<{ from: number; until: number }> {
  const faults: UsageFault[] = [];
  let [count, from, until] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for await (const row of usageRows(file, columns)) {
    if (!isFault(row)) {
      from = Math.min(from, row.time);
      until = Math.max(until, row.time);
      continue;
    }
    count += 1;
    if (faults.length < usageFaultsMax) faults.push(row);
  }
  if (count > 0) throw new UnusableFile(faults, count);
  return { from, until };
}

async function fill(
  held: HeldTable,
  log: AuditedLog & Streams,
  { accountId, now }: ReconcileOptions,
): Promise<Findings> {
  const findings = new Findings();
  const trusted = new TrustedEvents(findings);
  const holds = new HoldsFollowed(everything);
  for await (const page of pagesOf(log, { ...everything, ids: [accountId] })) {
    for (const recorded of page.events) {
      const event = recorded.stream === accountStream(accountId) ? trusted.take(recorded) : undefined;
      if (event === undefined) continue;
      for (const hold of holds.take(accountId, event)) held.add(hold);
    }
  }
  for (const hold of holds.rest(now)) held.add(hold);
  return findings;
}

function compared(theirs: UsageRow, ours: HeldRow | undefined, windowMs: number): Reconciled {
  return { result: resultOf(theirs, ours, windowMs), theirs, ours };
}

function resultOf(theirs: UsageRow, ours: HeldRow | undefined, windowMs: number): Result {
  if (ours !== undefined && ours.named > 0) return 'twice-there';
  if (ours === undefined) return 'missing-here';
  const settled = ours.status === 'settled';
  if (theirs.outcome === 'failed') return settled ? 'outcome-differs' : 'matched';
  // A product that charges matches only releases the hold of a mismatch.
  const freeMismatch = ours.outcome === 'mismatch' && theirs.outcome === 'mismatch';
  if (!settled && !freeMismatch) return 'missing-here';
  if (ours.outcome !== theirs.outcome) return 'outcome-differs';
  if (theirs.quantity !== null && ours.quantity !== null && theirs.quantity !== ours.quantity)
    return 'charged-differently';
  if (theirs.amount !== null && theirs.amount !== ours.charged) return 'charged-differently';
  const early = theirs.time < ours.opened_at - windowMs;
  const late = ours.settled_at !== null && theirs.time > ours.settled_at + windowMs;
  return early || late ? 'time-differs' : 'matched';
}
