import { DatabaseSync } from 'node:sqlite';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { BEGINNING, type Position } from '#application/ports';
import { accountOfStream } from '#domain';
import { type Finding, type FindingKind, Findings } from '../../finding.ts';
import { isDamage } from '../../source/log-damage.ts';
import { schemaFindings } from '../../source/log-file.ts';
import { eventsMaxIn, openLog, positionText, type SqliteLog } from '../../source/open-log.ts';
import { StreamChain } from '../../source/stream-chain.ts';
import type { AuditProgress, AuditReport } from '../audit-options.ts';
import { threadsHere } from '../partitions/partition-plan.ts';
import { type Extent, joinedStreams, type StoredHead } from './joined-streams.ts';
import { newCounters, readByThreads, readHere } from './read-streams.ts';
import { eventsRead, type StreamsRead } from './streams-reader.ts';

export interface HashesOptions {
  /** Default one for each core, 8 at most. */
  readonly threads?: number;
  /** That this thread reads one after the other, if it is the only one; default one. */
  readonly partitions?: number;
  /** Positions that this thread reads at once, if it is the only one. */
  readonly windowPositions?: number;
}

/** Findings that verifying hashes can have; what a full audit finds besides is about rules, checkpoints and read models. */
export const kindsOfHashes: ReadonlySet<FindingKind> = new Set([
  'revision-gap',
  'hash-wrong',
  'event-id-wrong',
  'log-damaged',
  'append-unreadable',
  'position-gap',
  'append-misplaced',
  'head-differs',
  'mark-differs',
]);

const note = 'only hashes, revisions and places were verified: no rules, no checkpoints, no read models';

const lockWaitMs = 2_000;
const pageEventsMax = 2_000;
const shownEveryMs = 100;

/**
 * Verifies the hash chains of a log in one SQLite file on all cores, read-only, also beside a running service: every
 * hash and id is made again from the stored texts, and places, heads, marks and the tables as such are compared. Each
 * thread has a partition of the streams; threads only tell whether these are sound. If anything is not, the log is read once
 * more in order, by the code that a full audit reads it with.
 *
 * @throws NoSuchData if there is no such log, or it is of another version.
 */
export async function verifyHashes(
  file: string,
  options: HashesOptions = {},
  progress: AuditProgress = () => undefined,
): Promise<AuditReport> {
  const log = openLog(file);
  try {
    const known = readExtent(file);
    const extent = known ?? nothing;
    const joined = joinedStreams(await read(file, extent.end, options, progress), extent);
    const findings = new Findings();
    const clean = extent.end > 0 && joined.sound && joined.suspects.size === 0;
    // Where rows do not fit, a partition may have passed over some.
    const suspects = known !== undefined && joined.sound ? joined.suspects : undefined;
    const located = clean ? undefined : await locate(log, suspects, findings, progress);
    const isEmpty = known?.end === 0;
    if (!clean && !isEmpty && findings.count === 0) findings.add(somewhere);
    const events = located?.events ?? joined.events;
    return {
      findings: findings.kept,
      found: findings.count,
      others: 0,
      events,
      followed: events,
      streams: joined.names.length,
      accounts: joined.names.filter((name) => accountOfStream(name) !== undefined).length,
      position: located?.position ?? positionText(extent.end - 1),
      otherZones: [],
      notes: [note],
    };
  } finally {
    log.close();
  }
}

async function read(
  file: string,
  end: number,
  { threads = threadsHere(), partitions = threads, windowPositions }: HashesOptions,
  progress: AuditProgress,
): Promise<readonly StreamsRead[]> {
  const counters = newCounters();
  const start = { file, end, counters };
  const shown = setInterval(() => {
    progress(Number(Atomics.load(new BigInt64Array(counters), eventsRead)), end);
  }, shownEveryMs);
  try {
    return await (threads > 1 ? readByThreads(start, threads) : readHere(start, partitions, windowPositions));
  } finally {
    clearInterval(shown);
  }
}

interface StreamName {
  readonly id: number;
  readonly name: unknown;
}

/** So that what is not sound is never called so. */
const somewhere: Finding = {
  kind: 'log-damaged',
  stream: 'events.db',
  detail: 'its hashes, places, heads or marks do not fit together, and nothing says where: verify it as a whole',
};

const nothing: Extent = { end: 0, savedUntil: -1, heads: [], marks: 0, names: new Map() };

/**
 * Where the log ends, and what was derived from it, all of one moment; undefined if its tables cannot be read, or are not as
 * they are made.
 */
function readExtent(file: string): Extent | undefined {
  const database = new DatabaseSync(file, { readOnly: true, timeout: lockWaitMs });
  try {
    if (schemaFindings(database).length > 0) return undefined;
    database.exec('BEGIN');
    const last = database.prepare('SELECT position, count FROM groups ORDER BY position DESC LIMIT 1').get();
    const heads = database.prepare('SELECT stream, position FROM heads').all() as unknown as StoredHead[];
    const saved = database.prepare('SELECT until FROM heads_saved').get();
    const position = Number(last?.['position'] ?? -1);
    // A row of nothing belongs to what is read, too.
    const end = Math.min(position + Math.max(Number(last?.['count'] ?? 1), 1), eventsMaxIn(database));
    const marks = database.prepare('SELECT count(*) AS count FROM marks WHERE position < ?').get(end);
    const names = database.prepare('SELECT id, name FROM streams').all() as unknown as StreamName[];
    return {
      end,
      savedUntil: Number(saved?.['until']),
      heads,
      marks: Number(marks?.['count']),
      names: new Map(names.flatMap(({ id, name }) => (typeof name === 'string' ? [[id, name]] : []))),
    };
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  } finally {
    database.close();
  }
}

/** Says what is wrong and where: follows the suspected chains, all if none is named, and all rows. */
async function locate(
  log: SqliteLog,
  suspects: ReadonlySet<string> | undefined,
  findings: Findings,
  progress: AuditProgress,
): Promise<{ readonly events: number; readonly position: Position }> {
  const chains = new Map<string, StreamChain>();
  const findChain = (stream: string): StreamChain | undefined => {
    if (suspects?.has(stream) === false) return undefined;
    const chain = chains.get(stream) ?? new StreamChain();
    chains.set(stream, chain);
    return chain;
  };
  let [position, events]: [Position, number] = [BEGINNING, 0];
  for (;;) {
    const page = log.readAll(position, pageEventsMax);
    for (const finding of page.findings ?? []) findings.add(finding);
    for (const event of page.events) {
      const { stream, revision } = event;
      findChain(stream)?.follow(event, (kind, detail) => {
        findings.add({ kind, stream, revision, detail });
      });
    }
    ({ position } = page);
    events += page.events.length;
    progress(events, log.eventsToRead);
    if (page.atEnd) break;
    await yieldToOthers();
  }
  for (const finding of log.lastFindings()) findings.add(finding);
  return { events, position };
}
