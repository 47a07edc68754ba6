export { auditOf } from './audit.ts';
export type { AuditOptions, AuditProgress, AuditReport } from './audit-options.ts';
export { auditDirectory } from './audit-ledger.ts';
export { findingsKeptMax } from './finding.ts';
export type { Finding, FindingKind } from './finding.ts';
export { outsideCheckpoints } from './known-checkpoints.ts';
export { NoSuchData } from './open-log.ts';
export type { AuditedLog, AuditedPage } from './open-log.ts';
