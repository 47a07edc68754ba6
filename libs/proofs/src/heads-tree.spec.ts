import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from '../../../test/support/fast-check.ts';
import { computeRoot, type Head, HeadsTree } from './index.ts';

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The leaf's text written out by hand. */
function leaf({ stream, revision, hash }: Head): Buffer {
  const digits = String(revision);
  return sha256(Buffer.from(`\0${String(stream.length)}:${stream}${String(digits.length)}:${digits}64:${hash}`));
}

/** RFC 6962, section 2.1, as it is written there: split at the largest power of two below the count. */
function rootByTheBook(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return first;
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  return sha256(Buffer.from([1]), rootByTheBook(leaves.slice(0, split)), rootByTheBook(leaves.slice(split)));
}

const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const someHeads = fc
  .uniqueArray(fc.record({ stream: fc.stringMatching(/^[a-z0-9-]{1,8}$/), revision: fc.nat(), hash: hashes }), {
    selector: ({ stream }) => stream,
    maxLength: 40,
  })
  .map((heads) => heads.sort((left, right) => (left.stream < right.stream ? -1 : 1)));

describe('the tree over the heads of streams', () => {
  it('has the root that RFC 6962 gives it', () => {
    fc.assert(
      fc.property(someHeads, (heads) => {
        expect(new HeadsTree(heads).root).toBe(rootByTheBook(heads.map(leaf)).toString('hex'));
      }),
    );
  });

  it('has the root of the tree without leaves that RFC 6962 names', () => {
    expect(new HeadsTree([]).root).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('proves every head, and nothing that is not so', () => {
    fc.assert(
      fc.property(someHeads, hashes, (heads, other) => {
        const tree = new HeadsTree(heads);
        for (const head of heads) {
          const found = tree.prove(head.stream);
          expect(found?.head).toEqual(head);
          if (found === undefined) continue;
          expect(computeRoot(head, found.proof)).toBe(tree.root);
          expect(computeRoot({ ...head, revision: head.revision + 1 }, found.proof)).not.toBe(tree.root);
          expect(computeRoot({ ...head, hash: other }, found.proof)).not.toBe(tree.root);
          const { index, size, path } = found.proof;
          expect(computeRoot(head, { index, size, path: [...path, other] })).not.toBe(tree.root);
          expect(computeRoot(head, { index, size, path: path.slice(1) })).toBe(
            path.length === 0 ? tree.root : undefined,
          );
          expect(computeRoot(head, { index: size, size, path })).toBeUndefined();
        }
        expect(tree.prove('no-such-stream')).toBeUndefined();
      }),
    );
  });

  it('is the same whether it was rebuilt or made from the one before it', () => {
    fc.assert(
      fc.property(someHeads, someHeads, (before, after) => {
        const grown = new Map([...before, ...after].map((head) => [head.stream, head]));
        const heads = [...grown.values()].sort((left, right) => (left.stream < right.stream ? -1 : 1));
        expect(new HeadsTree(heads, new HeadsTree(before)).root).toBe(new HeadsTree(heads).root);
      }),
    );
  });

  it('counts the events of all streams', () => {
    fc.assert(
      fc.property(someHeads, (heads) => {
        expect(new HeadsTree(heads).events).toBe(heads.reduce((sum, { revision }) => sum + revision + 1, 0));
      }),
    );
  });

  it('takes no heads that are out of order or come twice', () => {
    const head = (stream: string): Head => ({ stream, revision: 0, hash: '0'.repeat(64) });
    expect(() => new HeadsTree([head('b'), head('a')])).toThrow(RangeError);
    expect(() => new HeadsTree([head('a'), head('a')])).toThrow(RangeError);
  });
});
