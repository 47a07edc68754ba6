import type { Position } from '#application/ports';
import { FlatHeads } from './flat-heads.ts';
import type { HeadsReader } from './heads-reader.ts';
import { type Head, HeadsTree, type InclusionProof } from './heads-tree.ts';

/** What a checkpoint is made of. */
export interface Sealed {
  readonly position: Position;
  readonly events: number;
  readonly streams: number;
  readonly root: string;
  /** Events of all streams but that of the checkpoints. */
  readonly others: number;
}

/** A head with its proof, and the root that it leads to. */
export interface Proven {
  readonly root: string;
  readonly head: Head;
  readonly proof: InclusionProof;
}

interface Kept {
  readonly tree: HeadsTree;
  readonly root: string;
  /** Events of all streams but that of the checkpoints. */
  readonly others: number;
}

/**
 * Makes the trees over the heads of all streams and keeps the one that the newest checkpoint rests on. What takes time
 * here is reading and hashing a million heads, so a service has it in a thread of its own.
 */
export class TreeKeeper {
  readonly #reader: HeadsReader;
  readonly #ownStream: string;
  #kept: Kept | undefined;
  #sealed: Kept | undefined;
  #earlier: Head[] = [];

  /** @param ownStream the stream of the checkpoints. */
  constructor(reader: HeadsReader, ownStream: string) {
    this.#reader = reader;
    this.#ownStream = ownStream;
  }

  /** The tree of this moment, as the read models have it. It is kept only once a checkpoint names its root. */
  seal(): Sealed {
    // Hashing them takes long: by then the read models' file is no longer read, whose log could not be folded back meanwhile.
    const { position, heads } = this.#reader.read((then) => ({ ...then, heads: FlatHeads.of(then.heads) }));
    const made = this.#made(heads);
    this.#sealed = made;
    const { tree, root, others } = made;
    return { position, events: tree.events, streams: tree.size, root, others };
  }

  /** Whether the tree of this root is kept by now. */
  keep(root: string): boolean {
    if (this.#sealed?.root === root) this.#kept = this.#sealed;
    return this.#kept?.root === root;
  }

  /** The heads that have moved since a position: where they were then has to be looked up. */
  movedSince(position: Position): readonly Head[] {
    const [earlier, moved]: [Head[], Head[]] = [[], []];
    this.#reader.read(({ heads }) => {
      for (const head of heads) (head.position > position ? moved : earlier).push(head);
    });
    this.#earlier = earlier;
    return moved;
  }

  /** Makes the tree of that position with the heads that have moved put back; keeps it if it has the root. */
  restore(back: readonly Head[], root: string): boolean {
    const heads = [...this.#earlier, ...back].sort((left, right) => (left.stream < right.stream ? -1 : 1));
    this.#earlier = [];
    const made = this.#made(heads);
    if (made.root === root) this.#kept = made;
    return made.root === root;
  }

  /** Undefined if the stream is not in the tree that is kept. */
  prove(stream: string): Proven | undefined {
    const found = this.#kept?.tree.prove(stream);
    return found === undefined || this.#kept === undefined ? undefined : { root: this.#kept.root, ...found };
  }

  close(): void {
    this.#reader.close();
  }

  #made(heads: FlatHeads | readonly Head[]): Kept {
    const tree = new HeadsTree(heads, this.#kept?.tree);
    const own = tree.prove(this.#ownStream)?.head.revision ?? -1;
    return { tree, root: tree.root, others: tree.events - own - 1 };
  }
}
