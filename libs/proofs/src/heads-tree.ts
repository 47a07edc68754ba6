import { hash as digest } from 'node:crypto';
import { canonicalText } from './canonical.ts';
import { FlatHeads, hashBytes, type Head } from './flat-heads.ts';

export type { Head } from './flat-heads.ts';

/** That one leaf is in a tree: the hashes beside its way to the root, from the leaf up. */
export interface InclusionProof {
  readonly index: number;
  /** Leaves of the tree. */
  readonly size: number;
  readonly path: readonly string[];
}

const nodePrefix = Buffer.from([1]);

/** What a head is in the tree: SHA-256 of a zero byte and the canonical text of stream, revision and hash. */
export function leafHash({ stream, revision, hash }: Head): Buffer {
  return digest('sha256', `\0${canonicalText([stream, revision, hash])}`, 'buffer');
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return digest('sha256', Buffer.concat([nodePrefix, left, right]), 'buffer');
}

/**
 * The Merkle tree of RFC 6962, section 2.1, over the heads of streams in the order of their names: leaves and nodes are
 * hashed with different prefixes, a level of odd length hands its last node up unchanged, and a tree without leaves has
 * the hash of nothing for its root. Kept as flat tables: a million streams take some 200 MB.
 */
export class HeadsTree {
  readonly size: number;
  /** Events of all streams together. */
  readonly events: number;
  readonly #heads: FlatHeads;
  /** From the leaves up; the last has one node, or none. */
  readonly #levels: readonly Buffer[];

  /**
   * @param heads in the order of their names, each stream once.
   * @param before a tree of the same streams earlier on: what has not changed since is not hashed again.
   */
  constructor(heads: FlatHeads | readonly Head[], before?: HeadsTree) {
    this.#heads = heads instanceof FlatHeads ? heads : FlatHeads.of(heads);
    this.size = this.#heads.size;
    const leaves = Buffer.alloc(this.size * hashBytes);
    let [events, last] = [0, ''];
    for (let index = 0; index < this.size; index += 1) {
      const head = this.#heads.at(index);
      if (index > 0 && last >= head.stream) throw new RangeError(`${head.stream} is out of order`);
      events += head.revision + 1;
      (before?.findLeaf(head) ?? leafHash(head)).copy(leaves, index * hashBytes);
      last = head.stream;
    }
    this.events = events;
    this.#levels = levelsOver(leaves, before === undefined ? [] : before.#levels);
  }

  /** 64 hex digits. */
  get root(): string {
    return this.size === 0 ? digest('sha256', '', 'hex') : (this.#levels.at(-1)?.toString('hex') ?? '');
  }

  /** The head of a stream, with its proof; undefined if the stream is not in the tree. */
  prove(stream: string): { readonly head: Head; readonly proof: InclusionProof } | undefined {
    const index = this.#findIndex(stream);
    if (index === undefined) return undefined;
    const path: string[] = [];
    let at = index;
    for (const level of this.#levels) {
      const beside = nodeAt(level, at ^ 1);
      if (beside.length > 0) path.push(beside.toString('hex'));
      at >>= 1;
    }
    return { head: this.#heads.at(index), proof: { index, size: this.size, path } };
  }

  /** The hash of a leaf that is in this tree just so. */
  findLeaf({ stream, revision, hash }: Head): Buffer | undefined {
    const index = this.#findIndex(stream);
    const [leaves] = this.#levels;
    if (index === undefined || leaves === undefined) return undefined;
    const head = this.#heads.at(index);
    return head.revision === revision && head.hash === hash ? nodeAt(leaves, index) : undefined;
  }

  #findIndex(stream: string): number | undefined {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#heads.names[middle] ?? '') < stream) low = middle + 1;
      if ((this.#heads.names[middle] ?? '') >= stream) high = middle;
    }
    return this.#heads.names[low] === stream ? low : undefined;
  }
}

/** Empty where there is none. */
function nodeAt(level: Buffer, index: number): Buffer {
  return level.subarray(index * hashBytes, (index + 1) * hashBytes);
}

function levelsOver(leaves: Buffer, before: readonly Buffer[]): readonly Buffer[] {
  const levels = [leaves];
  for (let level = leaves; level.length > hashBytes;) {
    const [below, above] = [before[levels.length - 1], before[levels.length]];
    const nodes = level.length / hashBytes;
    const next = Buffer.alloc(Math.ceil(nodes / 2) * hashBytes);
    for (let index = 0; 2 * index < nodes; index += 1) {
      const pair = level.subarray(2 * index * hashBytes, (2 * index + 2) * hashBytes);
      const same = below?.subarray(2 * index * hashBytes, (2 * index + 2) * hashBytes).equals(pair) === true;
      const known = same && above !== undefined ? nodeAt(above, index) : pairHash(pair);
      known.copy(next, index * hashBytes);
    }
    levels.push(next);
    level = next;
  }
  return levels;
}

function pairHash(pair: Buffer): Buffer {
  return pair.length === hashBytes ? pair : nodeHash(nodeAt(pair, 0), nodeAt(pair, 1));
}

/** The root that a proof leads to from a head, as in RFC 9162, section 2.1.3.2; undefined if it leads nowhere. */
export function computeRoot(head: Head, { index, size, path }: InclusionProof): string | undefined {
  if (index < 0 || index >= size) return undefined;
  let hash = leafHash(head);
  let at = index;
  let last = size - 1;
  for (const text of path) {
    const beside = Buffer.from(text, 'hex');
    if (beside.length !== hashBytes || last === 0) return undefined;
    const isRight = at % 2 === 1 || at === last;
    hash = isRight ? nodeHash(beside, hash) : nodeHash(hash, beside);
    // The last node of a level of odd length went up unchanged until it had a neighbour.
    while (isRight && at % 2 === 0 && at !== 0) {
      at >>= 1;
      last >>= 1;
    }
    at >>= 1;
    last >>= 1;
  }
  return last === 0 ? hash.toString('hex') : undefined;
}
