import type { PriceBook } from '#ledger';
import type { AuditProgress } from '../audit-options.ts';
import type { Share } from '../audit-scope.ts';
import type { FindingKind } from '../finding.ts';
import type { LedgerPlace } from '../ledger-place.ts';
import { auditShare, type LedgerAuditOptions, type LedgerReport } from './audit-share.ts';

/** What a thread is started with that audits a share. */
export interface ShareStart {
  readonly place: LedgerPlace;
  readonly priceBooks: readonly PriceBook[];
  readonly accounts: string | undefined;
  readonly share: Share;
}

/** An audit of a share has found something: only an audit of the whole can say what there is, and in which order. */
export class NotSound extends Error {
  override readonly name = 'NotSound';
}

/** @throws NotSound as soon as there is anything to find. */
export function auditIfSound(
  place: LedgerPlace,
  options: LedgerAuditOptions,
  share: Share,
  progress?: AuditProgress,
): Promise<LedgerReport> {
  const wanted = (kind: FindingKind): never => {
    throw new NotSound(kind);
  };
  return auditShare(place, { ...options, wanted }, share, progress);
}
