import { callForValue, command } from './methods.ts';

/** Checkpoints, proofs from them, and the log of exports. */
export const proofs = {
  /** A checkpoint that covers everything so far: the newest, or one that is signed now. Scope `operator`. */
  checkpoint: callForValue('makeCheckpoint'),
  /** The checkpoints, newest first, with every key that ever signed. */
  checkpoints: callForValue('listCheckpoints'),
  /** Proves that the history of an account is part of the newest checkpoint. */
  prove: callForValue('getProof'),
  /** Writes down who exported what. Scope `auditor`. */
  logExport: command('logExport'),
};
