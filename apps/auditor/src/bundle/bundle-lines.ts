import type { PriceBook } from '#domain';
import type { Finding, FindingKind } from '../finding.ts';
import type { AuditScope } from '../source/audit-scope.ts';
import type { HandedProof } from '../source/handed-proof.ts';
import { LineReader } from './line-reader.ts';
import type { AuditedLine, BundleLine, Line } from './lines.ts';
import { PartitionReader } from './partition-reader.ts';

/** A price book and the line that it stands in. */
export interface BundledBook {
  readonly book: PriceBook;
  readonly line: number;
}

/** Once through the lines of a bundle: what comes before its first event is read at once, then line after line. */
export class BundleLines {
  header: BundleLine | undefined;
  readonly books: BundledBook[] = [];
  readonly proofs: HandedProof[] = [];
  /** The line that comes next; undefined at the end, and where it cannot be read any further. */
  next: AuditedLine | undefined;
  /** Why it cannot be read any further. */
  damage: Finding | undefined;
  readonly #reader: LineReader | PartitionReader;
  readonly #lines: AsyncGenerator<AuditedLine, void>;
  #wrong: Finding[] = [];

  private constructor(pieces: AsyncIterable<Buffer>, scope: AuditScope) {
    const reportWrong = (line: Line): void => {
      this.#wrong.push({ ...locateLine(line), kind: 'bundle-line-wrong', line: this.#reader.lines, detail: wrongLine });
    };
    this.#reader = scope.isFirst ? new LineReader(pieces, reportWrong) : new PartitionReader(pieces, scope);
    this.#lines = this.#reader.read();
  }

  /**
   * @param pieces unpacked, from the beginning.
   * @param scope only its lines are read, unless it is that of the first partition.
   */
  static async begin(pieces: AsyncIterable<Buffer>, scope: AuditScope): Promise<BundleLines> {
    const lines = new BundleLines(pieces, scope);
    do await lines.advance();
    while (lines.#isBeforeEvents());
    return lines;
  }

  /** Goes on to the next line. */
  async advance(): Promise<void> {
    this.next = undefined;
    try {
      const { value } = await this.#lines.next();
      this.next = value ?? undefined;
    } catch (error) {
      if ((error as Error).name !== 'BundleDamaged') throw error;
      this.damage ??= bundleFinding('bundle-damaged', (error as Error).message, this.#reader.lines);
    }
  }

  /** Lines with a wrong checksum that were come to since it was last asked. */
  takeWrong(): readonly Finding[] {
    const wrong = this.#wrong;
    this.#wrong = [];
    return wrong;
  }

  /** What the last line says is not what was read, at its end. */
  manifestFindings(): readonly Finding[] {
    const { manifestError, lines } = this.#reader;
    if (manifestError === undefined) return [];
    return [bundleFinding(manifestError, 'what its last line says is not what it holds', lines)];
  }

  async close(): Promise<void> {
    await this.#lines.return();
  }

  /** Keeps what is no event, start or head. */
  #isBeforeEvents(): boolean {
    const line = this.next;
    switch (line?.kind) {
      case 'bundle':
        this.header = line;
        return true;
      case 'price-book':
        this.books.push({ book: line.book, line: this.#reader.lines });
        return true;
      case 'proof': {
        const { checkpoint, stream, revision, hash, index, size, path } = line;
        this.proofs.push({ checkpoint, head: { stream, revision, hash }, index, size, path });
        return true;
      }
      default:
        return false;
    }
  }
}

const wrongLine = 'its checksum is not that of this line behind the one before it';

/** Of which event it is, where the line says so. */
function locateLine(line: Line): Pick<Finding, 'stream' | 'revision'> {
  return 'stream' in line ? { stream: line.stream, revision: line.revision } : { stream: 'bundle' };
}

export function bundleFinding(kind: FindingKind, detail: string, line?: number): Finding {
  return { kind, stream: 'bundle', detail, ...(line !== undefined && { line }) };
}
