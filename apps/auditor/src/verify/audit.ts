import type { Position, RecordedEvent } from '#application/ports';
import {
  type AccountEvent,
  accountOfStream,
  decodeEvent,
  formatMoney,
  postings,
  priceBooksStream,
  TrialBalance,
  unmatchedStream,
  zero,
} from '#domain';
import { type FindingKind, Findings } from '../finding.ts';
import { AuditScope } from '../source/audit-scope.ts';
import type { AuditedLog, AuditedPage } from '../source/open-log.ts';
import { type Funds, PeriodAccounts, type StreamStart } from '../source/period-accounts.ts';
import { validatePublished } from '../source/published-books.ts';
import { readThrough } from '../source/read-through.ts';
import { isJsonObject, readKey } from '../source/stored-event.ts';
import { StreamChain } from '../source/stream-chain.ts';
import type { AuditOptions, AuditProgress, AuditReport } from './audit-options.ts';
import { AuditedAccount } from './audited-account.ts';
import { CheckpointsAudit } from './checkpoints-audit.ts';
import { ClaimsPass } from './claims-pass.ts';
import { CorrectionsPass } from './corrections-pass.ts';
import { PaymentsPass } from './payments-pass.ts';
import type { ReadModelsAudit } from './read-models/read-models-audit.ts';
import { UsedIdTable } from './used-ids.ts';
import { ZonesCompared } from './zones-compared.ts';

/**
 * Replays a whole log and says what is not as it must be. One pass in the log's order; the memory it takes grows with
 * the number of accounts and open holds, and by 12 to 24 bytes for each id that was ever used.
 */
export async function runAudit(
  log: AuditedLog,
  options: AuditOptions,
  progress: AuditProgress = () => undefined,
): Promise<AuditReport> {
  const parts = UsedIdTable.passesFor((log.eventsToRead ?? 0) / (options.scope?.partitions ?? 1));
  const toRead = log.eventsToRead === undefined ? undefined : log.eventsToRead * parts;
  const audit = new Audit(options, new UsedIdTable(0, parts), log.partial === true);
  const end = await readThrough(log, (page) => {
    audit.take(page);
    progress(audit.events, toRead);
  });
  // A bundle may say that it has more events than it has, a partition have fewer than others: then ids are looked through again.
  const partsLeft = Math.min(parts, UsedIdTable.passesFor(audit.followed));
  for (let part = partsLeft < parts ? 0 : 1; part < partsLeft; part += 1) {
    const ids = new UsedIdTable(part, partsLeft);
    let read = audit.events * part;
    await readThrough(log, (page) => {
      for (const event of page.events) audit.checkId(event, ids);
      read += page.events.length;
      progress(read, toRead);
    });
  }
  if (audit.readsBack) {
    await readThrough(log, (page) => {
      // What was written since then is the next audit's.
      for (const event of page.events) if (event.position <= end) audit.readBack(event);
    });
  }
  return audit.finish(end, log);
}

class Audit {
  events = 0;
  followed = 0;
  readonly #findings: Findings;
  readonly #chains = new Map<string, StreamChain>();
  readonly #accounts = new Map<string, AuditedAccount>();
  readonly #corrections = new CorrectionsPass(this.#report.bind(this));
  readonly #payments = new PaymentsPass(this.#report.bind(this));
  readonly #claims = new ClaimsPass(this.#report.bind(this));
  readonly #trial = new TrialBalance();
  readonly #ids: UsedIdTable;
  readonly #options: AuditOptions;
  readonly #scope: AuditScope;
  readonly #readModels: readonly ReadModelsAudit[];
  readonly #checkpoints: CheckpointsAudit;
  readonly #periods = new PeriodAccounts();
  readonly #zones: ZonesCompared;
  /** False where only a part of the log is at hand. */
  readonly #complete: boolean;
  /** Streams that begin in their middle. */
  readonly #begun = new Set<string>();

