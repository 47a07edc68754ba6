import { type AccountCalendar, accountStream, calendarAfter, offsetReader } from '#domain';
import { HoldsFollowed } from '../export/holds-table.ts';
import { Findings } from '../finding.ts';
import type { Streams } from '../source/account-history.ts';
import { type AuditedLog, NoSuchData } from '../source/open-log.ts';
import { everything, readPages } from '../source/selection.ts';
import { TrustedEvents } from '../source/trusted-events.ts';
import { CsvError } from './csv-rows.ts';
import { type HeldRow, HeldTable } from './held-table.ts';
import { type Dialect, readUsageDialect, type UsageFormat } from './usage-dialect.ts';
import { isUsageError, type UsageError, type UsageRow, usageRows } from './usage-file.ts';
import { toInstant } from './usage-times.ts';

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

/** One row of the file, as of an instant. */
export interface TheirCall extends Omit<UsageRow, 'time' | 'accountId'> {
  readonly accountId: string;
  /** ms since 1970. */
  readonly time: number;
}

/** One call, by both sides. */
export interface Reconciled {
  readonly result: Result;
  /** Undefined where the file has none. */
  readonly theirs: TheirCall | undefined;
  /** Undefined where the account has none. */
  readonly ours: HeldRow | undefined;
}

export interface ReconcileOptions {
  /** Whose calls the file has; undefined: it says so itself, row by row. */
  readonly accountId: string | undefined;
  readonly file: string;
  readonly format: UsageFormat;
  /** Of times without an offset; undefined: each account's own. */
  readonly timeZone: string | undefined;
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
  /** What is wrong with the accounts' histories. */
  readonly findings: Findings;
}

/** Most errors of a file that are listed one by one. */
export const usageErrorsMax = 100;

/** A usage file that cannot be compared, with what is wrong with it. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile';
  /** The first {@link usageErrorsMax} of them. */
  readonly errors: readonly UsageError[];

  constructor(errors: readonly UsageError[], count: number) {
    super(count === 1 ? 'it is not as it must be' : `${String(count)} lines of the file are not as they must be`);
    this.errors = errors;
  }
}

/**
 * Compares what a provider says of the calls with the holds that paid for them; a request's id is its hold's. Reads the
 * file three times: to see that all of it can be read, to learn what time it covers, and to compare; neither it nor the
 * holds are ever in memory as a whole.
 *
 * @param report is told of every call; what it returns is waited for.
 * @throws UnusableFile before anything was compared; NoSuchData if there is no such account.
 */
export async function reconcile(
  log: AuditedLog & Streams,
  options: ReconcileOptions,
  report: (call: Reconciled) => Promise<unknown> | undefined,
): Promise<Reconciliation> {
  const { windowMs } = options;
  const held = new HeldTable();
  try {
    const dialect = await readDialect(options);
    const accountIds = await checkRows(held, dialect, options);
    const { findings, calendars } = await fill(held, log, accountIds, options);
    const calls = (): AsyncGenerator<TheirCall, void> => callsIn(dialect, calendars, options);
    const period = await findPeriod(calls(), options);
    const counts = Object.fromEntries(results.map((result) => [result, 0])) as Record<Result, number>;
    const reportCall = (call: Reconciled): Promise<unknown> | undefined => {
      counts[call.result] += 1;
      return report(call);
    };
    for await (const theirs of calls()) {
      const ours = held.find(theirs.accountId, theirs.requestId);
      await reportCall({ result: compareCall(held, theirs, ours, windowMs), theirs, ours });
    }
    // A call at the very end of what the file covers may be in the file of the day before or after.
    const [from, until] = [period.from + windowMs, period.until - windowMs];
    for (const ours of held.unnamed(from, until))
      await reportCall({ result: 'missing-there', theirs: undefined, ours });
    return { counts, findings };
  } finally {
    held.close();
  }
}

async function readDialect({ file, format, accountId }: ReconcileOptions): Promise<Dialect> {
  const dialect = await readUsageDialect(file, format).catch((error: unknown) => {
    throw error instanceof CsvError ? new UnusableFile([{ line: error.line, error: error.message }], 1) : error;
  });
  if (accountId === undefined && dialect.places.account < 0) {
    const error = 'its first row names no column account, so --account has to say whose calls they are';
    throw new UnusableFile([{ line: 1, error }], 1);
  }
  return dialect;
}

