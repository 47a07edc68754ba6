import { basename } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RecordedEvent } from '#application/ports';
import { type AccountEvent, accountStream } from '#domain';
import { readModelsVersion } from '#read-models';
import type { FindingKind, Findings } from '../../finding.ts';
import { AuditScope } from '../../source/audit-scope.ts';
import type { StreamChain } from '../../source/stream-chain.ts';
import type { AuditedAccount } from '../audited-account.ts';
import { checkFilters } from './filter-rows.ts';
import { differingHeads } from './head-rows.ts';
import { HoldAndIdRows, type ReportRow } from './hold-and-id-rows.ts';
import { SnapshotRows } from './snapshot-rows.ts';
import { SummaryRows } from './summary-rows.ts';

/** How long a read waits for a lock of the service, in ms. */
const lockWaitMs = 2_000;

/** How much of a file is kept in memory, in KiB, by each partition of an audit. */
const cacheKiB = 32 * 1024;

interface CheckpointRow {
  readonly position: string;
  readonly event_position: string | null;
  readonly event_hash: string | null;
  readonly fold_version: number;
}

/** What of a read model file was compared. */
export interface ReadModelsExtent {
  readonly file: string;
  /** Events of accounts whose rows were compared. */
  readonly events: number;
  readonly snapshots: number;
}

/**
 * One file of read models against the log, while an audit replays it. Reads the file as it was when it was opened, also while
 * a service writes to it, and compares it at its own position: a file may lag behind.
 */
export class ReadModelsAudit {
  readonly file: string;
  /** Why the file was not compared; undefined if it was. */
  note: string | undefined;
  readonly #name: string;
  #database: DatabaseSync | undefined;
  #checkpoint: CheckpointRow | undefined;
  #rows: HoldAndIdRows | undefined;
  #snapshots: SnapshotRows | undefined;
  #summaries: SummaryRows | undefined;
  #findings: Findings | undefined;
  #chains: ReadonlyMap<string, StreamChain> = new Map();
  #scope = new AuditScope();
  /** The last event that the file has seen is in the log. */
  #belongs = false;
  #compared = false;
  #broken: string | undefined;
  #events = 0;

  /** Opened before the log, so that the log goes further. */
  constructor(file: string) {
    this.file = file;
    this.#name = basename(file);
    try {
      this.#open();
    } catch (error) {
      this.#give(error);
      if (!isInUse(error)) return;
      this.#broken = undefined;
      this.note = `${this.#name} was not compared: ${String(error)}`;
    }
  }

  get extent(): ReadModelsExtent {
    return { file: this.#name, events: this.#events, snapshots: this.#snapshots?.compared ?? 0 };
  }

  start(
    accounts: ReadonlyMap<string, AuditedAccount>,
    chains: ReadonlyMap<string, StreamChain>,
    findings: Findings,
    scope: AuditScope,
  ): void {
    this.#findings = findings;
    this.#chains = chains;
    this.#scope = scope;
    if (this.#broken !== undefined) this.#reportFile('read-models-damaged', this.#broken);
    const database = this.#database;
    const checkpoint = this.#checkpoint;
    if (database === undefined || checkpoint === undefined) return;
    const report: ReportRow = (kind, accountId, revision, detail) => {
      findings.add({ kind, stream: accountStream(accountId), revision, detail: `${this.#name}: ${detail}` });
    };
    this.#guard(() => {
      this.#summaries = new SummaryRows(database, accounts, scope, report);
      this.#rows = new HoldAndIdRows(database, report);
      this.#snapshots = new SnapshotRows(database, checkpoint.fold_version, accounts, scope, report);
    });
  }

  /** The log goes on with this event: what the file must show before it is compared before it. */
  reach(event: RecordedEvent): void {
    const checkpoint = this.#checkpoint;
    if (checkpoint === undefined || this.#compared) return;
    if (event.position > checkpoint.position) {
      this.#compareAll();
      return;
    }
    if (event.position === checkpoint.event_position) this.#belongs = event.hash === checkpoint.event_hash;
  }

  /** An event of an account was replayed: what the file has of it must be that very event. */
  compare(accountId: string, account: AuditedAccount, recorded: RecordedEvent, event: AccountEvent): void {
    if (this.#checkpoint === undefined || this.#compared) return;
    this.#events += 1;
    this.#guard(() => {
      if (this.#summaries?.isOutOfService(accountId) !== true) this.#rows?.compare(accountId, recorded, event);
      this.#snapshots?.compare(accountId, account, recorded);
    });
  }

  finish(): void {
    if (!this.#compared) this.#compareAll();
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #open(): void {
    const database = new DatabaseSync(this.file, { readOnly: true, timeout: lockWaitMs });
    this.#database = database;
    // Rows are looked up in the log's order, which is another than theirs.
    database.exec(`PRAGMA cache_size = -${String(cacheKiB)}`);
    // One transaction, so that everything is of one moment.
    database.exec('BEGIN');
    const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (version !== readModelsVersion) {
      this.note = `${this.#name} is of version ${String(version)} and was not compared: a service rebuilds it`;
      return;
    }
    this.#checkpoint = database.prepare('SELECT * FROM checkpoint').get() as unknown as CheckpointRow | undefined;
  }

  #compareAll(): void {
    this.#compared = true;
    const checkpoint = this.#checkpoint;
    if (checkpoint === undefined) return;
    if (this.#scope.isFirst && checkpoint.event_position !== null && !this.#belongs) {
      this.#reportFile(
        'read-models-not-of-log',
        `the event at its position ${checkpoint.event_position} is not in the log`,
      );
    }
    this.#guard(() => {
      this.#rows?.finish();
      this.#summaries?.compareAll(this.#rows?.counts ?? new Map());
      this.#snapshots?.finish();
      this.#compareHeads();
      this.#compareFilter();
    });
  }

  #compareHeads(): void {
    if (this.#database === undefined || this.#scope.isChosen) return;
    for (const { stream, detail } of differingHeads(this.#database, this.#chains, this.#scope)) {
      this.#findings?.add({ kind: 'read-model-head-differs', stream, detail: `${this.#name}: ${detail}` });
    }
  }

  #compareFilter(): void {
    if (this.#database === undefined || this.#scope.isChosen || !this.#scope.isFirst) return;
    for (const { accountId, detail } of checkFilters(this.#database)) {
      const stream = accountId === undefined ? this.#name : accountStream(accountId);
      this.#findings?.add({ kind: 'read-model-filter-differs', stream, detail: `${this.#name}: ${detail}` });
    }
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#give(error);
      this.#reportFile('read-models-damaged', String(error));
    }
  }

  /** The file cannot be read any further. */
  #give(error: unknown): void {
    this.#broken = String(error);
    this.#compared = true;
    this.#checkpoint = undefined;
  }

  #reportFile(kind: FindingKind, detail: string): void {
    this.#findings?.add({ kind, stream: this.#name, detail });
  }
}

/** SQLITE_BUSY and SQLITE_CANTOPEN: a service is rebuilding the file. */
function isInUse(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return false;
  const { errcode } = error;
  return typeof errcode === 'number' && [5, 14].includes(errcode & 0xff);
}