  constructor(options: AuditOptions, ids: UsedIdTable, partial: boolean) {
    this.#options = options;
    this.#scope = options.scope ?? new AuditScope();
    this.#findings = new Findings(options.wanted);
    this.#ids = ids;
    this.#zones = new ZonesCompared(options.zones);
    this.#readModels = options.readModels ?? [];
    const { checkpoints = { marks: [], head: -1 }, outside = [] } = options;
    this.#complete = this.#scope.isFirst && !this.#scope.isChosen && !partial;
    this.#checkpoints = new CheckpointsAudit(this.#findings, checkpoints, outside, this.#complete);
    for (const readModels of this.#readModels)
      readModels.start(this.#accounts, this.#chains, this.#findings, this.#scope);
  }

  take({ events, findings = [], proofs = [], starts = [] }: AuditedPage): void {
    for (const finding of findings) this.#findings.add(finding);
    for (const proof of proofs) this.#checkpoints.expect(proof);
    for (const start of starts) this.#begin(start);
    for (const event of events) {
      for (const readModels of this.#readModels) readModels.reach(event);
      if (this.#scope.isFirst) this.#checkpoints.take(event);
      this.#take(event);
    }
    this.events += events.length;
  }

  /** Looks for an id that was used twice among those that the first pass had no room for. */
  checkId(event: RecordedEvent, ids: UsedIdTable): void {
    if (!this.#scope.reads(event.stream)) return;
    const key = readKey(event);
    if (key === undefined || this.#ids.has(event.stream, key) !== undefined) return;
    if (!ids.use(event.stream, key)) this.#report(event, 'id-used-twice', `the id of ${key} was used before`);
  }

  /** Whether the log has to be read a second time for what was corrected, and for payments that no order took. */
  get readsBack(): boolean {
    return this.#corrections.needed || this.#payments.needed;
  }

  readBack(event: RecordedEvent): void {
    this.#corrections.follow(event);
    if (this.#payments.needed) this.#payments.follow(event);
  }

  finish(position: Position, log: AuditedLog): AuditReport {
    for (const [accountId, account] of this.#accounts) {
      this.#zones.compare(account.audit);
      if (account.stopped || this.#begun.has(`account-${accountId}`)) continue;
      for (const { kind, detail } of account.audit.finish()) {
        this.#findings.add({ kind, stream: `account-${accountId}`, revision: account.revision, detail });
      }
    }
    this.#payments.finish();
    const difference = this.#trial.difference();
    if (difference !== zero) {
      this.#findings.add({ kind: 'trial-balance', stream: '', detail: `it is ${formatMoney(difference)}, not zero` });
    }
    for (const [stream, funds] of log.ends ?? []) this.#compareEnd(stream, funds);
    for (const finding of log.lastFindings?.() ?? []) this.#findings.add(finding);
    for (const readModels of this.#readModels) readModels.finish();
    const unseen = this.#scope.isFirst ? this.#checkpoints.finish(log.isPeriod === true) : [];
    return {
      findings: this.#findings.kept,
      found: this.#findings.count,
      others: this.#findings.others,
      events: this.events,
      followed: this.followed,
      streams: this.#chains.size,
      accounts: this.#accounts.size,
      position,
      otherZones: this.#zones.others,
      notes: [...this.#readModels.flatMap(({ note }) => (note === undefined ? [] : [note])), ...unseen],
    };
  }

  #take(event: RecordedEvent): void {
    if (this.#complete) this.#claims.follow(event);
    if (!this.#scope.reads(event.stream)) return;
    if (this.#scope.hasStream(event.stream)) this.followed += 1;
    if (event.stream === priceBooksStream && !this.#scope.isFirst) {
      validatePublished(event, this.#options.priceBooks);
      return;
    }
    const accountId = accountOfStream(event.stream);
    const account = accountId === undefined ? undefined : this.#ensureAccount(accountId, event.stream);
    const gap = this.#follow(event);
    if (!isJsonObject(event.metadata)) this.#report(event, 'metadata-unreadable', 'its metadata is not an object');
    if (event.stream === priceBooksStream) {
      for (const detail of validatePublished(event, this.#options.priceBooks))
        this.#report(event, 'price-book-invalid', detail);
      return;
    }
    if (event.stream === unmatchedStream && this.#complete) {
      this.#payments.note(event, gap);
      return;
    }
    if (account === undefined || accountId === undefined) {
      if (!isJsonObject(event.data)) this.#report(event, 'event-unreadable', 'its data is not an object');
      return;
    }
    if (gap) account.stopped = true;
    if (account.stopped) return;
    const decoded = this.#decode(event);
    if (decoded !== undefined && this.#begun.has(event.stream)) {
      this.#periods.post(event.stream, decoded);
      return;
    }
    if (decoded === undefined) {
      account.stopped = true;
      return;
    }
    account.follow(decoded, event, (kind, detail) => {
      this.#report(event, kind, detail);
    });
    this.#trial.post(postings(decoded));
    this.#corrections.note(event.stream, decoded);
    for (const readModels of this.#readModels) readModels.compare(accountId, account, event, decoded);
  }

  /** An account of which only the end is at hand: its rules cannot be followed, only its chain and its funds. */
  #begin(start: StreamStart): void {
    if (this.#scope.isFirst) this.#checkpoints.meet(start);
    if (!this.#scope.reads(start.stream)) return;
    this.#begun.add(start.stream);
    this.#periods.start(start);
    this.#chains.set(start.stream, new StreamChain(start));
  }

  #compareEnd(stream: string, said: Funds & { readonly revision: number }): void {
    if (!this.#begun.has(stream)) return;
    const { available, frozen } = this.#periods.of(stream);
    if (available === said.available && frozen === said.frozen) return;
    const detail = `its events come to ${available} available and ${frozen} frozen, not ${said.available} and ${said.frozen}`;
    this.#findings.add({ kind: 'balance-equation', stream, revision: said.revision, detail });
  }

  /** Whether the event does not stand where it must. */
  #follow(event: RecordedEvent): boolean {
    let chain = this.#chains.get(event.stream);
    if (chain === undefined) {
      chain = new StreamChain();
      this.#chains.set(event.stream, chain);
    }
    const gap = event.revision !== chain.revision + 1;
    chain.follow(event, (kind, detail) => {
      this.#report(event, kind, detail);
    });
    return gap;
  }

  #ensureAccount(accountId: string, stream: string): AuditedAccount {
    const known = this.#accounts.get(accountId);
    if (known !== undefined) return known;
    const account = new AuditedAccount(stream, accountId, this.#ids, this.#options.priceBooks);
    this.#accounts.set(accountId, account);
    return account;
  }

  #decode(event: RecordedEvent): AccountEvent | undefined {
    try {
      return decodeEvent(event.type, event.data);
    } catch (error) {
      this.#report(event, 'event-unreadable', String(error));
      return undefined;
    }
  }

  #report({ stream, revision }: Pick<RecordedEvent, 'stream' | 'revision'>, kind: FindingKind, detail: string): void {
    this.#findings.add({ kind, stream, revision, detail });
  }
}
