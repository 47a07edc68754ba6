export { canonicalText } from './canonical.ts';
export {
  announcementText,
  checkpointSigned,
  checkpointsStream,
  checkpointText,
  decodeCheckpointEvent,
} from './checkpoint.ts';
export type { AcceptedTruncation, AnnouncedKey, Checkpoint, CheckpointEvent, LedgerKey } from './checkpoint.ts';
export { CheckpointChain } from './checkpoint-chain.ts';
export type { SealFault } from './checkpoint-chain.ts';
export { CheckpointNotShown, ForeignKey } from './checkpoint-errors.ts';
export { Checkpoints } from './checkpoints.ts';
export type { CheckpointPage } from './checkpoint-pages.ts';
export type { AccountProof } from './checkpoints.ts';
export type { CheckpointsParts } from './checkpoints-parts.ts';
export { ExportsLog, exportsStream } from './exports-log.ts';
export type { ExportAsked, ExportLogged, ExportMade } from './exports-log.ts';
export { HeadsTree, leafHash, rootOf } from './heads-tree.ts';
export type { Head, InclusionProof } from './heads-tree.ts';
export type { HeadsReader, HeadsReaderModule, HeadsReaderSource, HeadsThen, PlacedHead } from './heads-reader.ts';
export { comparedWithLog } from './outside-comparison.ts';
export type { OutsideComparison, OutsideDifference } from './outside-comparison.ts';
export { outsideLines } from './outside-line.ts';
export type { OutsideCheckpoint, OutsideLines } from './outside-line.ts';
export { isSignedBy, keptSigningKeysOf, keyIdOf, SigningKey, SigningKeyFault, signingKeysOf } from './signing-key.ts';
