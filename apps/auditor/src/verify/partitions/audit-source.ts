import type { PriceBook } from '#domain';
import type { OutsideCheckpoint } from '#proofs';
import { type FindingKind, isOfReadModels } from '../../finding.ts';
import type { LedgerPlace } from '../../source/ledger-place.ts';

/** A ledger where it is kept. */
export interface LedgerSource {
  readonly place: LedgerPlace;
  /** The books that came with Holdfast. */
  readonly priceBooks: readonly PriceBook[];
  /** Only accounts whose ids start with this. */
  readonly accounts?: string;
}

/** The file of a bundle. */
interface BundleSource {
  readonly bundle: string;
}

/** What is audited. Threads are handed it. */
export type AuditSource = LedgerSource | BundleSource;

/**
 * What an audit looks for: everything, only what is wrong with read models, or whether there is anything at all; then it ends as
 * soon as there is.
 */
export type AuditMode = 'everything' | 'read-models' | 'anything';

/** What every partition of an audit is asked. */
export interface Question {
  readonly outside: readonly OutsideCheckpoint[];
  readonly mode: AuditMode;
}

/** An audit that looks for anything has found something. */
class NotSound extends Error {
  override readonly name = 'NotSound';
}

/** Which findings are kept. @throws NotSound of the first, where that is enough. */
export function selectKinds(mode: AuditMode): (kind: FindingKind) => boolean {
  switch (mode) {
    case 'everything':
      return () => true;
    case 'read-models':
      return isOfReadModels;
    case 'anything':
      return (kind) => {
        throw new NotSound(kind);
      };
  }
}
