import { createHash } from 'node:crypto';
import { BundleDamaged } from './container.ts';
import { LineChecksums } from './line-checksums.ts';
import { LineSplitter } from './line-splitter.ts';
import { streamOfEvent } from './line-start.ts';
import {
  type AuditedLine,
  bundleFormat,
  kinds,
  type Line,
  type LineCounts,
  type ManifestLine,
  parseLine,
  readCountName,
} from './lines.ts';
import { manifestText } from './packed-lines.ts';

/** Whether it is the event that partitions take it for, which go by its beginning; a name could stand in it a second time. */
function isAsItBegins(bytes: Buffer, line: Line): boolean {
  const stream = streamOfEvent(bytes);
  return stream === undefined || (line.kind === 'event' && line.stream === stream);
}

/** Reads a bundle line by line, and at its end compares it with its manifest. */
export class LineReader {
  /** Lines read so far. */
  lines = 0;
  /** What the manifest says is not what was read. */
  manifestError: 'bundle-digest-wrong' | 'bundle-manifest-wrong' | undefined;
  readonly #pieces: AsyncIterable<Buffer>;
  readonly #reportWrong: (line: Line) => void;
  readonly #checksums = new LineChecksums();
  readonly #digest = createHash('sha256');
  readonly #counts: Record<keyof LineCounts, number> = { priceBooks: 0, proofs: 0, starts: 0, events: 0, heads: 0 };
  #lastKind = -1;
  #ended = false;

  /** @param sayWrong is told of each line that can be read and has another checksum than it must have. */
  constructor(pieces: AsyncIterable<Buffer>, reportWrong: (line: Line) => void) {
    this.#pieces = pieces;
    this.#reportWrong = reportWrong;
  }

  /**
   * All lines but the manifest, which comes last.
   *
   * @throws BundleDamaged where there is something that cannot be a line of a bundle at this place.
   */
  async *read(): AsyncGenerator<AuditedLine, void> {
    const splitter = new LineSplitter();
    for await (const piece of this.#pieces) {
      for (const bytes of splitter.split(piece)) {
        const line = this.#take(bytes);
        if (line !== undefined) yield line;
      }
    }
    splitter.end();
    if (!this.#ended) throw new BundleDamaged(`it ends after line ${String(this.lines)}, without a manifest`);
  }

  /** Undefined of the manifest. */
  #take(bytes: Buffer): AuditedLine | undefined {
    this.lines += 1;
    const place = `line ${String(this.lines)}`;
    if (this.#ended) throw new BundleDamaged(`${place} stands behind the end`);
    const line = parseLine(bytes.toString('utf8'));
    if (line === undefined || !isAsItBegins(bytes, line)) throw new BundleDamaged(`${place} is no line of a bundle`);
    if (line.kind === 'bundle' && line.format !== bundleFormat) throw new BundleDamaged('its format is not known here');
    if (!this.#checksums.fits(bytes)) this.#reportWrong(line);
    this.#assertInOrder(line.kind, place);
    if (line.kind === 'manifest') {
      this.#compare(line, bytes);
      this.#ended = true;
      return undefined;
    }
    this.#digest.update(bytes);
    const count = readCountName(line);
    if (count !== undefined) this.#counts[count] += 1;
    return line;
  }

  /** Kinds come in their order; starts and events take turns. */
  #assertInOrder(kind: Line['kind'], place: string): void {
    const rank = kinds.indexOf(kind === 'start' ? 'event' : kind);
    if (this.#lastKind < 0 !== (kind === 'bundle')) throw new BundleDamaged(`${place} begins a bundle, or should`);
    if (rank < this.#lastKind) throw new BundleDamaged(`${place}: a ${kind} comes too late`);
    this.#lastKind = rank;
  }

  #compare(line: ManifestLine, bytes: Buffer): void {
    const sha256 = this.#digest.digest('hex');
    const right = manifestText({ kind: 'manifest', ...this.#counts, sha256 }).slice(0, -1);
    // Behind it comes the checksum, which is compared as that of every line.
    if (bytes.toString('utf8').startsWith(`${right},"crc"`)) return;
    this.manifestError = line.sha256 === sha256 ? 'bundle-manifest-wrong' : 'bundle-digest-wrong';
  }
}
