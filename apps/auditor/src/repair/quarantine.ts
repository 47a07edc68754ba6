import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from '#application/ports';
import { accountOfStream } from '#domain';
import type { FindingKind } from '../finding.ts';
import type { Streams } from '../source/account-history.ts';
import type { AuditedLog } from '../source/open-log.ts';
import { everything, readPages } from '../source/selection.ts';
import { FollowedAccount } from './followed-account.ts';

/** An account that goes no further than some event: a service that replays it takes it out of service. */
export interface StoppedAccount {
  readonly accountId: string;
  /** Where the event stands that cannot be trusted. */
  readonly revision: number;
  readonly position: string;
  readonly type: string;
  readonly kind: FindingKind;
  readonly reason: string;
  /** Events of the account after it: nothing of them counts. */
  readonly after: number;
}

/** An event at which some read models passed its account over. */
export interface ParkedEvent {
  readonly file: string;
  readonly accountId: string;
  readonly revision: number;
  readonly position: string;
  readonly type: string;
  readonly reason: string;
  /** This program takes the event: the read models are behind it, and are lifted by being rebuilt. */
  readonly readable: boolean;
}

export interface Quarantine {
  readonly stopped: readonly StoppedAccount[];
  readonly parked: readonly ParkedEvent[];
}

interface ListedAccount {
  readonly followed: FollowedAccount;
  stopped: (StoppedAccount & { after: number }) | undefined;
}

/**
 * Replays every account and lists those that stop, with where and why; the others go on. Memory as for an audit: a few
 * hundred bytes for each open hold.
 *
 * @param readModelsFiles whose parked events are listed, too.
 */
export async function readQuarantine(
  log: AuditedLog & Streams,
  readModelsFiles: readonly string[],
  progress: (read: number, toRead: number | undefined) => void,
): Promise<Quarantine> {
  const accounts = new Map<string, ListedAccount>();
  for await (const { events, read, toRead } of readPages(log, everything)) {
    for (const event of events) {
      const accountId = accountOfStream(event.stream);
      if (accountId !== undefined) follow(ensureAccount(accounts, accountId), accountId, event);
    }
    progress(read, toRead);
  }
  const stopped = [...accounts.values()].flatMap((account) => account.stopped ?? []);
  const places = new Set(stopped.map(({ position }) => position));
  const parked = readModelsFiles
    .flatMap(parkedIn)
    .map((event) => ({ ...event, readable: !places.has(event.position) }));
  return { stopped, parked };
}

function ensureAccount(accounts: Map<string, ListedAccount>, accountId: string): ListedAccount {
  const known = accounts.get(accountId);
  if (known !== undefined) return known;
  const account = { followed: new FollowedAccount(), stopped: undefined };
  accounts.set(accountId, account);
  return account;
}

function follow(account: ListedAccount, accountId: string, recorded: RecordedEvent): void {
  if (account.stopped !== undefined) {
    account.stopped.after += 1;
    return;
  }
  const error = account.followed.follow(recorded);
  if (error === undefined) return;
  const { revision, position, type } = recorded;
  account.stopped = { accountId, revision, position, type, ...error, after: 0 };
}

/** Most parked events that are listed of one file. */
const parkedListedMax = 10_000;

function parkedIn(file: string): readonly Omit<ParkedEvent, 'readable'>[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database
      .prepare('SELECT position, stream, revision, type, reason FROM parked ORDER BY position LIMIT ?')
      .all(parkedListedMax);
    return rows.map(({ position, stream, revision, type, reason }) => ({
      file: basename(file),
      accountId: accountOfStream(String(stream)) ?? String(stream),
      revision: Number(revision),
      position: String(position),
      type: String(type),
      reason: String(reason),
    }));
  } catch {
    // A file without such a table, or one that is being rebuilt, has parked nothing.
    return [];
  } finally {
    database.close();
  }
}