/** Sees that every row can be read, and notes the requests. Returns the accounts whose calls they are. */
async function checkRows(held: HeldTable, dialect: Dialect, options: ReconcileOptions): Promise<ReadonlySet<string>> {
  const { file, accountId } = options;
  const accountIds = new Set(accountId === undefined ? [] : [accountId]);
  const errors: UsageError[] = [];
  let count = 0;
  for await (const row of usageRows(file, dialect)) {
    const read = isUsageError(row) ? row : (foreignTo(accountId, row) ?? row);
    if (isUsageError(read)) {
      count += 1;
      if (errors.length < usageErrorsMax) errors.push(read);
      continue;
    }
    const account = read.accountId ?? accountId ?? '';
    accountIds.add(account);
    held.count(account, read.requestId, read.outcome !== 'failed');
  }
  if (count > 0) throw new UnusableFile(errors, count);
  return accountIds;
}

function foreignTo(accountId: string | undefined, { line, accountId: said }: UsageRow): UsageError | undefined {
  if (accountId === undefined || said === undefined || said === accountId) return undefined;
  return { line, error: `it is of the account ${said}, and --account says ${accountId}` };
}

async function* callsIn(
  dialect: Dialect,
  calendars: ReadonlyMap<string, AccountCalendar>,
  { file, accountId, timeZone }: ReconcileOptions,
): AsyncGenerator<TheirCall, void> {
  const given = timeZone === undefined ? undefined : offsetReader(timeZone);
  for await (const row of usageRows(file, dialect)) {
    if (isUsageError(row)) throw new UnusableFile([row], 1);
    const account = row.accountId ?? accountId ?? '';
    // An account that is not there has no clock; its calls are missing here whatever the time is.
    const calendar = calendars.get(account);
    const time = toInstant(row.time, given ?? ((at) => calendar?.offsetAt(at) ?? 0));
    yield { ...row, accountId: account, time };
  }
}

/** @throws UnusableFile if the file has no call and nothing else says what time it covers. */
async function findPeriod(
  calls: AsyncIterable<TheirCall>,
  { from: givenFrom, until: givenUntil }: ReconcileOptions,
): Promise<{ from: number; until: number }> {
  let [from, until] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for await (const { time } of calls) {
    from = Math.min(from, time);
    until = Math.max(until, time);
  }
  if (until < from && (givenFrom === undefined || givenUntil === undefined)) {
    const error = 'it has no calls, so --from and --until have to say what time it covers';
    throw new UnusableFile([{ line: 1, error }], 1);
  }
  return { from: givenFrom ?? from, until: givenUntil ?? until };
}

async function fill(
  held: HeldTable,
  log: AuditedLog & Streams,
  accountIds: ReadonlySet<string>,
  { accountId: asked, now }: ReconcileOptions,
): Promise<{ findings: Findings; calendars: ReadonlyMap<string, AccountCalendar> }> {
  const findings = new Findings();
  const trusted = new TrustedEvents(findings);
  const calendars = new Map<string, AccountCalendar>();
  for (const accountId of accountIds) {
    const holds = new HoldsFollowed(everything);
    try {
      for await (const page of readPages(log, { ...everything, ids: [accountId] })) {
        for (const recorded of page.events) {
          const event = recorded.stream === accountStream(accountId) ? trusted.take(recorded) : undefined;
          if (event === undefined) continue;
          const calendar = calendarAfter(calendars.get(accountId), event);
          if (calendar !== undefined) calendars.set(accountId, calendar);
          for (const hold of holds.take(accountId, event)) held.add(hold);
        }
      }
    } catch (error) {
      // One that the file alone names is no reason to compare nothing: its calls are missing here.
      if (!(error instanceof NoSuchData) || accountId === asked) throw error;
    }
    for (const hold of holds.rest(now)) held.add(hold);
  }
  return { findings, calendars };
}

function compareCall(held: HeldTable, theirs: TheirCall, ours: HeldRow | undefined, windowMs: number): Result {
  const { accountId, requestId } = theirs;
  const settled = ours?.status === 'settled';
  if (theirs.outcome === 'failed') {
    // Nothing is to be charged for it. An attempt that was followed by a completed one is told with that one.
    return settled && !held.wasCompleted(accountId, requestId) ? 'outcome-differs' : 'matched';
  }
  if (held.countMention(accountId, requestId) > 0) return 'twice-there';
  if (ours === undefined) return 'missing-here';
  // A product that charges matches only releases the hold of a mismatch.
  const freeMismatch = ours.outcome === 'mismatch' && theirs.outcome === 'mismatch';
  if (!settled && !freeMismatch) return 'missing-here';
  if (ours.outcome !== theirs.outcome) return 'outcome-differs';
  if (theirs.quantity !== null && ours.quantity !== null && theirs.quantity !== ours.quantity)
    return 'charged-differently';
  // What a provider asks for units that a pack has paid for is not in the balance.
  if (theirs.amount !== null && ours.pack_units === 0 && theirs.amount !== ours.charged) return 'charged-differently';
  const early = theirs.time < ours.opened_at - windowMs;
  const late = ours.settled_at !== null && theirs.time > ours.settled_at + windowMs;
  return early || late ? 'time-differs' : 'matched';
}
