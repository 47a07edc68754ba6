import { BEGINNING, type Position, type RecordedEvent } from '#application/ports';
import { accountOfStream, type PriceBook } from '#domain';
import type { Finding } from '../finding.ts';
import { AuditScope } from '../source/audit-scope.ts';
import type { AuditedLog, AuditedPage } from '../source/open-log.ts';
import type { Funds, StreamStart } from '../source/period-accounts.ts';
import { BundleLines } from './bundle-lines.ts';
import { bookFindings, usableBooks } from './bundled-books.ts';
import type { BundleLine, EventLine, HeadLine, StartLine } from './lines.ts';

/** A bundle as a log that can be audited: read from its beginning to its end, and again if an audit asks for it. */
export class BundleLog implements AuditedLog {
  readonly header: BundleLine | undefined;
  /** Those that can be priced by, before any is published. */
  readonly priceBooks: readonly PriceBook[];
  readonly ends = new Map<string, Funds & { readonly revision: number }>();
  readonly #open: () => AsyncIterable<Buffer>;
  readonly #scope: AuditScope;
  readonly #heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  readonly #last: Finding[] = [];
  #lines: BundleLines;
  #place = -1;

  private constructor(open: () => AsyncIterable<Buffer>, scope: AuditScope, lines: BundleLines) {
    this.#open = open;
    this.#scope = scope;
    this.#lines = lines;
    this.header = lines.header;
    this.priceBooks = usableBooks(lines.books);
  }

  /**
   * @param open gives its unpacked pieces from the beginning; called again for every time that it is read.
   * @param scope only what belongs to it is read, unless it is that of the first partition.
   */
  static async open(open: () => AsyncIterable<Buffer>, scope = new AuditScope()): Promise<BundleLog> {
    return new BundleLog(open, scope, await BundleLines.begin(open(), scope));
  }

  get partial(): boolean {
    const { accounts, from, until } = this.header ?? {};
    return accounts !== null || from !== null || until !== null;
  }

  get isPeriod(): boolean {
    return typeof this.header?.from === 'number';
  }

  get eventsToRead(): number {
    return this.header?.eventsMax ?? 0;
  }

  async readAll(after: Position, limit: number): Promise<AuditedPage> {
    const first = after === BEGINNING;
    if (first && this.#place >= 0) await this.#restart();
    const findings: Finding[] = first ? [...bookFindings(this.#lines.books)] : [];
    const events: RecordedEvent[] = [];
    const starts: StreamStart[] = [];
    for (let line = this.#lines.next; line !== undefined && events.length < limit; line = this.#lines.next) {
      if (line.kind === 'event') events.push(this.#toEvent(line, findings));
      if (line.kind === 'start') starts.push(this.#checkStart(line, findings));
      if (line.kind === 'head') this.#compareHead(line);
      await this.#lines.advance();
    }
    const atEnd = this.#lines.next === undefined;
    findings.push(...this.#lines.takeWrong());
    if (atEnd) findings.push(...this.#endFindings());
    const position = positionText(this.#place);
    return { events, position, atEnd, findings, starts, proofs: first ? this.#lines.proofs : [] };
  }

  lastFindings(): readonly Finding[] {
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#lines.close();
  }

  async #restart(): Promise<void> {
    await this.close();
    this.#lines = await BundleLines.begin(this.#open(), this.#scope);
    this.#place = -1;
    this.#heads.clear();
    this.#last.length = 0;
  }

  #toEvent(line: EventLine, findings: Finding[]): RecordedEvent {
    const { place, stream, revision, hash, type, data, metadata, id, recordedAt } = line;
    const wrong = this.partial ? place <= this.#place : place !== this.#place + 1;
    // A partition that is not the first does not see them all.
    if (wrong && this.#scope.isFirst) {
      const detail = `place ${String(place)} follows ${String(this.#place)}`;
      findings.push({ kind: 'bundle-misplaced', stream, revision, detail });
    }
    this.#place = Math.max(this.#place + 1, place);
    if (this.#scope.hasStream(stream)) this.#heads.set(stream, { revision, hash });
    return { id, type, data, metadata, hash, stream, revision, recordedAt, position: positionText(this.#place) };
  }

  /** Of an account that nothing was said of. */
  #checkStart(line: StartLine, findings: Finding[]): StartLine {
    const { stream, revision, hash } = line;
    if (!this.isPeriod || accountOfStream(stream) === undefined || this.#heads.has(stream)) {
      findings.push({ kind: 'bundle-misplaced', stream, revision, detail: 'it begins where nothing was left out' });
    }
    if (this.#scope.hasStream(stream)) this.#heads.set(stream, { revision, hash });
    return line;
  }

  /** Those of its streams; another partition has them of the others. */
  #compareHead({ stream, revision, hash, available, frozen }: HeadLine): void {
    if (!this.#scope.hasStream(stream)) return;
    if (available !== null && frozen !== null) this.ends.set(stream, { available, frozen, revision });
    const last = this.#heads.get(stream);
    this.#heads.delete(stream);
    if (last?.revision === revision && last.hash === hash) return;
    const detail = `its head is revision ${String(revision)}, its last event ${String(last?.revision)}`;
    this.#last.push({ kind: 'head-differs', stream, revision, detail });
  }

  #endFindings(): readonly Finding[] {
    const { damage } = this.#lines;
    if (damage !== undefined) return [damage];
    for (const [stream, { revision }] of this.#heads) {
      this.#last.push({ kind: 'head-differs', stream, revision, detail: 'it has events, and no head' });
    }
    return this.#lines.manifestFindings();
  }
}

function positionText(place: number): Position {
  return place < 0 ? BEGINNING : (place.toString(16).padStart(16, '0') as Position);
}
