import type { Position } from '#application/ports';
import type { HeadsReaderSource } from './heads-reader.ts';
import type { Head } from './heads-tree.ts';
import type { Proven, Sealed } from './tree-keeper.ts';

/** What the trees' thread is started with. */
export interface TreesStart {
  readonly source: HeadsReaderSource;
  readonly ownStream: string;
}

/** What it can be asked, by the names of the keeper's methods. */
export type TreesAsked =
  | { readonly kind: 'seal' }
  | { readonly kind: 'keep'; readonly root: string }
  | { readonly kind: 'movedSince'; readonly position: Position }
  | { readonly kind: 'restore'; readonly back: readonly Head[]; readonly root: string }
  | { readonly kind: 'prove'; readonly stream: string };

export interface TreesAnswers {
  readonly seal: Sealed;
  readonly keep: boolean;
  readonly movedSince: readonly Head[];
  readonly restore: boolean;
  readonly prove: Proven | undefined;
}

export type TreesAnswer = { readonly value: TreesAnswers[keyof TreesAnswers] } | { readonly failure: string };
