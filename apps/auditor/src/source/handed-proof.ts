import type { Head, InclusionProof } from '#proofs';

/** A proof that came with events of some accounts: their head in a checkpoint. */
export interface HandedProof extends InclusionProof {
  readonly head: Head;
  /** Number of the checkpoint. */
  readonly checkpoint: number;
}
