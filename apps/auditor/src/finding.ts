import type { ViolationKind } from '#domain';
import type { SealError } from '#proofs';

/** What an audit can find besides rules that were broken. */
export type FindingKind =
  | ViolationKind
  // checkpoints
  | SealError
  | 'checkpoint-root-wrong'
  | 'checkpoint-differs'
  | 'checkpoint-line-torn'
  | 'log-cut-off'
  | 'truncation-accepted'
  | 'proof-wrong'
  // a bundle
  | 'bundle-damaged'
  | 'bundle-line-wrong'
  | 'bundle-misplaced'
  | 'bundle-digest-wrong'
  | 'bundle-manifest-wrong'
  | 'price-book-differs'
  // a stream and its chain
  | 'revision-gap'
  | 'hash-wrong'
  | 'event-id-wrong'
  | 'event-unreadable'
  | 'metadata-unreadable'
  | 'price-book-invalid'
  | 'fold-refuses'
  | 'fold-differs'
  | 'trial-balance'
  // the log's own tables
  | 'log-damaged'
  | 'append-unreadable'
  | 'position-gap'
  | 'append-misplaced'
  | 'head-differs'
  | 'mark-differs'
  // what was derived from the log
  | 'read-models-damaged'
  | 'read-models-not-of-log'
  | 'account-out-of-service'
  | 'read-model-head-differs'
  | 'read-model-account-differs'
  | 'read-model-hold-differs'
  | 'read-model-id-differs'
  | 'read-model-filter-differs'
  | 'snapshot-differs';

/** Something that an audit did not expect. */
export interface Finding {
  readonly kind: FindingKind;
  /** A stream of the log, or a file of read models. */
  readonly stream: string;
  readonly revision?: number;
  /** Of a bundle, from 1: at this line, or where it breaks off behind it; or of a file of checkpoints. */
  readonly line?: number;
  /** In words, with the figures. */
  readonly detail: string;
}

/** Most findings that are kept one by one; all are counted. */
export const findingsKeptMax = 1_000;

/** The findings of one audit, in the order in which they were found. */
export class Findings {
  readonly kept: Finding[] = [];
  count = 0;
  /** Findings that nobody asked for. */
  others = 0;
  readonly #wanted: (kind: FindingKind) => boolean;

  constructor(wanted: (kind: FindingKind) => boolean = () => true) {
    this.#wanted = wanted;
  }

  add(finding: Finding): void {
    if (!this.#wanted(finding.kind)) {
      this.others += 1;
      return;
    }
    this.count += 1;
    if (this.kept.length < findingsKeptMax) this.kept.push(finding);
  }
}

/** Whether a finding is about what was derived from the log, and not about the log. */
export function isOfReadModels(kind: FindingKind): boolean {
  return kind.startsWith('read-model') || kind === 'snapshot-differs' || kind === 'account-out-of-service';
}
