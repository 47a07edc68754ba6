import { filterLimits } from '../limits.ts';

/*
 * A blocked Bloom filter: the bits of an id all lie in one block of 64 bytes, so a question touches one line of the
 * processor's cache in each segment. With 16 bits an id and 8 of them set, about one unknown id in 500 reads as known.
 */
const bitsPerId = 16;
const bitsSet = 8;
const wordsPerBlock = 16;
const bitsPerBlock = 32 * wordsPerBlock;

/**
 * Which holds there may be, in memory: says `surely not` for nearly every id that is new, at a fraction of what a look
 * into the tables costs. Its segments can be shared with another thread, which then sees what is added.
 */
export class IdFilter {
  readonly #segments: Uint32Array[] = [];
  readonly #blocks: number;

  /** @param segmentIds of each segment; a power of two, the same for all who share them. */
  constructor({ segmentIds } = filterLimits) {
    this.#blocks = (segmentIds * bitsPerId) / bitsPerBlock;
  }

  /** Takes over a segment of another thread, or begins one. */
  addSegment(segment = new SharedArrayBuffer((this.#blocks * bitsPerBlock) / 8)): SharedArrayBuffer {
    this.#segments.push(new Uint32Array(segment));
    return segment;
  }

  /** Into the last segment; there must be one, and room in it. */
  add(accountId: string, holdId: string): void {
    const segment = this.#segments.at(-1);
    if (segment === undefined) throw new RangeError('a filter without a segment');
    const { block, bits } = locate(accountId, holdId, this.#blocks);
    for (let index = 0, bit = bits; index < bitsSet; index += 1, bit = nextBit(bit)) {
      const word = block + ((bit >>> 5) & (wordsPerBlock - 1));
      segment[word] = (segment[word] ?? 0) | (1 << (bit & 31));
    }
  }

  /** False: it was surely never added. */
  mayHave(accountId: string, holdId: string): boolean {
    const { block, bits } = locate(accountId, holdId, this.#blocks);
    return this.#segments.some((segment) => isSet(segment, block, bits));
  }
}

function isSet(segment: Uint32Array, block: number, bits: number): boolean {
  for (let index = 0, bit = bits; index < bitsSet; index += 1, bit = nextBit(bit)) {
    if ((((segment[block + ((bit >>> 5) & (wordsPerBlock - 1))] ?? 0) >>> (bit & 31)) & 1) === 0) return false;
  }
  return true;
}

/** Each step uses up the lower nine bits: a place in a block. */
function nextBit(bit: number): number {
  return Math.imul(bit, 0x9e3779b1) ^ (bit >>> 15);
}

/** Two independent hashes of the pair: the block's first word, and where the bits in it begin. */
function locate(accountId: string, holdId: string, blocks: number): { readonly block: number; readonly bits: number } {
  let one = 0x811c9dc5;
  let other = 0x1b873593;
  for (let index = 0; index < accountId.length; index += 1) {
    const code = accountId.charCodeAt(index);
    one = Math.imul(one ^ code, 0x85ebca6b);
    other = Math.imul(other ^ code, 0xc2b2ae35);
  }
  one = Math.imul(one ^ 0x100, 0x85ebca6b);
  other = Math.imul(other ^ 0x100, 0xc2b2ae35);
  for (let index = 0; index < holdId.length; index += 1) {
    const code = holdId.charCodeAt(index);
    one = Math.imul(one ^ code ^ (one >>> 15), 0x85ebca6b);
    other = Math.imul(other ^ code ^ (other >>> 13), 0xc2b2ae35);
  }
  const spread = Math.imul(one ^ (one >>> 16), 0x2c1b3c6d) >>> 0;
  const start = Math.imul(other ^ (other >>> 15), 0x297a2d39);
  return { block: (spread % blocks) * wordsPerBlock, bits: start ^ (start >>> 16) };
}
