import { PriceBookShelf, shippedPriceBooks, type PriceBook } from '#ledger';
import { BEGINNING, type Position, type RecordedEvent } from '#operations/ports';
import type { HandedProof } from '../handed-proof.ts';
import type { Finding, FindingKind } from '../finding.ts';
import type { AuditedLog, AuditedPage } from '../open-log.ts';
import type { Funds, StreamStart } from '../period-accounts.ts';
import { LineReader } from './line-reader.ts';
import type { BundleLine, EventLine, HeadLine, Line, ManifestLine } from './lines.ts';

type Read = Exclude<Line, ManifestLine>;

/** A bundle as a log that can be audited: read from its beginning to its end, and again if an audit asks for it. */
export class BundleLog implements AuditedLog {
  readonly header: BundleLine | undefined;
  /** Those that can be priced by. */
  readonly priceBooks: readonly PriceBook[];
  readonly #books: readonly PriceBook[];
  readonly ends = new Map<string, Funds>();
  readonly #open: () => LineReader;
  readonly #proofs: readonly HandedProof[];
  readonly #heads = new Map<string, { readonly revision: number; readonly hash: string }>();
  readonly #last: Finding[] = [];
  #reader: LineReader;
  #lines: AsyncGenerator<Read, void>;
  #next: Read | undefined;
  #damage: Finding | undefined;
  #place = -1;

  private constructor(open: () => LineReader, preamble: Preamble) {
    this.#open = open;
    this.header = preamble.header;
    this.#books = preamble.priceBooks;
    this.priceBooks = this.#books.filter(isPriceBook);
    this.#proofs = preamble.proofs;
    this.#reader = preamble.reader;
    this.#lines = preamble.lines;
    this.#next = preamble.next;
    this.#damage = preamble.damage;
  }

  /** @param open gives its unpacked pieces from the beginning; called anew for every time that it is read. */
  static async open(open: () => AsyncIterable<Buffer>): Promise<BundleLog> {
    const reader = (): LineReader => new LineReader(open());
    return new BundleLog(reader, await preambleOf(reader()));
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
    const findings: Finding[] = first ? this.#bookFindings() : [];
    const events: RecordedEvent[] = [];
    const starts: StreamStart[] = [];
    while (this.#next !== undefined && events.length < limit) {
      const line = this.#next;
      if (line.kind === 'event') events.push(this.#eventOf(line, findings));
      if (line.kind === 'start') starts.push(line);
      if (line.kind === 'head') this.#compareHead(line);
      await this.#advance();
    }
    const atEnd = this.#next === undefined;
    if (atEnd) findings.push(...this.#endFindings());
    const position = positionText(this.#place);
    return { events, position, atEnd, findings, starts, proofs: first ? this.#proofs : [] };
  }

  lastFindings(): readonly Finding[] {
    return this.#last;
  }

  async #restart(): Promise<void> {
    await this.#lines.return();
    const preamble = await preambleOf(this.#open());
    this.#reader = preamble.reader;
    this.#lines = preamble.lines;
    this.#next = preamble.next;
    this.#damage = preamble.damage;
    this.#place = -1;
    this.#heads.clear();
    this.#last.length = 0;
  }

  async #advance(): Promise<void> {
    const { line, damage } = await nextOf(this.#lines);
    this.#next = line;
    this.#damage ??= damage;
  }

  #eventOf(line: EventLine, findings: Finding[]): RecordedEvent {
    const { place, stream, revision, hash, type, data, metadata, id, recordedAt } = line;
    const wrong = this.partial ? place <= this.#place : place !== this.#place + 1;
    if (wrong) {
      const detail = `place ${String(place)} follows ${String(this.#place)}`;
      findings.push({ kind: 'bundle-misplaced', stream, revision, detail });
    }
    this.#place = Math.max(this.#place + 1, place);
    this.#heads.set(stream, { revision, hash });
    return { id, type, data, metadata, hash, stream, revision, recordedAt, position: positionText(this.#place) };
  }

  #compareHead({ stream, revision, hash, available, frozen }: HeadLine): void {
    if (available !== null && frozen !== null) this.ends.set(stream, { available, frozen });
    const last = this.#heads.get(stream);
    this.#heads.delete(stream);
    if (last?.revision === revision && last.hash === hash) return;
    const detail = `its head is revision ${String(revision)}, its last event ${String(last?.revision)}`;
    this.#last.push({ kind: 'head-differs', stream, revision, detail });
  }

  #endFindings(): readonly Finding[] {
    if (this.#damage !== undefined) return [this.#damage];
    for (const [stream, { revision }] of this.#heads) {
      this.#last.push({ kind: 'head-differs', stream, revision, detail: 'it has events, and no head' });
    }
    const { manifestFault } = this.#reader;
    if (manifestFault === undefined) return [];
    return [bundleFinding(manifestFault, 'what its last line says is not what it holds')];
  }

  /** A book that ships with this program must be as it ships. */
  #bookFindings(): Finding[] {
    return this.#books.flatMap((book) => {
      if (!isPriceBook(book)) return [bundleFinding('price-book-differs', 'a price book cannot be read')];
      const shipped = shippedPriceBooks.find(({ name, version }) => name === book.name && version === book.version);
      if (shipped === undefined || JSON.stringify(shipped) === JSON.stringify(book)) return [];
      return [bundleFinding('price-book-differs', `${book.name}@${String(book.version)} is not as it ships`)];
    });
  }
}

/** Whether a shelf takes it. */
function isPriceBook(book: PriceBook): boolean {
  try {
    return new PriceBookShelf([book]).books.length === 1;
  } catch {
    return false;
  }
}

interface Preamble {
  readonly reader: LineReader;
  readonly lines: AsyncGenerator<Read, void>;
  readonly header: BundleLine | undefined;
  readonly priceBooks: readonly PriceBook[];
  readonly proofs: readonly HandedProof[];
  readonly next: Read | undefined;
  readonly damage: Finding | undefined;
}

/** Everything before the first event. */
async function preambleOf(reader: LineReader): Promise<Preamble> {
  const lines = reader.read();
  const priceBooks: PriceBook[] = [];
  const proofs: HandedProof[] = [];
  let header: BundleLine | undefined;
  for (;;) {
    const { line, damage } = await nextOf(lines);
    switch (line?.kind) {
      case 'bundle':
        header = line;
        break;
      case 'price-book':
        priceBooks.push(line.book);
        break;
      case 'proof': {
        const { checkpoint, stream, revision, hash, index, size, path } = line;
        proofs.push({ checkpoint, head: { stream, revision, hash }, index, size, path });
        break;
      }
      default:
        return { reader, lines, header, priceBooks, proofs, next: line, damage };
    }
  }
}

async function nextOf(
  lines: AsyncGenerator<Read, void>,
): Promise<{ readonly line: Read | undefined; readonly damage: Finding | undefined }> {
  try {
    const { value } = await lines.next();
    return { line: value ?? undefined, damage: undefined };
  } catch (error) {
    if ((error as Error).name !== 'BundleDamaged') throw error;
    return { line: undefined, damage: bundleFinding('bundle-damaged', (error as Error).message) };
  }
}

function bundleFinding(kind: FindingKind, detail: string): Finding {
  return { kind, stream: 'bundle', detail };
}

function positionText(place: number): Position {
  return place < 0 ? BEGINNING : (place.toString(16).padStart(16, '0') as Position);
}
