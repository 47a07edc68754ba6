import { createHash } from 'node:crypto';
import { BundleDamaged } from './container.ts';
import { manifestText } from './bundle-writer.ts';
import { LineChecksums } from './line-checksums.ts';
import { bundleFormat, kinds, lineOf, type Line, type ManifestLine } from './lines.ts';

/** Most bytes of a line: the events of one append have at most half a MiB of texts, which may double when they are quoted. */
const lineBytesMax = 8 * 1024 * 1024;

const newline = 0x0a;

type Counts = Omit<ManifestLine, 'kind' | 'sha256'>;

const counted: Readonly<Partial<Record<Line['kind'], keyof Counts>>> = {
  'price-book': 'priceBooks',
  proof: 'proofs',
  start: 'starts',
  event: 'events',
  head: 'heads',
};

/** Reads a bundle line by line, and at its end compares it with its manifest. */
export class LineReader {
  /** Lines read so far. */
  lines = 0;
  /** What the manifest says is not what was read. */
  manifestFault: 'bundle-digest-wrong' | 'bundle-manifest-wrong' | undefined;
  readonly #pieces: AsyncIterable<Buffer>;
  readonly #sayWrong: (line: Line) => void;
  readonly #checksums = new LineChecksums();
  readonly #digest = createHash('sha256');
  readonly #counts: Record<keyof Counts, number> = { priceBooks: 0, proofs: 0, starts: 0, events: 0, heads: 0 };
  #lastKind = -1;

  /** @param sayWrong is told of each line that can be read and has another checksum than it must have. */
  constructor(pieces: AsyncIterable<Buffer>, sayWrong: (line: Line) => void) {
    this.#pieces = pieces;
    this.#sayWrong = sayWrong;
  }

  /**
   * All lines but the manifest, which comes last.
   *
   * @throws BundleDamaged where there is something that cannot be a line of a bundle at this place.
   */
  async *read(): AsyncGenerator<Exclude<Line, ManifestLine>, void> {
    let ended = false;
    for await (const bytes of this.#texts()) {
      this.lines += 1;
      const place = `line ${String(this.lines)}`;
      if (ended) throw new BundleDamaged(`${place} stands behind the end`);
      const line = lineOf(bytes.toString('utf8'));
      if (line === undefined) throw new BundleDamaged(`${place} is no line of a bundle`);
      if (line.kind === 'bundle' && line.format !== bundleFormat)
        throw new BundleDamaged('its format is not known here');
      if (!this.#checksums.fits(bytes)) this.#sayWrong(line);
      this.#assertInOrder(line.kind, place);
      if (line.kind === 'manifest') {
        this.#compare(line, bytes);
        ended = true;
        continue;
      }
      this.#digest.update(bytes);
      const count = counted[line.kind];
      if (count !== undefined) this.#counts[count] += 1;
      yield line;
    }
    if (!ended) throw new BundleDamaged(`it ends after line ${String(this.lines)}, without a manifest`);
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
    this.manifestFault = line.sha256 === sha256 ? 'bundle-manifest-wrong' : 'bundle-digest-wrong';
  }

  /** With their ends. */
  async *#texts(): AsyncGenerator<Buffer, void> {
    let kept: Buffer[] = [];
    let keptBytes = 0;
    for await (const piece of this.#pieces) {
      let from = 0;
      for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, from)) {
        kept.push(piece.subarray(from, end + 1));
        yield kept.length === 1 ? (kept[0] as Buffer) : Buffer.concat(kept);
        kept = [];
        keptBytes = 0;
        from = end + 1;
      }
      if (from === piece.length) continue;
      kept.push(piece.subarray(from));
      keptBytes += piece.length - from;
      if (keptBytes > lineBytesMax) throw new BundleDamaged(`line ${String(this.lines + 1)} is too long`);
    }
    if (kept.length > 0) throw new BundleDamaged('its last line has no end');
  }
}
