/** The last event of a stream. */
export interface Head {
  readonly stream: string;
  readonly revision: number;
  /** Its chain hash, 64 lower-case hex digits. */
  readonly hash: string;
}

/** Of a SHA-256. */
export const hashBytes = 32;

/** Heads as flat tables, in the order in which they come: a million take some 100 MB, with the texts of their names. */
export class FlatHeads {
  readonly names: string[] = [];
  readonly #revisions: number[] = [];
  readonly #hashes = new HashList();

  /** @param heads gone through once; none is kept as it is. */
  static of(heads: Iterable<Head>): FlatHeads {
    const flat = new FlatHeads();
    for (const { stream, revision, hash } of heads) {
      flat.names.push(stream);
      flat.#revisions.push(revision);
      flat.#hashes.add(Buffer.from(hash, 'hex'));
    }
    return flat;
  }

  get size(): number {
    return this.names.length;
  }

  at(index: number): Head {
    const hash = this.#hashes.at(index).toString('hex');
    return { stream: this.names[index] ?? '', revision: this.#revisions[index] ?? -1, hash };
  }
}

/** Hashes one behind the other, as they come. */
class HashList {
  #bytes = Buffer.alloc(1_024 * hashBytes);
  #length = 0;

  add(hash: Buffer): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * this.#length);
    hash.copy(this.#bytes, this.#length);
    this.#length += hashBytes;
  }

  at(index: number): Buffer {
    return this.#bytes.subarray(index * hashBytes, (index + 1) * hashBytes);
  }
}
